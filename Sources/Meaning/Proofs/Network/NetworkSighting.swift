package import Resources
import Stacks

/// Everything that was seen in a network that runs, whoever made it.
package struct NetworkSighting: Sendable, Equatable {
    /// Subnets, tables, lists, groups with their rules, gateways and endpoints of the network, and what of the stack stands in
    /// it. What the stack does not know has an address made of its id.
    package var resources: [Observed]
    /// The stack's zones, as `Lookup.zoneID` and `zoneName` tell them.
    package var lookups: [Lookup: String]
    /// The network's own route table, for subnets that name none.
    package var mainTable: String?
    /// The blocks of each prefix list that is spoken of, by its id.
    package var prefixLists: [String: [String]]
    /// The prefix list of each service that has a gateway endpoint, by the service's name.
    package var services: [String: String]
    package var interfaces: [Interface]
    /// What the model does not look at, in words.
    package var blindSpots: [String]

    package init(
        resources: [Observed], lookups: [Lookup: String], mainTable: String?, prefixLists: [String: [String]],
        services: [String: String], interfaces: [Interface], blindSpots: [String]
    ) {
        self.resources = resources
        self.lookups = lookups
        self.mainTable = mainTable
        self.prefixLists = prefixLists
        self.services = services
        self.interfaces = interfaces
        self.blindSpots = blindSpots
    }

    /// A network interface of somebody: a machine, a function, a load balancer that is not the stack's.
    package struct Interface: Sendable, Equatable {
        package var id: String
        package var subnet: String
        /// Private IPv4 addresses.
        package var addresses: [String]
        package var groups: [String]
        package var hasPublicAddress: Bool

        package init(id: String, subnet: String, addresses: [String], groups: [String], hasPublicAddress: Bool) {
            self.id = id
            self.subnet = subnet
            self.addresses = addresses
            self.groups = groups
            self.hasPublicAddress = hasPublicAddress
        }
    }

    /// Kinds by whose ids others speak of them.
    private static let named: Set<ResourceKind> = [
        .vpc, .internetGateway, .subnet, .natGateway, .routeTable, .networkACL, .endpoint, .securityGroup,
    ]

    /// The network as packets meet it.
    package var network: NetworkModel {
        var reader = NetworkReader(resources.map { Resource($0.address, $0.settings) }, book)
        var model = reader.read()
        model.blindSpots = blindSpots
        return model
    }

    private var book: AddressBook {
        var book = AddressBook()
        book.prefixLists = prefixLists.mapValues(NetworkSighting.addresses)
        if let list = lookups[.cloudFrontPrefixList], let addresses = book.prefixLists[list], !addresses.isEmpty {
            book.cloudFront = addresses
        }
        book.services = services.compactMapValues { book.prefixLists[$0] }
        for observed in resources {
            if let id = observed.facts[.id], NetworkSighting.named.contains(observed.settings.kind) {
                book.names[id] = observed.address
            }
            book.facts[observed.address] = observed.facts
        }
        for (lookup, text) in lookups {
            if case .zoneID(let index) = lookup { book.zones[text] = "\(Zone(index: index))" }
            if case .zoneName(let index) = lookup { book.zones[text] = "\(Zone(index: index))" }
        }
        book.mainTable = mainTable.map { book.names[$0]?.text ?? $0 }
        book.strangers = interfaces.map { stranger($0, book) }
        return book
    }

    private func stranger(_ interface: Interface, _ book: AddressBook) -> Party {
        let name = { (id: String) in book.names[id]?.text ?? id }
        let subnet = resources.first { $0.facts[.id] == interface.subnet }
        var zone: String?
        if case .subnet(let settings)? = subnet?.settings { zone = book.zones[settings.zone.description] }
        return Party(
            .foreign(interface.id), zone: zone, subnet: name(interface.subnet),
            addresses: NetworkSighting.addresses(interface.addresses.map { "\($0)/32" }),
            groups: interface.groups.map(name), hasPublicAddress: interface.hasPublicAddress)
    }

    private static func addresses(_ blocks: [String]) -> SpanSet {
        SpanSet(blocks.compactMap { CIDR(strict: $0)?.span })
    }
}
