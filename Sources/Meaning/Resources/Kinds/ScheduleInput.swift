import Stacks

extension ScheduleSettings {
    /// What the task gets in place of its definition's, as Scheduler passes it on to ECS: JSON of RunTask's `overrides`.
    package var input: String {
        let words = command.map(\.quotedForJSON).joined(separator: ",")
        return "{\"containerOverrides\":[{\"name\":\(container.quotedForJSON),\"command\":[\(words)]}]}"
    }
}
