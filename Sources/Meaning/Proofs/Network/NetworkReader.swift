import Resources
import Stacks

/// Makes a network out of resources, planned or observed.
struct NetworkReader {
    private let resources: [Resource]
    private let book: AddressBook
    private var network: NetworkModel
    /// AWS's own list of a network, which every subnet has that names none.
    private var defaultList: String?

    init(_ resources: [Resource], _ book: AddressBook = AddressBook()) {
        self.resources = resources
        self.book = book
        network = NetworkModel(blocks: SpanSet())
    }

    mutating func read() -> NetworkModel {
        // Subnets first: what is in them or follows them speaks of them.
        for resource in resources where resource.kind == .vpc { addPart(resource) }
        for resource in resources where resource.kind == .subnet { addPart(resource) }
        for resource in resources where ![.vpc, .subnet].contains(resource.kind) { addPart(resource) }
        for resource in resources { addParty(resource) }
        network.parties += book.strangers + beyond
        addOutside()
        network.wantsOriginHeader = wantsOriginHeader
        return network
    }
}

// MARK: Parts

extension NetworkReader {
    /// What parties stand in and packets pass.
    private mutating func addPart(_ resource: Resource) {
        let id = resource.address.text
        switch resource.settings {
        case .vpc(let vpc): addVPC(vpc, id)
        case .internetGateway: network.internetGateway = id
        case .subnet(let subnet):
            // A network may have got further blocks, of which only its subnets tell.
            network.blocks = network.blocks.union(block(subnet.cidr))
            network.subnets[id] = NetworkModel.Subnet(
                addresses: usable(subnet.cidr), zone: zone(subnet.zone), table: book.mainTable, list: defaultList)
        case .natGateway(let gateway): network.natGateways[id] = NetworkModel.NATGateway(subnet: key(gateway.subnet))
        case .routeTable(let table): addTable(table, id)
        case .networkACL(let list): addList(list, id)
        case .securityGroup: network.groups[id] = network.groups[id] ?? NetworkModel.Group(ingress: [], egress: [])
        case .securityGroupRules(let rules): addRules(rules)
        case .endpoint(let endpoint): addRoutes(endpoint, id)
        case .vpcOrigin(let origin):
            let port = origin.scheme == .http ? origin.httpPort : origin.httpsPort
            network.vpcOrigins.append(NetworkModel.VPCOrigin(name: id, ports: ports(port)))
        case .elasticAddress, .flowLog, .subnetGroup, .clusterParameterGroup, .databaseCluster, .databaseInstance,
            .databaseRole, .eventSubscription, .secret, .role, .logGroup, .repository, .ecsCluster, .taskDefinition,
            .release, .ecsService, .scalableTarget, .scalingPolicy, .scheduleGroup, .schedule, .stateMachine, .bucket,
            .loadBalancer,
            .targetGroup, .listener,
            .listenerRule,
            .certificate, .dnsRecord, .cachePolicy, .function, .ipSet, .webACL, .webACLLogging, .distribution,
            .logDelivery,
            .encryptionKey, .topic, .topicSubscription, .alarm, .dashboard:
            break
        }
    }

    private mutating func addVPC(_ vpc: VPCSettings, _ id: String) {
        network.blocks = network.blocks.union(block(vpc.cidr))
        let all = NetworkModel.Entry(
            number: 100, allows: true, traffic: .all, peer: .everyAddress, text: "100 allow all 0.0.0.0/0")
        let name = "\(id).default-acl"
        let entries = vpc.defaultACLIsEmpty ? [] : [all]
        network.lists[name] = NetworkModel.AccessList(ingress: entries, egress: entries)
        defaultList = name
    }

    private mutating func addTable(_ table: RouteTableSettings, _ id: String) {
        let routes = table.routes.map { route in
            let way: NetworkModel.Way =
                switch route.via {
                case .internetGateway(let gateway): .internetGateway(key(gateway))
                case .natGateway(let gateway): .natGateway(key(gateway))
                case .other(let other): .unknown(key(other))
                }
            return NetworkModel.Route(
                destination: block(route.destination), prefix: CIDR(strict: route.destination)?.prefix ?? 0, way: way,
                text: route.fieldValue.description)
        }
        network.tables[id, default: NetworkModel.Table(routes: [])].routes += routes
        for subnet in table.subnets { network.subnets[key(subnet)]?.table = id }
    }

    private mutating func addList(_ list: NetworkACLSettings, _ id: String) {
        func entries(_ direction: ACLEntry.Direction) -> [NetworkModel.Entry] {
            list.entries.filter { $0.direction == direction }.map { entry in
                NetworkModel.Entry(
                    number: entry.number, allows: entry.allows, traffic: Traffic(entry.ports),
                    peer: block(entry.cidr), text: entry.fieldValue.description)
            }
        }
        network.lists[id] = NetworkModel.AccessList(ingress: entries(.ingress), egress: entries(.egress))
        for subnet in list.subnets { network.subnets[key(subnet)]?.list = id }
    }

