/// How packets get from party to party.
extension Crossing {
    func link(from: Int, to: Int) -> Link {
        let (sender, receiver) = (network.parties[from], network.parties[to])
        return Link(from: from, to: to, flights: flights(sender, receiver))
    }

    private func flights(_ from: Party, _ to: Party) -> [Flight] {
        switch (from.subnet, to.subnet) {
        case (nil, nil): toEdge(from, to)
        case (nil, _?) where from.role == .cloudFront && to.role == .loadBalancer && !to.hasPublicAddress:
            network.vpcOrigins.isEmpty
                ? [fromInternet(from, to)] : network.vpcOrigins.map { fromVPCOrigin($0, from, to) }
        case (nil, _?): fromOutside(from, to).map { [$0] } ?? []
        case (_?, _): ways(from: from.subnet, to: to.addresses).map { leaving(from, to, $0.way, $0.destinations) }
        }
    }

    private func universe(_ from: Party, _ to: SpanSet) -> PacketSet {
        PacketSet(source: from.addresses, destination: to, traffic: .all)
    }

    // MARK: From inside

    private func leaving(_ from: Party, _ to: Party, _ way: NetworkModel.Way, _ destinations: SpanSet) -> Flight {
        let all = universe(from, destinations)
        let isInside = to.subnet != nil
        let crosses = !isInside || from.subnet != to.subnet
        let exit = crosses ? listEgress(of: from.subnet, from: from.addresses, to: destinations) : nil
        let isOpen = isInside ? way == .local : leadsTo(to, way)
        let start = [groupEgress(from, to), exit, routeTable(of: from.subnet, all, isOpen: isOpen)].compactMap { $0 }
        let answers = Return(
            ports: from.sourcePorts, universe: answered(from, destinations),
            stages: crosses
                ? [listIngress(of: from.subnet, from: destinations, to: from.addresses)].compactMap { $0 } : [])
        var flight = Flight(way: way, universe: all, there: start, back: [answers])
        if isInside {
            arrive(at: to, from: from, crosses: crosses, &flight)
        } else {
            leave(through: way, from, destinations, &flight)
        }
        return flight
    }

    private func leadsTo(_ to: Party, _ way: NetworkModel.Way) -> Bool {
        switch (to.role, way) {
        case (.gatewayEndpoint(let name), .gatewayEndpoint(let id)): Layer.short(id) == name
        case (.beyond(let name), .unknown(let id)): id == name
        case (.gatewayEndpoint, _), (_, .gatewayEndpoint), (.beyond, _), (_, .local), (_, .nowhere): false
        case (_, .internetGateway(let id)): id == network.internetGateway
        case (_, .natGateway(let id)): network.natGateways[id] != nil
        case (_, .unknown): true
        }
    }

    private func answered(_ from: Party, _ destinations: SpanSet) -> PacketSet {
        PacketSet(source: destinations, destination: from.addresses, traffic: .all)
    }

    private func arrive(at to: Party, from: Party, crosses: Bool, _ flight: inout Flight) {
        if crosses, let entry = listIngress(of: to.subnet, from: from.addresses, to: to.addresses) {
            flight.there.append(entry)
        }
        flight.there.append(groupIngress(from, to))
        if crosses, let exit = listEgress(of: to.subnet, from: to.addresses, to: from.addresses) {
            flight.back[0].stages.insert(exit, at: 0)
        }
    }

    private func leave(through way: NetworkModel.Way, _ from: Party, _ to: SpanSet, _ flight: inout Flight) {
        switch way {
        case .natGateway(let id):
            if let gateway = network.natGateways[id] { cross(id, gateway, from, to, &flight) }
        case .gatewayEndpoint, .unknown: break
        // Nothing that has no public address gets out, wherever the table leads.
        case .internetGateway, .local, .nowhere:
            flight.there.append(gate(.publicAddress, from.hasPublicAddress))
        }
    }

