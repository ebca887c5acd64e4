/// The most that one party may send another, and the claim that says so.
struct Bound {
    var claim: Claim
    /// What may pass on a flight.
    var allows: @Sendable (Flight) -> Traffic

    init(_ claim: Claim, _ traffic: Traffic) {
        self.claim = claim
        allows = { _ in traffic }
    }

    init(_ claim: Claim, _ allows: @escaping @Sendable (Flight) -> Traffic) {
        self.claim = claim
        self.allows = allows
    }

    /// What would go this way and must not.
    func forbidden(_ flight: Flight) -> PacketSet {
        let allowed = allows(flight)
        return PacketSet.union(
            of: flight.universe.layers.flatMap { source in
                source.inner.layers.map { destination in
                    PacketSet(
                        source.span,
                        Layered<Layered<SpanSet>>(destination.span, destination.inner.subtracting(allowed.region)))
                }
            })
    }

    /// Every claim that has a say about a pair; empty where nothing is claimed, as between two parties outside.
    static func of(_ from: Party, _ to: Party, in network: NetworkModel) -> [Bound] {
        var bounds = [specific(from, to, network)].compactMap { $0 }
        if from.role == .internet, to.role == .cloudFront {
            bounds = [Bound(.onlyEdgeIsPublic, .tcp(to.listens))]
        } else if from.role == .internet, to.subnet != nil {
            bounds.append(Bound(.onlyEdgeIsPublic, .none))
        }
        let reachesOut = from.role == .database && to.role.isOutside
        let reachesIn = from.role.isOutside && to.role == .database
        if reachesOut || reachesIn { bounds.append(Bound(.databaseHasNoInternet, .none)) }
        return bounds
    }

    private static func specific(_ from: Party, _ to: Party, _ network: NetworkModel) -> Bound? {
        if from.subnet == nil, to.subnet == nil { return nil }
        switch to.role {
        case .loadBalancer:
            return Bound(.onlyCloudFrontCallsBalancer, from.role == .cloudFront ? .tcp(to.listens) : .none)
        case .service:
            return Bound(.onlyBalancerCallsTasks, from.role == .loadBalancer ? .tcp(network.servicePorts) : .none)
        case .database: return Bound(.onlyTasksCallDatabase, from.role.isTasks ? .tcp(to.listens) : .none)
        case .interfaceEndpoint, .gatewayEndpoint:
            // Somebody else's machine may use what is the network's own.
            if from.role.isForeign { return nil }
            return Bound(.onlyTasksCallEndpoints, from.role.isTasks ? .tcp(to.listens) : .none)
        case .internet, .cloudFront, .beyond:
            if from.role.isForeign || from.role == .database { return nil }
            guard from.role.isTasks else { return Bound(.onlyTasksLeave, .none) }
            return Bound(.tasksLeaveByNATOrEndpoint) { flight in
                if case .natGateway = flight.way { .all } else { .none }
            }
        case .foreign: return nil
        }
    }
}

extension NetworkModel {
    /// All services' tasks are in one group, which takes the ports of all.
    var servicePorts: SpanSet { SpanSet.union(of: parties.filter(\.role.isTasks).map(\.listens)) }
}
