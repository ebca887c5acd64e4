/// When an answer was asked for and when its head came, for the arithmetic of RFC 9111 §4.2.3.
package struct ExchangeTimes: Sendable, Equatable {
    /// On the monotonic clock.
    package var requested: Duration
    /// On the monotonic clock.
    package var received: Duration
    /// The calendar at `received`; compared with `Date` only.
    package var receivedAt: WallTime

    package init(requested: Duration, received: Duration, receivedAt: WallTime) {
        self.requested = requested
        self.received = received
        self.receivedAt = receivedAt
    }

    /// `corrected_initial_age`: how old the answer was when it came. A `Date` in the future counts as now; of several
    /// `Age` values the first counts; one that is no number counts as absent.
    package func initialAge(of fields: HeaderFields) -> Duration {
        let date = fields.first(.date).flatMap { HTTPDate.parse($0, now: receivedAt) } ?? receivedAt
        let apparent = Duration.seconds(max(0, receivedAt.wholeSeconds - date.wholeSeconds))
        let told = fields.first(.age)?.split(separator: 44).first?.trimmed.decimal(limit: CacheControl.longestDelta)
        let corrected = Duration.seconds(told ?? 0) + max(.zero, received - requested)
        return max(apparent, corrected)
    }
}
