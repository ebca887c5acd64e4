import AWSServices
import AWSWire
import Proofs
import Resources
import Stacks

/// Reads everything that is in the stack's network, whoever made it. What carries the stack's tags has its address; the rest
/// gets one of its kind and id.
struct NetworkSurvey {
    private let work: Work
    private let world: World
    private let vpc: String
    /// The stack's own, by AWS's id.
    private let known: [String: Address]

    /// - Throws: `Report` when the stack has no network.
    init(_ world: World, _ scope: StackScope, _ work: Work) throws {
        let network = world.resources.values.first { $0.settings.kind == .vpc }
        guard let vpc = network?.facts[.id] else {
            throw Report(
                "\(scope.fullName) has no network in \(work.connection.region)", expected: "a stack that is up",
                next: "`terrace verify` proves the plan; `terrace up --on aws` makes the stack")
        }
        self.vpc = vpc
        self.work = work
        self.world = world
        let kinds: Set<ResourceKind> = [
            .vpc, .internetGateway, .subnet, .natGateway, .routeTable, .networkACL, .endpoint, .securityGroup,
        ]
        let ids = world.resources.values.filter { kinds.contains($0.settings.kind) }
            .compactMap { observed in observed.facts[.id].map { ($0, observed.address) } }
        known = Dictionary(ids) { first, _ in first }
    }

    func sighting() async throws -> NetworkSighting {
        async let seenSubnets = self.seenSubnets()
        async let seenTables = self.seenTables()
        async let lists = self.lists()
        async let groups = self.groups()
        async let gateways = self.gateways()
        async let endpoints = self.endpoints()
        async let interfaces = self.interfaces()
        let (seenGroups, seenEndpoints) = try await (groups, endpoints)
        let (subnets, tables) = try await (seenSubnets, seenTables)
        let prefixLists = try await PrefixLists(work).read(
            named: seenGroups.flatMap { $0.settings.values.compactMap(\.literal) }.filter { $0.hasPrefix("pl-") },
            services: seenEndpoints.compactMap(\.gatewayService))
        let rest = world.resources.values.filter { !Self.looked.contains($0.settings.kind) }
        let seen =
            try await subnets.compactMap(resource) + tables.compactMap(resource) + lists + seenGroups + gateways
            + seenEndpoints
        return NetworkSighting(
            resources: seen + rest.sorted { $0.address < $1.address }, lookups: world.lookups,
            mainTable: tables.first(where: \.isMain)?.routeTableId, prefixLists: prefixLists.blocks,
            services: prefixLists.services,
            interfaces: try await interfaces,
            blindSpots: subnets.compactMap(addressesOfIPv6) + tables.flatMap(unreadRoutes))
    }

    /// Kinds that are read here, all of them and not only the stack's.
    private static let looked: Set<ResourceKind> = [
        .internetGateway, .subnet, .natGateway, .routeTable, .networkACL, .endpoint, .securityGroup,
        .securityGroupRules,
    ]

    private var here: [EC2.Filter] { [EC2.Filter(name: "vpc-id", values: [vpc])] }

    private func observed(_ id: String?, _ settings: Settings) -> Observed? {
        guard let id else { return nil }
        return Observed(known[id] ?? Address(.network, settings.kind.rawValue, id), settings, facts: [.id: id])
    }

    // MARK: Parts

    private func seenSubnets() async throws -> [EC2.Subnet] {
        try await work.lookAll(EC2.DescribeSubnetsRequest(filters: here)).flatMap(\.subnets)
    }

    private func resource(_ subnet: EC2.Subnet) -> Observed? {
        observed(
            subnet.subnetId,
            .subnet(
                SubnetSettings(
                    vpc: Value(vpc), cidr: subnet.cidrBlock ?? "", zone: Value(subnet.availabilityZoneId ?? ""),
                    mapsPublicAddresses: subnet.mapPublicIpOnLaunch ?? false)))
    }

    private func seenTables() async throws -> [EC2.RouteTable] {
        try await work.lookAll(EC2.DescribeRouteTablesRequest(filters: here)).flatMap(\.routeTables)
    }

    private func resource(_ table: EC2.RouteTable) -> Observed? {
        observed(table.routeTableId, .routeTable(RouteTableHandler.settings(table)))
    }

    private func lists() async throws -> [Observed] {
        try await work.lookAll(EC2.DescribeNetworkAclsRequest(filters: here)).flatMap(\.networkAcls).compactMap {
            observed($0.networkAclId, .networkACL(NetworkACLHandler.settings($0)))
        }
    }

    /// Each group and its rules.
    private func groups() async throws -> [Observed] {
        let groups = try await work.lookAll(EC2.DescribeSecurityGroupsRequest(filters: here)).flatMap(\.securityGroups)
        return groups.flatMap { group -> [Observed] in
            let settings = SecurityGroupSettings(
                vpc: Value(vpc), name: Value(group.groupName ?? ""), description: group.description ?? "")
            guard let own = observed(group.groupId, .securityGroup(settings)) else { return [] }
            let rules = Address(.network, ResourceKind.securityGroupRules.rawValue, own.address.lastWord)
            return [own, Observed(rules, .securityGroupRules(SecurityGroupRulesHandler.settings(group)), facts: [:])]
        }
    }

