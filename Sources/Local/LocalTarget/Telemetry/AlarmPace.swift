/// How often alarms read the figures, and how long a second of their periods takes here: tests have shorter ones.
package struct AlarmPace: Sendable, Equatable {
    package var interval: Duration
    package var second: Duration
    /// Of notices that were not taken.
    package var retry: NoticeRetry

    package init(
        interval: Duration = .seconds(5), second: Duration = .seconds(1), retry: NoticeRetry = NoticeRetry()
    ) {
        self.interval = interval
        self.second = second
        self.retry = retry
    }
}