    private mutating func addRules(_ rules: SecurityGroupRulesSettings) {
        func converted(_ rules: [GroupRule]) -> [NetworkModel.Rule] {
            rules.map { rule in
                let peer: NetworkModel.Rule.Peer =
                    switch rule.peer {
                    case .cidr(let value): .addresses(value.literal.map(block) ?? .everyAddress)
                    case .group(let value): .group(key(value))
                    case .prefixList(let value): .addresses(prefixList(value))
                    }
                return NetworkModel.Rule(
                    traffic: Traffic(rule.ports), peer: peer, text: rule.fieldValue.description)
            }
        }
        network.groups[key(rules.group)] = NetworkModel.Group(
            ingress: converted(rules.ingress), egress: converted(rules.egress))
    }

    /// A gateway endpoint is a route in each of its tables.
    private mutating func addRoutes(_ endpoint: EndpointSettings, _ id: String) {
        guard case .gateway(let tables) = endpoint.shape else { return }
        let route = NetworkModel.Route(
            destination: book.addresses(ofService: endpoint.service), prefix: 24, way: .gatewayEndpoint(id),
            text: "\(endpoint.service)'s prefix list via \(id)")
        for table in tables {
            network.tables[key(table), default: NetworkModel.Table(routes: [])].routes.append(route)
        }
    }
}

// MARK: Parties

extension NetworkReader {
    private mutating func addParty(_ resource: Resource) {
        switch resource.settings {
        case .loadBalancer(let balancer):
            let listens = ports { if case .listener(let listener) = $0 { listener.port } else { nil } }
            add(
                balancer.subnets,
                Party(
                    .loadBalancer, addresses: SpanSet(), groups: balancer.groups.map(key),
                    hasPublicAddress: balancer.scheme == .public, sourcePorts: Crossing.gatewayPorts, listens: listens))
        case .ecsService(let service):
            add(
                service.subnets,
                Party(
                    .service(Layer.short(resource.address.text)), addresses: SpanSet(),
                    groups: service.groups.map(key), hasPublicAddress: service.hasPublicAddress,
                    // Source: Linux's ip_local_port_range, the default.
                    sourcePorts: SpanSet(Span(32_768, 60_999)),
                    listens: service.target.map { ports($0.port) } ?? SpanSet()))
        case .databaseCluster(let cluster): addDatabase(cluster, resource.address)
        case .endpoint(let endpoint): addEndpoint(endpoint, resource.address)
        default: break
        }
    }

    private mutating func add(_ subnets: [Value], _ party: Party) {
        for subnet in subnets.map(key) {
            var party = party
            party.subnet = subnet
            party.zone = network.subnets[subnet]?.zone
            party.addresses = network.subnets[subnet]?.addresses ?? SpanSet()
            network.parties.append(party)
        }
    }

    /// In the zones in which it has servers.
    private mutating func addDatabase(_ cluster: DatabaseClusterSettings, _ address: Address) {
        var isPublic: [String: Bool] = [:]
        for resource in resources {
            guard case .databaseInstance(let instance) = resource.settings,
                isAbout(instance.cluster, address)
            else { continue }
            isPublic[zone(instance.zone), default: false] = isPublic[zone(instance.zone)] == true || instance.isPublic
        }
        let named = resources.first { $0.kind == .subnetGroup && isAbout(cluster.subnetGroup, $0.address) }
        guard case .subnetGroup(let group)? = named?.settings else { return }
        for subnet in group.subnets {
            guard let zone = network.subnets[key(subnet)]?.zone, let isPublic = isPublic[zone] else { continue }
            add(
                [subnet],
                Party(
                    .database, addresses: SpanSet(), groups: cluster.groups.map(key), hasPublicAddress: isPublic,
                    sourcePorts: SpanSet(Span(32_768, 60_999)), listens: ports(cluster.port)))
        }
    }

    private mutating func addEndpoint(_ endpoint: EndpointSettings, _ address: Address) {
        let name = Layer.short(address.text)
        // `com.amazonaws.eu-west-1.ecr.api`
        let service = endpoint.service.description.split(separator: ".").dropFirst(3)
        network.endpointServices.insert(service.joined(separator: "."))
        switch endpoint.shape {
        case .gateway:
            network.parties.append(
                Party(
                    .gatewayEndpoint(name), addresses: book.addresses(ofService: endpoint.service), listens: ports(443))
            )
        case .interface(let subnets, let groups):
            add(
                subnets,
                Party(
                    .interfaceEndpoint(name), addresses: SpanSet(), groups: groups.map(key),
                    sourcePorts: Crossing.gatewayPorts, listens: ports(443)))
        }
    }