    private func gateways() async throws -> [Observed] {
        let attached = [EC2.Filter(name: "attachment.vpc-id", values: [vpc])]
        async let internet = work.lookAll(EC2.DescribeInternetGatewaysRequest(filters: attached))
        async let nat = work.lookAll(EC2.DescribeNatGatewaysRequest(filter: here))
        let outward = try await internet.flatMap(\.internetGateways).compactMap {
            observed($0.internetGatewayId, .internetGateway(InternetGatewaySettings(vpc: Value(vpc))))
        }
        // One without a public address leads to other networks only.
        let translating = try await nat.flatMap(\.natGateways)
            .filter { $0.state == .available && $0.connectivityType != .private }
        return outward
            + translating.compactMap { gateway in
                observed(
                    gateway.natGatewayId,
                    .natGateway(NATGatewayHandler.settings(gateway)))
            }
    }

    private func endpoints() async throws -> [Observed] {
        try await work.lookAll(EC2.DescribeVpcEndpointsRequest(filters: here)).flatMap(\.vpcEndpoints)
            .filter { EndpointHandler.state($0) != .deleting }
            .compactMap { observed($0.vpcEndpointId, .endpoint(EndpointHandler.settings($0))) }
    }

    // MARK: Whoever else is there

    /// Interfaces that AWS's services hold for the stack say so: their parties are known from the services themselves.
    private func interfaces() async throws -> [NetworkSighting.Interface] {
        let all = try await work.lookAll(EC2.DescribeNetworkInterfacesRequest(filters: here)).flatMap(
            \.networkInterfaces)
        return all.filter(isStranger).compactMap { interface in
            guard let id = interface.networkInterfaceId, let subnet = interface.subnetId else { return nil }
            let listed = interface.privateIpAddresses.compactMap(\.privateIpAddress)
            let addresses = listed.isEmpty ? [interface.privateIpAddress].compactMap { $0 } : listed
            let publics = [interface.association] + interface.privateIpAddresses.map(\.association)
            return NetworkSighting.Interface(
                id: id, subnet: subnet, addresses: addresses, groups: interface.groups.compactMap(\.groupId),
                hasPublicAddress: publics.contains { $0?.publicIp != nil })
        }
    }

    /// What ECS, load balancers, RDS, NAT gateways and endpoints write on their interfaces.
    private static let services = [
        "arn:aws:ecs:", "ELB app/", "RDSNetworkInterface", "Interface for NAT", "VPC Endpoint",
    ]

    private func isStranger(_ interface: EC2.NetworkInterface) -> Bool {
        let words = interface.description ?? ""
        // `arn:aws:ecs:us-east-1:123456789012:attachment/…`
        let isTask = words.hasPrefix("arn:") && words.split(separator: ":").dropFirst(2).first == "ecs"
        let isManaged = interface.requesterManaged == true && Self.services.contains { words.hasPrefix($0) }
        guard isTask || isManaged || interface.interfaceType == .natGateway else { return true }
        return !interface.groups.compactMap(\.groupId).allSatisfy { known[$0] != nil }
    }

    // MARK: What the model does not look at

    private func name(_ id: String?) -> String { id.map { known[$0]?.text ?? $0 } ?? "" }

    /// Nothing has an address of IPv6 but in a subnet that has a block of them; the network's own block alone gives none.
    private func addressesOfIPv6(_ subnet: EC2.Subnet) -> String? {
        let blocks = subnet.ipv6CidrBlockAssociationSet.filter {
            ![.disassociated, .failed].contains($0.ipv6CidrBlockState?.state)
        }.compactMap(\.ipv6CidrBlock)
        return blocks.isEmpty
            ? nil : "addresses of IPv6 in \(name(subnet.subnetId)), \(blocks.joined(separator: ", "))"
    }

    /// A gateway endpoint's route is known from the endpoint. Another one's list may hold any address.
    private func unreadRoutes(_ table: EC2.RouteTable) -> [String] {
        table.routes.compactMap { route in
            guard let list = route.destinationPrefixListId, route.gatewayId?.hasPrefix("vpce-") != true else {
                return nil
            }
            return "the route to prefix list \(list) in \(name(table.routeTableId))"
        }
    }
}

extension EC2.RouteTable {
    fileprivate var isMain: Bool { associations.contains { $0.main == true } }
}

extension Observed {
    /// The service of a gateway endpoint.
    fileprivate var gatewayService: String? {
        guard case .endpoint(let endpoint) = settings, case .gateway = endpoint.shape else { return nil }
        return endpoint.service.literal
    }
}

extension Address {
    fileprivate var lastWord: String { text.split(separator: ".").last.map(String.init) ?? text }
}
