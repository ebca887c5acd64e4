/// How requests are handed to the tasks of a service; beside their health.
package struct ServiceBalancing: Sendable, Equatable {
    /// How long a client stays with its task; nil: every request goes where there is least to do.
    package var sticky: Duration?
    /// How long a task that came up takes to get its whole share; nil: it has it at once.
    package var slowStart: Duration?
    /// Longest time without a byte from the task.
    package var timeout: Duration
    /// nil: health checks alone decide.
    package var ejection: Ejection?

    package init(
        sticky: Duration? = nil, slowStart: Duration? = nil, timeout: Duration = .seconds(60),
        ejection: Ejection? = Ejection()
    ) {
        self.sticky = sticky
        self.slowStart = slowStart
        self.timeout = timeout
        self.ejection = ejection
    }
}
