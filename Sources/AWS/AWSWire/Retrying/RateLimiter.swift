/// A token bucket for one service that learns its rate from throttling. Until the first throttling it lets everything pass.
/// After that it starts from 70 % of the measured rate and grows along a cubic curve: fast at first, flat near the rate that
/// was too much, then onwards. Source: the adaptive retry mode of the public SDKs, read 2026-11. Times are in seconds since
/// the limiter was made.
package struct RateLimiter: Sendable, Equatable {
    private static let beta = 0.7
    private static let growth = 0.4
    /// Below this a service would look dead.
    private static let slowest = 0.5
    private static let bucketOfTime = 0.5
    private static let smoothing = 0.8

    private var isLimiting = false
    /// Tokens are calls. May be negative: then calls have a place in the queue and wait for their token.
    private var tokens = 0.0
    private var filledAt = 0.0
    /// Calls a second.
    package private(set) var rate = slowest
    private var capacity = 1.0
    private var rateAtThrottling = 0.0
    private var throttledAt = 0.0
    private var measuredRate = 0.0
    private var measuredBucket = 0.0
    private var callsInBucket = 0

    package init() {}

    /// How long the next call has to wait.
    package mutating func reserve(at now: Double) -> Double {
        guard isLimiting else { return 0 }
        refill(at: now)
        tokens -= 1
        return tokens >= 0 ? 0 : -tokens / rate
    }

    /// A call that has reserved gives up before it was sent.
    package mutating func release() {
        if isLimiting { tokens = min(capacity, tokens + 1) }
    }

    package mutating func answered(throttled: Bool, at now: Double) {
        measure(at: now)
        if throttled {
            let current = isLimiting ? min(measuredRate, rate) : measuredRate
            // Answers of calls that left together tell of the same moment: once is enough.
            if isLimiting, now - throttledAt < 1 / max(rate, Self.slowest) { return }
            rateAtThrottling = current
            throttledAt = now
            isLimiting = true
            setRate(current * Self.beta, at: now)
        } else if isLimiting {
            let window = cbrt(rateAtThrottling * (1 - Self.beta) / Self.growth)
            let distance = now - throttledAt - window
            let wanted = Self.growth * distance * distance * distance + rateAtThrottling
            setRate(min(wanted, 2 * max(measuredRate, Self.slowest)), at: now)
        }
    }

    private mutating func setRate(_ wanted: Double, at now: Double) {
        refill(at: now)
        rate = max(wanted, Self.slowest)
        capacity = max(rate, 1)
        tokens = min(tokens, capacity)
    }

    private mutating func refill(at now: Double) {
        tokens = min(capacity, tokens + max(0, now - filledAt) * rate)
        filledAt = max(filledAt, now)
    }

    /// Smoothed over buckets of half a second.
    private mutating func measure(at now: Double) {
        callsInBucket += 1
        let bucket = (now / Self.bucketOfTime).rounded(.down) * Self.bucketOfTime
        guard bucket > measuredBucket else { return }
        let current = Double(callsInBucket) / (bucket - measuredBucket)
        measuredRate = current * Self.smoothing + measuredRate * (1 - Self.smoothing)
        callsInBucket = 0
        measuredBucket = bucket
    }
}

/// By Newton's steps, since the standard library has none without the C library.
private func cbrt(_ value: Double) -> Double {
    guard value > 0 else { return 0 }
    var root = max(value, 1)
    for _ in 0..<60 { root = (2 * root + value / (root * root)) / 3 }
    return root
}
