/// Which rule of a layer decides about one packet, in words: how a path is explained.
extension NetworkModel {
    /// `port` is what the layer sees as the destination's: for answers the caller's.
    func rule(in layer: Layer, for packet: Packet, from: Party, to: Party) -> String {
        switch layer {
        case .groupEgress(let names): rule(names.compactMap { groups[$0]?.egress }, packet, packet.destination, to)
        case .groupIngress(let names): rule(names.compactMap { groups[$0]?.ingress }, packet, packet.source, from)
        case .listEgress(let name): entry(lists[name]?.entries(.egress), packet, packet.destination)
        case .listIngress(let name): entry(lists[name]?.entries(.ingress), packet, packet.source)
        case .routeTable(let name): route(name, packet.destination)
        case .natGateway: "sends on under its own address"
        case .internetGateway: internetGateway ?? "none is attached"
        case .publicAddress: packetHasPublicAddress(from, to) ? "has one" : "has none"
        case .vpcOrigin: "CloudFront calls the load balancer on the origin's port"
        case .distribution: "takes HTTP and HTTPS of everybody"
        }
    }

    private func packetHasPublicAddress(_ from: Party, _ to: Party) -> Bool {
        (from.subnet == nil ? to : from).hasPublicAddress
    }

    private func rule(_ rules: [[Rule]], _ packet: Packet, _ peer: UInt32, _ other: Party) -> String {
        let match = rules.joined().first { rule in
            guard rule.traffic.contains(packet) else { return false }
            switch rule.peer {
            case .addresses(let set): return set.contains(peer)
            case .group(let name): return other.groups.contains(name)
            }
        }
        return match?.text ?? "no rule allows it"
    }

    private func entry(_ entries: [Entry]?, _ packet: Packet, _ peer: UInt32) -> String {
        entries?.first { $0.peer.contains(peer) && $0.traffic.contains(packet) }?.text ?? "no entry allows it"
    }

    private func route(_ table: String?, _ destination: UInt32) -> String {
        let routes = table.flatMap { tables[$0]?.routes } ?? []
        let matches = routes.filter { $0.destination.contains(destination) }
        let best = matches.max { $0.prefix < $1.prefix }
        if blocks.contains(destination), best.map({ $0.prefix <= localPrefix }) ?? true { return "the network itself" }
        return best?.text ?? "no route leads there"
    }
}

extension Traffic {
    func contains(_ packet: Packet) -> Bool {
        region[UInt32(packet.protocolNumber)].contains(UInt32(packet.port))
    }
}
