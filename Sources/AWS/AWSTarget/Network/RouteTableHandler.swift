import AWSServices
import AWSWire
import Provisioning
import Resources

/// A table with its routes and associations, which an update makes one by one.
enum RouteTableHandler: KindHandler {
    static func find(_ search: Search<RouteTableSettings>) async throws -> [Observed] {
        let work = search.work
        guard try await work.mayHave(.routeTable) else { return [] }
        let pages = try await work.lookAll(EC2.DescribeRouteTablesRequest(filters: work.ofThisStack))
        return pages.flatMap(\.routeTables).compactMap { table in
            let tags = EC2.dictionary(table.tags)
            guard let address = work.scope.address(in: tags), let id = table.routeTableId else { return nil }
            return Observed(
                address, .routeTable(settings(table)), facts: work.connection.facts(id, "route-table"), tags: tags)
        }
    }

    /// The route to the network itself and those of gateway endpoints are AWS's own.
    static func settings(_ table: EC2.RouteTable) -> RouteTableSettings {
        let routes = table.routes.compactMap { route -> Route? in
            guard let destination = route.destinationCidrBlock, route.gatewayId != "local" else { return nil }
            if let id = route.natGatewayId { return Route(destination: destination, via: .natGateway(Value(id))) }
            if let id = route.gatewayId, id.hasPrefix("igw-") {
                return Route(destination: destination, via: .internetGateway(Value(id)))
            }
            let other =
                route.gatewayId ?? route.transitGatewayId ?? route.vpcPeeringConnectionId ?? route.networkInterfaceId
                ?? route.instanceId ?? route.egressOnlyInternetGatewayId ?? route.localGatewayId
                ?? route.carrierGatewayId
            return Route(destination: destination, via: .other(Value(other ?? "nothing")))
        }
        return RouteTableSettings(
            vpc: Value(table.vpcId ?? ""), routes: routes,
            subnets: table.associations.compactMap(\.subnetId).map { Value($0) })
    }

    static func create(_ order: Order<RouteTableSettings>) async throws -> Observed {
        let (wanted, work) = (order.settings, order.work)
        let request = EC2.CreateRouteTableRequest(
            vpcId: wanted.vpc.text, tagSpecifications: order.tagged(.routeTable), clientToken: order.tokenOfRun())
        return try await work.callOnce(request) { work in
            try await find(Search([], work)).first { $0.address == order.address && isIn(wanted.vpc, $0) }
        } made: { answer in
            let id = try (answer.routeTable?.routeTableId).orUnreadable("EC2.CreateRouteTable", "RouteTableId")
            return order.born(
                RouteTableSettings(vpc: wanted.vpc, routes: [], subnets: []),
                facts: work.connection.facts(id, "route-table"))
        }
    }

    private static func isIn(_ vpc: Value, _ observed: Observed) -> Bool {
        if case .routeTable(let settings) = observed.settings { settings.vpc == vpc } else { false }
    }

    static func update(_ order: Order<RouteTableSettings>, from observed: Observed) async throws -> Observed {
        guard case .routeTable(let found) = observed.settings, let id = observed.facts[.id] else { return observed }
        try await order.retag(id, from: observed)
        let work = order.work
        let routes = RouteChanges(from: found.routes, to: order.settings.routes)
        async let associated: Void = associate(order.settings.subnets, found.subnets, id, work)
        for route in routes.created { try await create(route, id, work) }
        for route in routes.replaced { try await work.call(request(route, EC2.ReplaceRouteRequest(routeTableId: id))) }
        for route in routes.removed {
            try await work.callIfThere(
                EC2.DeleteRouteRequest(routeTableId: id, destinationCidrBlock: route.destination))
        }
        try await associated
        return order.done(facts: observed.facts)
    }

