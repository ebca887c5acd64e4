/// How many second tries there may be: one for every five requests, and a few more so that a quiet service has any. When much fails,
/// trying everything twice would double the load on what is left.
package struct RetryBudget: Sendable, Equatable {
    /// Requests that pay for one second try.
    package static let requestsPerTry = 5
    /// Second tries that can be saved up; also what there is at the beginning.
    package static let most = 10

    /// In fifths of a try.
    private var saved = most * requestsPerTry

    package init() {}

    package mutating func requestBegan() { saved = min(saved + 1, Self.most * Self.requestsPerTry) }

    /// Takes a second try; false when there is none left.
    package mutating func take() -> Bool {
        guard saved >= Self.requestsPerTry else { return false }
        saved -= Self.requestsPerTry
        return true
    }
}
