/// A network made ready to be asked: every filter computed once, every destination sorted by the route that decides.
struct Crossing {
    let network: NetworkModel
    private let lists: [String: (ingress: PeerFilter, egress: PeerFilter)]
    private let groups: [String: (ingress: GroupFilter, egress: GroupFilter)]
    private let ways: [String: [(way: NetworkModel.Way, destinations: SpanSet)]]

    init(_ network: NetworkModel) {
        self.network = network
        lists = network.lists.mapValues { ($0.filter(.ingress), $0.filter(.egress)) }
        groups = network.groups.mapValues { (GroupFilter($0.ingress), GroupFilter($0.egress)) }
        ways = network.tables.mapValues { $0.ways(network) }
    }

    // MARK: Layers

    func groupEgress(_ from: Party, _ to: Party) -> Stage {
        let filters = from.groups.compactMap { groups[$0]?.egress.filter(peer: to) }
        return Stage(
            layer: .groupEgress(from.groups), passes: PacketSet(from: from.addresses, .union(of: filters)))
    }

    func groupIngress(_ from: Party, _ to: Party) -> Stage {
        let filters = to.groups.compactMap { groups[$0]?.ingress.filter(peer: from) }
        return Stage(
            layer: .groupIngress(to.groups), passes: PacketSet(.union(of: filters), to: to.addresses))
    }

    /// Nil where a subnet has no list.
    func listEgress(of subnet: String?, from sources: SpanSet, to destinations: SpanSet) -> Stage? {
        guard let name = subnet.flatMap({ network.subnets[$0]?.list }), let filter = lists[name]?.egress else {
            return nil
        }
        let receivers = filter.intersection(PeerFilter(destinations, Traffic.all.region))
        return Stage(layer: .listEgress(name), passes: PacketSet(from: sources, receivers))
    }

    func listIngress(of subnet: String?, from sources: SpanSet, to destinations: SpanSet) -> Stage? {
        guard let name = subnet.flatMap({ network.subnets[$0]?.list }), let filter = lists[name]?.ingress else {
            return nil
        }
        let senders = filter.intersection(PeerFilter(sources, Traffic.all.region))
        return Stage(layer: .listIngress(name), passes: PacketSet(senders, to: destinations))
    }

    /// Where a subnet's packets go, for those of the destinations that go anywhere; every destination is in one way.
    func ways(from subnet: String?, to destinations: SpanSet) -> [(way: NetworkModel.Way, destinations: SpanSet)] {
        let table = subnet.flatMap { network.subnets[$0]?.table }
        let all = table.flatMap { ways[$0] } ?? NetworkModel.Table(routes: []).ways(network)
        return all.compactMap { way, set in
            let part = set.intersection(destinations)
            return part.isEmpty ? nil : (way, part)
        }
    }

    func routeTable(of subnet: String?, _ universe: PacketSet, isOpen: Bool) -> Stage {
        Stage(
            layer: .routeTable(subnet.flatMap { network.subnets[$0]?.table }),
            passes: isOpen ? universe : PacketSet())
    }

    func gate(_ layer: Layer, _ isOpen: Bool) -> Stage {
        Stage(layer: layer, passes: isOpen ? .everything : PacketSet())
    }
}

extension NetworkModel.Table {
    /// Every destination with the way that the longest prefix gives it; one entry for each way, in the order of the routes.
    func ways(_ network: NetworkModel) -> [(way: NetworkModel.Way, destinations: SpanSet)] {
        var open = SpanSet.everyAddress
        var result: [(way: NetworkModel.Way, destinations: SpanSet)] = []
        func decide(_ way: NetworkModel.Way, _ destinations: SpanSet) {
            let part = open.intersection(destinations)
            open = open.subtracting(destinations)
            if part.isEmpty { return }
            if let index = result.firstIndex(where: { $0.way == way }) {
                result[index].destinations = result[index].destinations.union(part)
            } else {
                result.append((way, part))
            }
        }
        // A route of the local block's own length cannot be had, so more specific ones come first.
        let sorted = routes.enumerated().sorted { ($1.element.prefix, $0.offset) < ($0.element.prefix, $1.offset) }
            .map(\.element)
        let local = network.localPrefix
        for route in sorted where route.prefix > local { decide(route.way, route.destination) }
        decide(.local, network.blocks)
        for route in sorted where route.prefix <= local { decide(route.way, route.destination) }
        decide(.nowhere, open)
        return result
    }
}

extension NetworkModel {
    /// The prefix of the network's own route. A network of several blocks has one for each; the shortest stands for all.
    var localPrefix: Int {
        let largest = blocks.spans.map { UInt64($0.high) - UInt64($0.low) + 1 }.max() ?? 1
        return 32 - (63 - largest.leadingZeroBitCount)
    }
}
