/// A claim that does not hold, with a packet that shows it.
package struct Breach: Sendable, Hashable {
    package var claim: Claim
    /// Who is reached and must not be, or is not reached.
    package var about: Party.Role
    /// `internet reaches database in zone a`
    package var what: String
    /// Nil where no single packet shows it.
    package var packet: Packet?
    /// Hop by hop; the last one is where a packet is stopped that should have passed.
    package var path: [Hop]
    /// The rule to change, and how.
    package var change: String

    /// One layer on the packet's way and the rule in it that decided.
    package struct Hop: Sendable, Hashable {
        package var layer: String
        package var rule: String
        package var passes: Bool
    }
}

/// What became of a claim.
package struct Verdict: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case holds
        case broken([Breach])
        /// The manifest asks for less than the claim; the reason says where.
        case waived(String)
        /// Nothing against it was found, but something that it speaks of was not looked at.
        case unproven(String)
    }

    package var claim: Claim
    package var outcome: Outcome

    package var breaches: [Breach] { if case .broken(let breaches) = outcome { breaches } else { [] } }
}
