import Proofs

/// The other evaluator: follows one packet through a network by asking each rule, and computes with no sets of packets. Written from
/// what AWS documents, not from the code that it judges.
struct PacketWalk {
    let network: NetworkModel
    /// Of the route that every table has.
    var localPrefix = RandomNetwork.localPrefix

    private enum Direction { case ingress, egress }

    // MARK: There

    func arrives(_ packet: Packet, from: Party, to: Party) -> Bool {
        guard from.addresses.contains(packet.source), to.addresses.contains(packet.destination) else { return false }
        switch (from.subnet, to.subnet) {
        case (nil, nil):
            return from.role == .internet && to.role == .cloudFront && packet.protocolNumber == 6
                && to.listens.contains(UInt32(packet.port))
        case (nil, let subnet?): return entersFromOutside(packet, from, to, subnet)
        case (let subnet?, nil): return leaves(packet, from, to, subnet)
        case (let mine?, let other?):
            guard case .local = way(mine, packet.destination), group(packet, from, to, .egress) else { return false }
            guard mine != other else { return group(packet, from, to, .ingress) }
            return list(mine, packet, .egress) && list(other, packet, .ingress) && group(packet, from, to, .ingress)
        }
    }

    private func entersFromOutside(_ packet: Packet, _ from: Party, _ to: Party, _ subnet: String) -> Bool {
        guard group(packet, from, to, .ingress) else { return false }
        if case .beyond = from.role { return list(subnet, packet, .ingress) }
        guard from.role.isOutside, network.internetGateway != nil else { return false }
        if from.role == .cloudFront, to.role == .loadBalancer, !to.hasPublicAddress, !network.vpcOrigins.isEmpty {
            return packet.protocolNumber == 6 && network.vpcOrigins.contains { $0.ports.contains(UInt32(packet.port)) }
        }
        return to.hasPublicAddress && list(subnet, packet, .ingress)
    }

    private func leaves(_ packet: Packet, _ from: Party, _ to: Party, _ subnet: String) -> Bool {
        guard group(packet, from, to, .egress), list(subnet, packet, .egress) else { return false }
        let isEndpoint = if case .gatewayEndpoint = to.role { true } else { false }
        if case .beyond(let id) = to.role { return way(subnet, packet.destination) == .unknown(id) }
        switch way(subnet, packet.destination) {
        case .local, .nowhere: return false
        case .unknown: return !isEndpoint
        case .gatewayEndpoint(let id): return to.role == .gatewayEndpoint(id)
        case .internetGateway(let id): return !isEndpoint && id == network.internetGateway && from.hasPublicAddress
        case .natGateway(let id):
            guard !isEndpoint, let gateway = network.natGateways[id], let attached = network.internetGateway else {
                return false
            }
            if gateway.subnet != subnet, !list(gateway.subnet, packet, .ingress) { return false }
            guard case .internetGateway(attached) = way(gateway.subnet, packet.destination) else { return false }
            return list(gateway.subnet, packet, .egress)
        }
    }

    // MARK: Back

    /// Whether an answer over TCP to `port` of the caller comes back, of a call that has arrived; for a call through a NAT
    /// gateway of its two legs one may be asked about.
    func answerArrives(_ call: Packet, port: UInt16, from: Party, to: Party) -> Bool {
        let answer = Packet(source: call.destination, destination: call.source, protocolNumber: 6, port: port)
        switch (from.subnet, to.subnet) {
        case (nil, nil): return true
        case (nil, let subnet?):
            guard list(subnet, answer, .egress) else { return false }
            if from.role == .cloudFront, to.role == .loadBalancer, !to.hasPublicAddress, !network.vpcOrigins.isEmpty {
                return true
            }
            if case .beyond(let id) = from.role { return way(subnet, answer.destination) == .unknown(id) }
            guard case .internetGateway(let id) = way(subnet, answer.destination) else { return false }
            return id == network.internetGateway
        case (let subnet?, nil):
            guard case .natGateway(let id) = way(subnet, call.destination), let gateway = network.natGateways[id] else {
                return list(subnet, answer, .ingress)
            }
            return gateway.subnet == subnet
                || (list(gateway.subnet, answer, .egress) && list(subnet, answer, .ingress))
        case (let mine?, let other?):
            return mine == other || (list(other, answer, .egress) && list(mine, answer, .ingress))
        }
    }

    /// The leg between a NAT gateway and the outside; true for calls that take none.
    func answerReachesGateway(_ call: Packet, port: UInt16, from: Party) -> Bool {
        guard let subnet = from.subnet, case .natGateway(let id) = way(subnet, call.destination),
            let gateway = network.natGateways[id]
        else { return true }
        let answer = Packet(source: call.destination, destination: call.source, protocolNumber: 6, port: port)
        return list(gateway.subnet, answer, .ingress)
    }

    func passesGateway(_ call: Packet, from: Party) -> Bool {
        guard let subnet = from.subnet else { return false }
        if case .natGateway = way(subnet, call.destination) { return true }
        return false
    }

    // MARK: Rules, one by one

    private func group(_ packet: Packet, _ from: Party, _ to: Party, _ direction: Direction) -> Bool {
        let (own, other, peer) =
            direction == .egress ? (from, to, packet.destination) : (to, from, packet.source)
        for name in own.groups {
            guard let group = network.groups[name] else { continue }
            for rule in direction == .egress ? group.egress : group.ingress where matches(rule.traffic, packet) {
                switch rule.peer {
                case .addresses(let set): if set.contains(peer) { return true }
                case .group(let id): if other.groups.contains(id) { return true }
                }
            }
        }
        return false
    }

    private func list(_ subnet: String, _ packet: Packet, _ direction: Direction) -> Bool {
        guard let name = network.subnets[subnet]?.list, let list = network.lists[name] else { return true }
        let entries = direction == .egress ? list.egress : list.ingress
        let peer = direction == .egress ? packet.destination : packet.source
        var best: NetworkModel.Entry?
        for entry in entries where entry.peer.contains(peer) && matches(entry.traffic, packet) {
            if best.map({ entry.number < $0.number }) ?? true { best = entry }
        }
        return best?.allows ?? false
    }

    private func way(_ subnet: String, _ destination: UInt32) -> NetworkModel.Way {
        let routes = network.subnets[subnet]?.table.flatMap { network.tables[$0]?.routes } ?? []
        var best: (prefix: Int, way: NetworkModel.Way) = (-1, .nowhere)
        if network.blocks.contains(destination) { best = (localPrefix, .local) }
        for route in routes where route.destination.contains(destination) && route.prefix > best.prefix {
            best = (route.prefix, route.way)
        }
        return best.way
    }

    private func matches(_ traffic: Traffic, _ packet: Packet) -> Bool {
        traffic.region.layers.contains { layer in
            layer.span.contains(UInt32(packet.protocolNumber))
                && layer.inner.spans.contains { $0.contains(UInt32(packet.port)) }
        }
    }
}
