/// A command that runs at certain times as one task of a service, with what the service's tasks find.
package struct ScheduledJob: Sendable, Equatable {
    package var name: String
    package var schedule: CronSchedule
    /// Where the schedule's clock hangs: `UTC`, or a name of IANA's such as `Europe/Berlin`.
    package var timezone: String
    /// Whose release, environment and secrets it has.
    package var service: String
    package var command: Command
    /// It is ended after this. Range 1 s...1 d.
    package var timeout: Duration

    package init(
        name: String, schedule: CronSchedule, timezone: String = "UTC", service: String, command: Command,
        timeout: Duration = .seconds(3600)
    ) {
        self.name = name
        self.schedule = schedule
        self.timezone = timezone
        self.service = service
        self.command = command
        self.timeout = timeout
    }
}
