/// What stops everything that a pair must not send: each layer here would do it alone.
package struct Block: Sendable, Hashable {
    package var from: Party.Role
    package var to: Party.Role
    /// Empty where layers stop it only between them.
    package var layers: [String]
    /// Layers that stop the answers, which no TCP connection can do without.
    package var answers: [String]
}

extension Proof {
    /// Every pair of roles with something forbidden between them, in the order of the parties. A layer counts when it
    /// stops all of it in every pair of zones.
    package var blocks: [Block] {
        var order: [[Party.Role]] = []
        var found: [[Party.Role]: Block] = [:]
        for link in links {
            guard let block = block(link) else { continue }
            let key = [block.from, block.to]
            if let known = found[key] {
                found[key]?.layers = known.layers.filter(block.layers.contains)
                found[key]?.answers = known.answers.filter(block.answers.contains)
            } else {
                order.append(key)
                found[key] = block
            }
        }
        return order.compactMap { found[$0] }
    }

    private func block(_ link: Link) -> Block? {
        let (from, to) = (network.parties[link.from], network.parties[link.to])
        let bounds = Bound.of(from, to, in: network)
        guard !bounds.isEmpty, !link.flights.isEmpty else { return nil }
        let forbidden = link.flights.map { flight in PacketSet.union(of: bounds.map { $0.forbidden(flight) }) }
        guard forbidden.contains(where: { !$0.isEmpty }) else { return nil }
        let perFlight = zip(link.flights, forbidden).filter { !$1.isEmpty }.map { flight, forbidden in
            flight.there.filter { $0.passes.intersection(forbidden).isEmpty }.map { $0.layer.kindText }
        }
        var layers = (perFlight.first ?? []).filter { layer in perFlight.allSatisfy { $0.contains(layer) } }
        if from.role.isOutside, to.role == .loadBalancer, network.wantsOriginHeader {
            layers.append("listener (403 without the origin header)")
        }
        return Block(from: from.role, to: to.role, layers: layers, answers: silenced(link))
    }

    /// Layers that let no answer over TCP pass, of every way there is.
    private func silenced(_ link: Link) -> [String] {
        let perFlight = link.flights.map { flight in
            flight.back.flatMap { answer in
                let all = answer.universe.intersection(
                    PacketSet(source: .everyAddress, destination: .everyAddress, traffic: .tcp(answer.ports)))
                return answer.stages.filter { $0.passes.intersection(all).isEmpty }.map { $0.layer.kindText }
            }
        }
        return (perFlight.first ?? []).filter { layer in perFlight.allSatisfy { $0.contains(layer) } }
    }
}
