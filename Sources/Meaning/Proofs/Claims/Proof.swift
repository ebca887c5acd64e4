/// Who can reach whom, of every pair of parties, and what that means for each claim.
package struct Proof: Sendable, Hashable {
    package let network: NetworkModel
    /// Every ordered pair; a party that stands for several calls its like, too.
    package let links: [Link]
    /// In the order of `Claim.allCases`.
    package let verdicts: [Verdict]

    /// `choices` are what the manifest gives up on purpose, `starts` what its tasks need besides what requests do.
    package init(_ network: NetworkModel, choices: [Choice] = [], starts: [TaskStart] = []) {
        self.network = network
        let crossing = Crossing(network)
        let parties = network.parties.indices
        links = parties.flatMap { from in
            parties.filter { from != $0 || network.parties[from].subnet != nil }.map {
                crossing.link(from: from, to: $0)
            }
        }
        verdicts = Proof.verdicts(network, links, choices, starts)
    }

    package var isBroken: Bool { verdicts.contains { !$0.breaches.isEmpty } }

    /// Every claim holds, or the manifest gives it up.
    package var isWhole: Bool {
        verdicts.allSatisfy { verdict in
            switch verdict.outcome {
            case .holds, .waived: true
            case .broken, .unproven: false
            }
        }
    }

    package func link(_ from: Int, _ to: Int) -> Link? { links.first { $0.from == from && $0.to == to } }

    private static func verdicts(
        _ network: NetworkModel, _ links: [Link], _ choices: [Choice], _ starts: [TaskStart]
    ) -> [Verdict] {
        var breaches: [Claim: [Breach]] = [:]
        let paths = Paths(network: network)
        for link in links {
            let (from, to) = (network.parties[link.from], network.parties[link.to])
            for bound in Bound.of(from, to, in: network) {
                for flight in link.flights {
                    guard let packet = flight.arrives.intersection(bound.forbidden(flight)).tellingSample else {
                        continue
                    }
                    breaches[bound.claim, default: []].append(paths.breach(bound.claim, link, flight, packet))
                }
            }
        }
        breaches[.onlyThisDistributionIsAnswered] = strangers(network)
        breaches[.neededWaysAreOpen] = closed(network, links) + starts.compactMap { $0.breach(in: network) }
        breaches[.survivesLossOfZone] = network.zones.flatMap { unsurvived(network, $0) }
        return Claim.allCases.map { claim in
            let found = breaches[claim] ?? []
            let chosen = choices.filter { choice in
                choice.claim == claim && (choice.isCertain || found.contains(where: choice.covers))
            }
            let rest = found.filter { breach in !chosen.contains { $0.covers(breach) } }
            if !rest.isEmpty { return Verdict(claim: claim, outcome: .broken(rest)) }
            if claim.isAboutEverything, !network.blindSpots.isEmpty {
                return Verdict(
                    claim: claim, outcome: .unproven("not looked at: \(network.blindSpots.joined(separator: "; "))"))
            }
            let reasons = chosen.map(\.reason).joined(separator: "; ")
            return Verdict(claim: claim, outcome: chosen.isEmpty ? .holds : .waived(reasons))
        }
    }

    /// CloudFront's addresses are everybody's who has a distribution.
    private static func strangers(_ network: NetworkModel) -> [Breach] {
        let isPublic = network.parties.contains { $0.role == .loadBalancer && $0.hasPublicAddress }
        guard isPublic, !network.wantsOriginHeader else { return [] }
        return [
            Breach(
                claim: .onlyThisDistributionIsAnswered, about: .loadBalancer,
                what: "any distribution of any account gets answers", packet: nil, path: [],
                change: "listener: refuse what does not carry the origin's secret header")
        ]
    }

    private static func closed(_ network: NetworkModel, _ links: [Link]) -> [Breach] {
        let paths = Paths(network: network)
        // Found at once: looking through all pairs for each need takes fifty services seconds.
        let between = Dictionary(grouping: links) {
            Ends(from: network.parties[$0.from].role, to: network.parties[$0.to].role)
        }
        return Need.of(network).flatMap { need in
            (between[Ends(from: need.from, to: need.to)] ?? [])
                .compactMap { paths.obstacle(.neededWaysAreOpen, $0, need.traffic) }
        }
    }

    private struct Ends: Hashable {
        var from: Party.Role
        var to: Party.Role
    }

    /// Of each need somebody must be left who calls, and each of them must reach somebody.
    private static func unsurvived(_ network: NetworkModel, _ zone: String) -> [Breach] {
        let rest = network.losing(zone: zone)
        let crossing = Crossing(rest)
        let paths = Paths(network: rest)
        return Need.of(network).flatMap { need -> [Breach] in
            let callers = rest.parties.indices.filter { rest.parties[$0].role == need.from }
            let called = rest.parties.indices.filter { rest.parties[$0].role == need.to }
            let missing = [(need.from, callers), (need.to, called)].filter { $0.1.isEmpty }.map { role, _ in
                Breach(
                    claim: .survivesLossOfZone, about: role, what: "without zone \(zone) there is no \(role)",
                    packet: nil, path: [],
                    change: "\(role): stand in two zones")
            }
            guard missing.isEmpty else { return missing }
            return callers.compactMap { caller in
                let obstacles = called.map {
                    paths.obstacle(.survivesLossOfZone, crossing.link(from: caller, to: $0), need.traffic)
                }
                guard obstacles.allSatisfy({ $0 != nil }), var first = obstacles.first ?? nil else { return nil }
                first.what = "without zone \(zone), \(first.what)"
                return first
            }
        }.uniqued
    }
}

extension [Breach] {
    /// Each once, in the order of their first appearance.
    fileprivate var uniqued: [Breach] {
        var seen: Set<Breach> = []
        return filter { seen.insert($0).inserted }
    }
}
