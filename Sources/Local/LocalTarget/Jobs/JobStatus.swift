package import struct Foundation.Date

/// A job of the manifest: when it starts next, and how it ended last.
package struct JobStatus: Codable, Sendable, Equatable {
    package var name: String
    package var service: String
    /// Five fields, as the manifest has them.
    package var schedule: String
    package var timezone: String
    /// nil when there is none within eight years.
    package var next: Date?
    /// nil before the first one.
    package var last: JobRun?

    package init(
        name: String, service: String, schedule: String, timezone: String = "UTC", next: Date? = nil,
        last: JobRun? = nil
    ) {
        self.name = name
        self.service = service
        self.schedule = schedule
        self.timezone = timezone
        self.next = next
        self.last = last
    }
}

/// One run of a job; it goes on while it has no result.
package struct JobRun: Codable, Sendable, Equatable {
    package enum Cause: String, Codable, Sendable {
        case schedule
        /// `terrace jobs run`
        case hand
    }
    package enum Result: String, Codable, Sendable, CaseIterable {
        /// Exit code 0.
        case succeeded
        case failed
        case timedOut = "timed-out"
        case notStarted = "not-started"
        /// The supervisor died meanwhile, and the run with it; on aws somebody ended it.
        case interrupted
    }

    package var startedAt: Date
    package var cause: Cause
    package var endedAt: Date?
    package var result: Result?
    /// One of these two once its process has ended.
    package var exitCode: Int?
    package var signal: Int?
    /// Why it was not started, or what its exit code does not tell: `was killed for using more than its 512 MiB`.
    package var reason: String?

    package init(
        startedAt: Date, cause: Cause, endedAt: Date? = nil, result: Result? = nil, exitCode: Int? = nil,
        signal: Int? = nil, reason: String? = nil
    ) {
        self.startedAt = startedAt
        self.cause = cause
        self.endedAt = endedAt
        self.result = result
        self.exitCode = exitCode
        self.signal = signal
        self.reason = reason
    }

    mutating func ended(_ end: TaskEnd, at date: Date) {
        (endedAt, reason) = (date, end.overrun)
        switch end.process {
        case .code(let code): exitCode = code
        case .signal(let number): signal = number
        }
        result = end.hasTimedOut ? .timedOut : end.process == .code(0) ? .succeeded : .failed
    }
}
