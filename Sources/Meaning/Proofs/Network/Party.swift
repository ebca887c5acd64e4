/// One end of a conversation: all that is alike in one zone, such as the tasks of a service.
package struct Party: Sendable, Hashable {
    package enum Role: Sendable, Hashable, Comparable {
        /// Every public address that is not CloudFront's or of a gateway endpoint's service.
        case internet
        /// CloudFront's servers, where they talk to origins.
        case cloudFront
        case loadBalancer
        case service(String)
        case database
        /// An AWS service that answers inside the network.
        case interfaceEndpoint(String)
        /// S3, by a route of its own.
        case gatewayEndpoint(String)
        /// What Terrace did not make, by the id of its network interface.
        case foreign(String)
        /// A network that routes lead to and nobody has looked into, by what leads there: a peering, a transit gateway.
        case beyond(String)
    }

    package var role: Role
    /// `a`, `b`, `c`; nil for what is in no zone.
    package var zone: String?
    /// Nil outside the network.
    package var subnet: String?
    package var addresses: SpanSet
    package var groups: [String]
    /// Whether the internet gateway brings packets to it and takes its own out.
    package var hasPublicAddress: Bool
    /// Where its connections come from.
    package var sourcePorts: SpanSet
    /// TCP ports on which it is meant to be called.
    package var listens: SpanSet

    package init(
        _ role: Role, zone: String? = nil, subnet: String? = nil, addresses: SpanSet, groups: [String] = [],
        hasPublicAddress: Bool = false, sourcePorts: SpanSet = .everyPort, listens: SpanSet = SpanSet()
    ) {
        self.role = role
        self.zone = zone
        self.subnet = subnet
        self.addresses = addresses
        self.groups = groups
        self.hasPublicAddress = hasPublicAddress
        self.sourcePorts = sourcePorts
        self.listens = listens
    }

    /// `tasks of web in zone a`
    package var name: String { zone.map { "\(role) in zone \($0)" } ?? "\(role)" }
}

extension Party.Role: CustomStringConvertible {
    /// As a matrix heads its rows; the tasks of a service by the service's name.
    package var description: String {
        switch self {
        case .internet: "internet"
        case .cloudFront: "cloudfront"
        case .loadBalancer: "load-balancer"
        case .service(let name): name
        case .database: "database"
        case .interfaceEndpoint(let name), .gatewayEndpoint(let name): name
        case .foreign(let id), .beyond(let id): id
        }
    }

    package var isTasks: Bool { if case .service = self { true } else { false } }
    package var isForeign: Bool { if case .foreign = self { true } else { false } }

    /// Whether it is in another network.
    package var isOutside: Bool {
        switch self {
        case .internet, .cloudFront, .beyond: true
        case .loadBalancer, .service, .database, .interfaceEndpoint, .gatewayEndpoint, .foreign: false
        }
    }
}
