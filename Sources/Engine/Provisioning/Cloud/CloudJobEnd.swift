/// The last run of a job in a cloud, as far as it has come.
package struct CloudJobEnd: Sendable, Equatable {
    package enum Result: Sendable, Equatable {
        case running
        case succeeded
        /// With another exit code than 0, nil where nobody says which, and what the cloud says besides, such as that its memory was used
        /// up.
        case failed(exitCode: Int?, reason: String?)
        case timedOut
        /// Its command never ran, and why.
        case notStarted(String)
        /// Somebody ended it.
        case stopped
    }

    /// Milliseconds since 1970.
    package var startedAt: Int
    /// Nil while it goes on.
    package var endedAt: Int?
    package var result: Result

    package init(startedAt: Int, endedAt: Int?, result: Result) {
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.result = result
    }
}
