/// What the proxy does to one call instead of passing it on and its answer back.
package enum Fault: String, Sendable, CaseIterable {
    case throttled
    /// 503 and nothing was done.
    case failedBefore
    /// 503 although it was done.
    case failedAfter
    /// The connection is closed before the peer saw the call.
    case closedBefore
    /// The connection is closed after the peer carried it out.
    case closedAfter
    /// What was just made is not found yet.
    case notYetFound
    /// A role that was just made cannot be assumed yet.
    case roleNotYetVisible
    /// Something AWS cleans up late still holds what is to be deleted.
    case stillInUse
}

/// How often what goes wrong. All zero: the proxy only watches and delays.
package struct FaultRates: Sendable {
    /// Each a share of the calls, 0...1.
    package var rates: [Fault: Double]
    /// For how long after its creation something may not be found.
    package var staleness: Duration
    /// Tries of one call that go wrong before one passes: without a limit no program could end.
    package var inARow: Int

    package init(_ rates: [Fault: Double] = [:], staleness: Duration = .zero, inARow: Int = 2) {
        self.rates = rates
        self.staleness = staleness
        self.inARow = inARow
    }

    /// A bad day: every kind of trouble, each often enough to be met in one run.
    package static let badDay = FaultRates(
        [
            .throttled: 0.08, .failedBefore: 0.03, .failedAfter: 0.03, .closedBefore: 0.02, .closedAfter: 0.03,
            .notYetFound: 0.5, .roleNotYetVisible: 0.5, .stillInUse: 0.5,
        ], staleness: .milliseconds(500))
}

/// Draws the faults: a struct that is told of calls and answers, with a seed for its randomness.
struct FaultPlan: Sendable {
    private let rates: FaultRates
    private var random: PeerRandom
    private var failures: [String: Int] = [:]
    /// Ids and role names, and until when they may be missed.
    private var fresh: [String: Double] = [:]

    init(_ rates: FaultRates, seed: UInt64) {
        self.rates = rates
        random = PeerRandom(seed: seed)
    }

    /// `now` in seconds since the proxy started.
    mutating func fault(for request: PeerRequest, at now: Double) -> (Fault, subject: String)? {
        guard !rates.rates.isEmpty else { return nil }
        let identity = request.identity
        guard failures[identity, default: 0] < rates.inARow else { return nil }
        guard let found = draw(request, now) else { return nil }
        failures[identity, default: 0] += 1
        return found
    }

    private mutating func draw(_ request: PeerRequest, _ now: Double) -> (Fault, subject: String)? {
        if let subject = freshSubject(of: request, now) {
            let kind: Fault = subject.hasPrefix("role/") ? .roleNotYetVisible : .notYetFound
            if happens(kind) { return (kind, subject) }
        }
        if let subject = FaultAnswers.deletionSubject(of: request), happens(.stillInUse) {
            return (.stillInUse, subject)
        }
        for kind in [Fault.throttled, .failedBefore, .failedAfter, .closedBefore, .closedAfter] where happens(kind) {
            return (kind, "")
        }
        return nil
    }

    private mutating func happens(_ kind: Fault) -> Bool {
        guard let rate = rates.rates[kind], rate > 0 else { return false }
        return random.share() < rate
    }

    private func freshSubject(of request: PeerRequest, _ now: Double) -> String? {
        guard !fresh.isEmpty else { return nil }
        let text = request.text
        return fresh.first { subject, until in
            guard until > now else { return false }
            if subject.hasPrefix("role/") {
                // A role's name in a call to another service is in its ARN.
                return ["ecs", "ec2"].contains(request.service)
                    && (text.contains(subject) || text.contains(subject.replacing("/", with: "%2F")))
            }
            // Who filters by an id that is not known yet gets an empty list.
            return request.service == "ec2" && text.contains(subject) && !text.contains("Filter.1.")
        }?.key
    }

    mutating func answered(_ request: PeerRequest, _ answer: PeerAnswer, at now: Double) {
        guard rates.staleness > .zero, answer.status < 300 else { return }
        for subject in FaultAnswers.created(by: request, answer) { fresh[subject] = now + rates.staleness.inSeconds }
    }
}

/// SplitMix64, as in TestKit, which the benchmarks cannot have. Source: Steele, Lea, Flood, OOPSLA 2014.
struct PeerRandom: Sendable {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    /// 0..<1
    mutating func share() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) / Double(1 << 53)
    }
}

extension Duration {
    package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
