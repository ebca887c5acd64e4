package import TrafficRules

/// Where one task takes requests: a port of 127.0.0.1.
package struct TaskEndpoint: Sendable, Hashable {
    /// `web.3`; never used twice while the supervisor runs.
    package var id: String
    package var service: String
    package var zone: String
    package var port: Int
    /// Tells tasks of one version of the service from those of another.
    package var version: Int

    package init(id: String, service: String, zone: String, port: Int, version: Int = 0) {
        self.id = id
        self.service = service
        self.zone = zone
        self.port = port
        self.version = version
    }
}

/// What the supervisor of the tasks asks of whoever sends requests to them. In return it hears
/// `taskBecameHealthy` and `taskBecameUnhealthy`.
package protocol TaskTraffic: Sendable {
    /// The process runs; it may take a while until it listens. Health checks begin now.
    func taskStarted(_ endpoint: TaskEndpoint)

    /// No new requests to this task; returns when those in flight are answered or the deregistration's time is over.
    func drain(_ task: String) async

    /// The process is gone, asked for or not.
    func taskEnded(_ task: String)

    /// Each task of `version` gets `part` per cent of what any other one of the service gets; what requests meet at either kind is
    /// counted from now on.
    func beginTrial(of service: String, version: Int, part: Int)

    /// What was counted since the trial's beginning; nil when there is none.
    func comparison(of service: String) -> CanaryComparison?

    /// All tasks are alike again. Does nothing without a trial.
    func endTrial(of service: String)
}

/// Why a health check failed.
package enum HealthFailure: Sendable, Equatable {
    /// Nothing listens on the task's port.
    case connectionRefused
    /// `answered 503`, `no answer within 5 s`, …
    case failed(String)
}

/// One line for a person who watches.
package struct TaskEvent: Sendable, Equatable, CustomStringConvertible {
    /// `web.3` or `web`
    package var subject: String
    package var text: String

    package var description: String { "\(subject): \(text)" }
}

/// Why a task does not run, and what to do about it.
package struct TaskFailure: Error, Sendable, Equatable {
    /// One line.
    package var message: String
    /// nil when trying again is all that is needed, and Terrace does that.
    package var next: String?

    package init(_ message: String, next: String? = nil) {
        self.message = message
        self.next = next
    }
}