    /// Two legs: to the gateway, and from the gateway under its own address and ports.
    private func cross(
        _ id: String, _ gateway: NetworkModel.NATGateway, _ from: Party, _ to: SpanSet, _ flight: inout Flight
    ) {
        let own = network.subnets[gateway.subnet]?.addresses ?? SpanSet()
        if gateway.subnet != from.subnet {
            let entry = listIngress(of: gateway.subnet, from: from.addresses, to: to)
            let exit = listEgress(of: gateway.subnet, from: to, to: from.addresses)
            flight.there += [entry].compactMap { $0 }
            flight.back[0].stages = [exit].compactMap { $0 } + flight.back[0].stages
        } else {
            // Between the gateway and its neighbours no list stands.
            flight.back[0].stages = []
        }
        let exit = listEgress(of: gateway.subnet, from: from.addresses, to: to)
        let out = ways(from: gateway.subnet, to: to)
            .filter { network.internetGateway != nil && $0.way == .internetGateway(network.internetGateway ?? "") }
        let open = universe(from, SpanSet.union(of: out.map(\.destinations)))
        flight.there += [exit].compactMap { $0 }
        flight.there.append(Stage(layer: .routeTable(network.subnets[gateway.subnet]?.table), passes: open))
        flight.back.append(
            Return(
                ports: Crossing.gatewayPorts, sender: own,
                universe: PacketSet(source: to, destination: own, traffic: .all),
                stages: [listIngress(of: gateway.subnet, from: to, to: own)].compactMap { $0 }))
    }

    /// Where a NAT gateway's connections come from. Source: VPC user guide, NAT gateways, read 2026-11.
    static let gatewayPorts = SpanSet(Span(1024, 65_535))

    // MARK: From outside

    /// The edge is the one thing that is there to be called by everybody.
    private func toEdge(_ from: Party, _ to: Party) -> [Flight] {
        guard from.role == .internet, to.role == .cloudFront else { return [] }
        let open = PacketSet(source: from.addresses, destination: to.addresses, traffic: .tcp(to.listens))
        return [
            Flight(
                way: .local, universe: universe(from, to.addresses),
                there: [Stage(layer: .distribution, passes: open)], back: [])
        ]
    }

    private func fromOutside(_ from: Party, _ to: Party) -> Flight? {
        switch from.role {
        case .internet, .cloudFront: fromInternet(from, to)
        // Needs neither a gateway nor a public address.
        case .beyond(let id): entering(from, to, by: .unknown(id), past: [])
        case .loadBalancer, .service, .database, .interfaceEndpoint, .gatewayEndpoint, .foreign: nil
        }
    }

    private func fromInternet(_ from: Party, _ to: Party) -> Flight {
        entering(
            from, to, by: .internetGateway(network.internetGateway ?? ""),
            past: [gate(.internetGateway, network.internetGateway != nil), gate(.publicAddress, to.hasPublicAddress)])
    }

    /// Answers leave by the way on which the calls came.
    private func entering(_ from: Party, _ to: Party, by way: NetworkModel.Way, past gates: [Stage]) -> Flight {
        let there: [Stage?] = [
            listIngress(of: to.subnet, from: from.addresses, to: to.addresses), groupIngress(from, to),
        ]
        let out = ways(from: to.subnet, to: from.addresses).filter { $0.way == way }
        let route = Stage(
            layer: .routeTable(to.subnet.flatMap { network.subnets[$0]?.table }),
            passes: PacketSet(
                source: to.addresses, destination: SpanSet.union(of: out.map(\.destinations)), traffic: .all))
        let back = [listEgress(of: to.subnet, from: to.addresses, to: from.addresses), route]
        return Flight(
            way: way, universe: universe(from, to.addresses), there: gates + there.compactMap { $0 },
            back: [
                Return(
                    ports: from.sourcePorts, universe: answered(from, to.addresses), stages: back.compactMap { $0 })
            ])
    }

    private func fromVPCOrigin(_ origin: NetworkModel.VPCOrigin, _ from: Party, _ to: Party) -> Flight {
        let called = PacketSet(source: from.addresses, destination: to.addresses, traffic: .tcp(origin.ports))
        let there = [
            // CloudFront takes no origin in a network without a gateway, though nothing passes through it.
            gate(.internetGateway, network.internetGateway != nil),
            Stage(layer: .vpcOrigin(origin.name), passes: called), groupIngress(from, to),
        ]
        let back = [listEgress(of: to.subnet, from: to.addresses, to: from.addresses)].compactMap { $0 }
        return Flight(
            way: .local, universe: universe(from, to.addresses), there: there,
            back: [Return(ports: from.sourcePorts, universe: answered(from, to.addresses), stages: back)])
    }
}
