/// A token bucket for one service that learns its rate from throttling. Until the first throttling it lets everything pass.
/// After that it starts from 70 % of the measured rate and grows along a cubic curve: fast at first, flat near the rate that
/// was too much, then onwards. Source: the adaptive retry mode of the public SDKs, read 2026-11. Times are in seconds since
/// the limiter was made.
///
/// Who finds no token has a place in a queue, not a time at which to go: the rate at which it came in may be the lowest of
/// all, and a burst that kept to it would wait minutes for a service that has long let everything pass again.
package struct RateLimiter: Sendable, Equatable {
    private static let beta = 0.7
    private static let growth = 0.4
    /// Below this a service would look dead.
    private static let slowest = 0.5
    private static let bucketOfTime = 0.5
    private static let smoothing = 0.8

    /// The place of a call among those that wait.
    package struct Place: Sendable, Equatable {
        fileprivate var number: Int
    }

    private var isLimiting = false
    /// Tokens are calls.
    private var tokens = 0.0
    /// Who waits, first come first served.
    private var queue: [Place] = []
    private var placesGiven = 0
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

    /// A place to wait at; nil for a call that may go at once.
    package mutating func enter(at now: Double) -> Place? {
        guard isLimiting else { return nil }
        placesGiven += 1
        let place = Place(number: placesGiven)
        queue.append(place)
        return pause(of: place, at: now) == 0 ? nil : place
    }

    /// How long it will be until the call at `place` may go, at the rate of this moment; 0 when it may, which ends its waiting.
    package mutating func pause(of place: Place, at now: Double) -> Double {
        guard let ahead = queue.firstIndex(of: place) else { return 0 }
        refill(at: now)
        let missing = Double(ahead + 1) - tokens
        guard missing <= 0 else { return missing / rate }
        tokens -= 1
        queue.remove(at: ahead)
        return 0
    }

    /// The call at `place` gives up before it was sent.
    package mutating func leave(_ place: Place) { queue.removeAll { $0 == place } }

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
