/// Explains packets: those that pass and must not, and those that must and do not.
struct Paths {
    let network: NetworkModel

    /// A packet that gets through.
    func breach(_ claim: Claim, _ link: Link, _ flight: Flight, _ packet: Packet) -> Breach {
        let (from, to) = (network.parties[link.from], network.parties[link.to])
        let hops = flight.there.map { stage in
            Breach.Hop(
                layer: stage.layer.text, rule: network.rule(in: stage.layer, for: packet, from: from, to: to),
                passes: true)
        }
        let weakest = flight.there.max { weight($0.layer, claim) < weight($1.layer, claim) }?.layer
        let change = weakest.map { layer in
            layer == .publicAddress
                ? "\(layer.text): take it from \((from.subnet == nil ? to : from).role)"
                : "\(layer.text): take back `\(network.rule(in: layer, for: packet, from: from, to: to))`"
        }
        return Breach(
            claim: claim, about: to.role, what: "\(from.name) reaches \(to.name)", packet: packet, path: hops,
            change: change ?? "nothing stands between them")
    }

    /// Where a rule is best changed: at who is called, then at who calls, then in the fences around. Where the way itself is
    /// wrong, at the public address, for the route to the internet gateway is the load balancer's, too; without one, at the route.
    private func weight(_ layer: Layer, _ claim: Claim) -> Int {
        switch layer {
        case .publicAddress where [.tasksLeaveByNATOrEndpoint, .databaseHasNoInternet].contains(claim): 7
        case .routeTable where [.tasksLeaveByNATOrEndpoint, .databaseHasNoInternet].contains(claim): 6
        case .groupIngress: 5
        case .groupEgress: 4
        case .routeTable: 3
        case .listIngress: 2
        case .listEgress: 1
        case .natGateway, .internetGateway, .publicAddress, .vpcOrigin, .distribution: 0
        }
    }

    /// A packet that does not get there, or whose answer does not get back. Nil when neither is so.
    func obstacle(_ claim: Claim, _ link: Link, _ traffic: Traffic) -> Breach? {
        let (from, to) = (network.parties[link.from], network.parties[link.to])
        let wanted = PacketSet(source: from.addresses, destination: to.addresses, traffic: traffic)
        let missing = wanted.subtracting(link.arrives)
        if let packet = missing.sample { return stopped(claim, link, packet, from, to) }
        let lost = link.unanswered.subtracting(Paths.tolerated)
        guard let port = lost.spans.first?.low else { return nil }
        return unanswered(claim, link, UInt16(clamping: port), from, to)
    }

    /// FSBP EC2.21 takes an entry that holds this port for open remote desktops, so the lists leave it out where answers come
    /// in: a connection that draws it is tried again by TCP's caller, one in 64 000.
    static let tolerated = SpanSet(Span(3389))

    private func stopped(_ claim: Claim, _ link: Link, _ packet: Packet, _ from: Party, _ to: Party) -> Breach {
        let flight = link.flights.first { $0.universe.contains(packet) }
        let hops = hops(of: packet, through: flight?.there ?? [], from, to)
        let place = hops.last.map { "\($0.layer): let it pass" } ?? "there is no way from the one to the other"
        return Breach(
            claim: claim, about: to.role, what: "\(from.name) does not reach \(to.name)", packet: packet, path: hops,
            change: place)
    }

    /// To the layer that stops it, or all.
    private func hops(of packet: Packet, through stages: [Stage], _ from: Party, _ to: Party) -> [Breach.Hop] {
        var hops: [Breach.Hop] = []
        for stage in stages {
            let passes = stage.passes.contains(packet)
            hops.append(
                Breach.Hop(
                    layer: stage.layer.text, rule: network.rule(in: stage.layer, for: packet, from: from, to: to),
                    passes: passes))
            if !passes { break }
        }
        return hops
    }

    private func unanswered(_ claim: Claim, _ link: Link, _ port: UInt16, _ from: Party, _ to: Party) -> Breach {
        for answer in link.flights.flatMap(\.back) where answer.ports.contains(UInt32(port)) {
            let all = answer.universe.intersection(
                PacketSet(source: .everyAddress, destination: .everyAddress, traffic: .tcp(SpanSet(Span(UInt32(port)))))
            )
            guard let packet = all.subtracting(answer.arrives).sample else { continue }
            let hops = hops(of: packet, through: answer.stages, to, from)
            return Breach(
                claim: claim, about: to.role, what: "answers of \(to.name) do not come back to \(from.name)",
                packet: packet, path: hops,
                change:
                    "\(hops.last?.layer ?? "the way back"): let answers to the caller's ports pass, of which \(port) is one"
            )
        }
        return Breach(
            claim: claim, about: to.role, what: "answers of \(to.name) do not come back to \(from.name)", packet: nil,
            path: [],
            change: "let answers to port \(port) pass")
    }
}
