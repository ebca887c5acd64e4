import Resources

/// Jobs, command by command.
extension ShellExport {
    func scheduleGroup(_ settings: ScheduleGroupSettings) -> [ShellStep] {
        [.once("scheduler create-schedule-group", [("name", .word(settings.name))])]
    }

    func schedule(_ settings: ScheduleSettings) -> [ShellStep] {
        let identity: [(name: String, value: ShellCall.Argument)] = [
            ("group-name", .word(settings.group)), ("name", .word(settings.name)),
        ]
        // As a text: JSON in JSON would be marked twice for the shell.
        let target = settings.target(input: .word(settings.input))
        var create = ShellCall(
            "scheduler create-schedule",
            identity + [
                ("schedule-expression", .word(Value(settings.expression))),
                ("schedule-expression-timezone", .word(Value(settings.timezone))),
                ("flexible-time-window", .word(Value("Mode=\(settings.isPunctual ? "OFF" : "FLEXIBLE")"))),
                ("state", .word(Value(settings.isEnabled ? "ENABLED" : "DISABLED"))), ("target", .json(target)),
            ])
        create.isQuiet = true
        return [ShellStep(kind: .unless(ShellCall("scheduler get-schedule", identity), create))]
    }
}
