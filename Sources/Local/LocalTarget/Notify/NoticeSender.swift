/// One receiver of notices: a webhook, or the server that takes the mails.
package protocol NoticeSender: Sendable {
    /// As it may stand in a log: without what a URL keeps secret.
    var name: String { get }
    func send(_ notice: AlarmNotice) async throws(NoticeFailure)
}

/// Why a notice was not taken.
package struct NoticeFailure: Error, Equatable {
    package var reason: String
    /// Whether another try may fare better.
    package var mayPass: Bool

    package init(_ reason: String, mayPass: Bool) {
        self.reason = reason
        self.mayPass = mayPass
    }
}

/// When a notice is sent again, and when it is given up. A value; the times come from the caller.
package struct NoticeRetry: Sendable, Equatable {
    package var attempts: Int
    package var first: Duration
    package var longest: Duration

    package init(attempts: Int = 8, first: Duration = .seconds(1), longest: Duration = .seconds(60)) {
        self.attempts = attempts
        self.first = first
        self.longest = longest
    }

    /// The wait before the next try; nil when there is none. `attempt` counts from 1.
    package func wait(after attempt: Int, _ failure: NoticeFailure) -> Duration? {
        guard failure.mayPass, attempt < attempts else { return nil }
        return min(longest, first * (1 << min(attempt - 1, 20)))
    }
}