    private static func create(_ route: Route, _ id: String, _ work: Work) async throws {
        do {
            try await work.call(request(route, EC2.CreateRouteRequest(routeTableId: id)))
        } catch let error as AWSError where error.code == "RouteAlreadyExists" {
            try await work.call(request(route, EC2.ReplaceRouteRequest(routeTableId: id)))
        }
    }

    private static func associate(_ wanted: [Value], _ found: [Value], _ id: String, _ work: Work) async throws {
        _ = try await wanted.filter { !found.contains($0) }.concurrentMap { subnet in
            do {
                try await work.call(EC2.AssociateRouteTableRequest(routeTableId: id, subnetId: subnet.text))
            } catch let error as AWSError where error.code == "Resource.AlreadyAssociated" {
                try await takeOver(subnet.text, id, work)
            }
        }
        let extra = found.filter { !wanted.contains($0) }.map(\.text)
        if !extra.isEmpty { try await disassociate(id, work) { extra.contains($0) } }
    }

    /// The subnet follows another table, or this one already.
    private static func takeOver(_ subnet: String, _ id: String, _ work: Work) async throws {
        let request = EC2.DescribeRouteTablesRequest(
            filters: [EC2.Filter(name: "association.subnet-id", values: [subnet])])
        let tables = try await work.fresh().lookAll(request).flatMap(\.routeTables)
        let association = tables.flatMap(\.associations).first { $0.subnetId == subnet }
        guard let association, association.routeTableId != id, let old = association.routeTableAssociationId else {
            return
        }
        try await work.call(EC2.ReplaceRouteTableAssociationRequest(associationId: old, routeTableId: id))
    }

    /// Tables that let go of their subnets at the same moment share one look.
    private static let sharedAge = Duration.seconds(2)

    private static func disassociate(_ id: String, _ work: Work, _ isMeant: (String) -> Bool) async throws {
        let request = EC2.DescribeRouteTablesRequest(filters: work.ofThisStack)
        let tables = try await work.fresh(within: sharedAge).lookAll(request).flatMap(\.routeTables)
        for association in tables.filter({ $0.routeTableId == id }).flatMap(\.associations) {
            guard let subnet = association.subnetId, isMeant(subnet), let id = association.routeTableAssociationId
            else {
                continue
            }
            try await work.callIfThere(EC2.DisassociateRouteTableRequest(associationId: id))
        }
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let id = observed.facts[.id] else { return }
        let request = EC2.DeleteRouteTableRequest(routeTableId: id)
        do { try await work.call(request) } catch let error as AWSError where error.code == "DependencyViolation" {
            // Subnets that stay follow it.
            try await disassociate(id, work) { _ in true }
            try await work.call(request)
        }
    }
}

/// Which calls bring one list of routes to another.
struct RouteChanges: Equatable {
    var created: [Route] = []
    /// A destination keeps its place and leads elsewhere, without a moment in which it leads nowhere.
    var replaced: [Route] = []
    var removed: [Route] = []

    init(from found: [Route], to wanted: [Route]) {
        let old = Dictionary(found.map { ($0.destination, $0) }) { first, _ in first }
        for route in wanted where old[route.destination] != route {
            if old[route.destination] == nil { created.append(route) } else { replaced.append(route) }
        }
        let kept = Set(wanted.map(\.destination))
        removed = found.filter { !kept.contains($0.destination) }
    }
}

/// Creating and replacing a route take the same members.
private protocol RouteRequest {
    var destinationCidrBlock: String? { get set }
    var gatewayId: String? { get set }
    var natGatewayId: String? { get set }
}

extension EC2.CreateRouteRequest: RouteRequest {}
extension EC2.ReplaceRouteRequest: RouteRequest {}

private func request<Request: RouteRequest>(_ route: Route, _ base: Request) -> Request {
    var request = base
    request.destinationCidrBlock = route.destination
    switch route.via {
    case .natGateway(let id): request.natGatewayId = id.text
    case .internetGateway(let id), .other(let id): request.gatewayId = id.text
    }
    return request
}
