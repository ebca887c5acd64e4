/// How often a wait looks: often at first, then in steps that grow with the time already spent, so that a wait is over at most
/// a little later than AWS is, however long it takes, and takes few looks.
package struct PollSchedule: Sendable, Equatable {
    /// Until the first look.
    package var first: Duration
    /// Share of the elapsed time until the next look.
    package var share: Double
    package var shortest: Duration
    package var longest: Duration

    package init(first: Duration, share: Double, shortest: Duration, longest: Duration) {
        self.first = first
        self.share = share
        self.shortest = shortest
        self.longest = longest
    }

    /// Much of what AWS makes is there at once.
    package static let standard = PollSchedule(
        first: .milliseconds(100), share: 0.1, shortest: .milliseconds(500), longest: .seconds(15))
    /// For what takes minutes. AWS's own waiters look every 15 to 60 seconds.
    package static let slow = PollSchedule(
        first: .seconds(1), share: 0.2, shortest: .seconds(2), longest: .seconds(15))

    package func pause(after elapsed: Duration) -> Duration { min(max(elapsed * share, shortest), longest) }
}