    /// Only where a route leads does an answer go, so a peering without one is nobody.
    private var beyond: [Party] {
        var destinations: [String: SpanSet] = [:]
        for route in network.tables.values.flatMap(\.routes) {
            guard case .unknown(let id) = route.way else { continue }
            destinations[id] = (destinations[id] ?? SpanSet()).union(route.destination)
        }
        return destinations.mapValues { $0.subtracting(network.blocks) }.filter { !$0.value.isEmpty }
            .sorted { $0.key < $1.key }
            .map { Party(.beyond($0.key), addresses: $0.value, groups: unknownGroups) }
    }

    /// Groups that rules name and the network does not have: of networks beyond, where anybody may be in them.
    private var unknownGroups: [String] {
        let rules = network.groups.values.flatMap { $0.ingress + $0.egress }
        let named = rules.compactMap { if case .group(let name) = $0.peer { name } else { nil } }
        return Set(named).subtracting(network.groups.keys).sorted()
    }

    private mutating func addOutside() {
        let distribution = resources.contains {
            if case .distribution(let distribution) = $0.settings { distribution.isEnabled } else { false }
        }
        var internet = SpanSet.everyAddress.subtracting(AddressBook.notPublic).subtracting(network.blocks)
            .subtracting(book.cloudFront)
        for party in network.parties where party.role.isGatewayEndpoint {
            internet = internet.subtracting(party.addresses)
        }
        network.parties =
            [
                Party(.internet, addresses: internet),
                Party(
                    .cloudFront, addresses: book.cloudFront, sourcePorts: Crossing.gatewayPorts,
                    listens: distribution ? ports(80).union(ports(443)) : SpanSet()),
            ] + network.parties.sorted { ($0.role, $0.zone ?? "") < ($1.role, $1.zone ?? "") }
    }
}

extension NetworkReader {
    /// Every rule that leads to a service must ask for the header, and what no rule takes must be refused.
    private var wantsOriginHeader: Bool {
        resources.allSatisfy { resource in
            switch resource.settings {
            case .listener(let listener): listener.otherwise >= 400
            case .listenerRule(let rule):
                leadsToTasks(rule.action) ? rule.header.map { !$0.values.isEmpty } ?? false : true
            default: true
            }
        }
    }

    private func leadsToTasks(_ action: ListenerRuleSettings.Action) -> Bool {
        switch action {
        case .forward, .split, .turns: true
        case .answer, .fixed, .redirect: false
        }
    }
}

// MARK: Words

extension NetworkReader {
    /// The address a value refers to, or AWS's own id where nothing of the stack has it.
    private func key(_ value: Value) -> String {
        value.references.first?.address.text ?? book.names[value.description]?.text ?? value.description
    }

    private func isAbout(_ value: Value, _ address: Address) -> Bool {
        if let reference = value.references.first { return reference.address == address }
        return value.literal.map { text in book.facts[address]?.values.contains(text) ?? false } ?? false
    }

    private func zone(_ value: Value) -> String {
        for lookup in value.lookups {
            if case .zoneID(let index) = lookup { return "\(Zone(index: index))" }
            if case .zoneName(let index) = lookup { return "\(Zone(index: index))" }
        }
        return book.zones[value.description] ?? value.description
    }

    private func prefixList(_ value: Value) -> SpanSet {
        switch value.lookups.first {
        case .cloudFrontPrefixList: book.cloudFront
        case .s3PrefixList: AddressBook.s3
        // A list that nobody has read may hold anything.
        default: book.prefixLists[value.description] ?? .everyAddress
        }
    }

    /// Nothing for a block of IPv6, of which the model does not speak; everything for what is no block at all.
    private func block(_ text: String) -> SpanSet {
        if text.contains(":") { return SpanSet() }
        return CIDR(strict: text).map { SpanSet($0.span) } ?? .everyAddress
    }

    /// Without the first four addresses and the last, which AWS keeps. Source: VPC user guide, subnet sizing, read 2026-11.
    private func usable(_ text: String) -> SpanSet {
        guard let span = CIDR(strict: text)?.span, span.high - span.low > 7 else { return block(text) }
        return SpanSet(Span(span.low + 4, span.high - 1))
    }

    private func ports(_ port: Int) -> SpanSet {
        (0...65_535).contains(port) ? SpanSet(Span(UInt32(port))) : SpanSet()
    }

    private func ports(_ port: (Settings) -> Int?) -> SpanSet {
        SpanSet.union(of: resources.compactMap { port($0.settings).map(ports) })
    }
}

extension CIDR {
    package var span: Span { Span(address, address | (prefix == 32 ? 0 : UInt32.max >> UInt32(prefix))) }
}
