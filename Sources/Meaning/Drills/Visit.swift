/// One request of a drill's load.
package struct Visit: Sendable, Equatable {
    package enum Kind: String, Sendable, Codable { case read, write }

    package var number: Int
    package var kind: Kind
    /// When it is meant to be sent, counted from the load's start. Latencies begin here, whenever it is really sent.
    package var at: Duration

    package init(number: Int, kind: Kind, at: Duration) {
        self.number = number
        self.kind = kind
        self.at = at
    }
}

/// What came of a visit.
package struct VisitOutcome: Sendable, Equatable {
    package enum Answer: Sendable, Equatable {
        case status(Int)
        /// No answer: `connection refused`, `no answer in 10 s`.
        case none(String)
    }

    package var visit: Visit
    /// From the intended moment to the last byte, or to the failure.
    package var latency: Duration
    package var answer: Answer
    /// The edge says that the application made this answer, for this very request.
    package var isFetch: Bool

    package init(_ visit: Visit, latency: Duration, answer: Answer, isFetch: Bool = false) {
        self.visit = visit
        self.latency = latency
        self.answer = answer
        self.isFetch = isFetch
    }

    /// What a visitor would call served.
    package var isGood: Bool {
        if case .status(let code) = answer { (200..<400).contains(code) } else { false }
    }

    package var end: Duration { visit.at + latency }

    /// `status 503`, `connection reset`
    package var reason: String {
        switch answer {
        case .status(let code): "status \(code)"
        case .none(let reason): reason
        }
    }
}

/// When which request is sent: one after the other at the same distance, whatever became of the earlier ones. The seed
/// decides which of them write, so that a drill can be repeated.
package struct VisitPlan: Sendable, Equatable {
    package var perSecond: Int
    /// 0...100
    package var writesOfHundred: Int
    package var seed: UInt64
    /// How many are sent at the same moment; the rate stays the same.
    package var together: Int

    package init(perSecond: Int, writesOfHundred: Int, seed: UInt64, together: Int = 1) {
        self.perSecond = perSecond
        self.writesOfHundred = writesOfHundred
        self.seed = seed
        self.together = together
    }

    package func visit(_ number: Int) -> Visit {
        Visit(
            number: number, kind: draw(number) % 100 < UInt64(writesOfHundred) ? .write : .read,
            at: .nanoseconds(number / together * together * 1_000_000_000 / perSecond))
    }

    /// SplitMix64's finalizer over seed and number. Source: Steele, Lea, Flood, OOPSLA 2014.
    private func draw(_ number: Int) -> UInt64 {
        var mixed = seed &+ UInt64(number + 1) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
