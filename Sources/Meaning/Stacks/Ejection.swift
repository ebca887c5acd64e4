/// What a task that keeps failing does to its share of the requests.
package struct Ejection: Sendable, Equatable {
    /// Answers of 500 and above, or connections that failed, in a row.
    package var failures: Int
    /// How long the first ejection lasts; the next ones last two, three, … times as long.
    package var time: Duration
    package var longest: Duration
    /// At most this part of a service's tasks is ejected at a time, in per cent.
    package var share: Int

    package init(
        failures: Int = 5, time: Duration = .seconds(30), longest: Duration = .seconds(300), share: Int = 50
    ) {
        self.failures = failures
        self.time = time
        self.longest = longest
        self.share = share
    }
}
