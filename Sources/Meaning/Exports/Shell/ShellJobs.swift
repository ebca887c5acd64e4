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
        var create = ShellCall(
            "scheduler create-schedule",
            identity + [
                ("schedule-expression", .word(Value(settings.expression))),
                ("schedule-expression-timezone", .word(Value(settings.timezone))),
                ("flexible-time-window", .word(Value("Mode=\(settings.isPunctual ? "OFF" : "FLEXIBLE")"))),
                ("state", .word(Value(settings.isEnabled ? "ENABLED" : "DISABLED"))),
                ("target", .json(settings.targetTree)),
            ])
        create.isQuiet = true
        return [ShellStep(kind: .unless(ShellCall("scheduler get-schedule", identity), create))]
    }

    /// The same call again is no second one.
    func stateMachine(_ settings: StateMachineSettings) -> [ShellStep] {
        let definition = Tree(json: settings.definition).map(ShellCall.Argument.json) ?? .word(settings.definition)
        return [
            ShellStep.run(
                "stepfunctions create-state-machine",
                [
                    ("name", .word(settings.name)), ("role-arn", .word(settings.role)), ("definition", definition),
                ])
        ].quiet
    }
}
