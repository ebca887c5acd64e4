/// The virtual private cloud, with what AWS puts into it by itself: a group and an access list that everybody who names
/// none gets. Both are emptied, so that nothing works by accident (FSBP EC2.2, EC2.21).
package struct VPCSettings: ResourceSettings {
    package static let kind = ResourceKind.vpc
    package var cidr: String
    package var dnsSupport: Bool
    /// Interface endpoints answer to the public names of their services only with it.
    package var dnsHostnames: Bool
    package var defaultGroupIsEmpty: Bool
    package var defaultACLIsEmpty: Bool

    package init(
        cidr: String, dnsSupport: Bool = true, dnsHostnames: Bool = true, defaultGroupIsEmpty: Bool = true,
        defaultACLIsEmpty: Bool = true
    ) {
        self.cidr = cidr
        self.dnsSupport = dnsSupport
        self.dnsHostnames = dnsHostnames
        self.defaultGroupIsEmpty = defaultGroupIsEmpty
        self.defaultACLIsEmpty = defaultACLIsEmpty
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {}

    package var fields: [Field] {
        [
            Field("cidr", cidr, .replace("a network's first block is fixed")),
            Field("dns-support", dnsSupport), Field("dns-hostnames", dnsHostnames),
            Field("default-group-is-empty", defaultGroupIsEmpty), Field("default-acl-is-empty", defaultACLIsEmpty),
        ]
    }
}

/// The way between the network and the internet, attached to its network.
package struct InternetGatewaySettings: ResourceSettings {
    package static let kind = ResourceKind.internetGateway
    package var vpc: Value

    package init(vpc: Value) {
        self.vpc = vpc
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&vpc) }

    package var fields: [Field] { [Field("vpc", vpc)] }
}

/// One tier's addresses in one zone.
package struct SubnetSettings: ResourceSettings {
    package static let kind = ResourceKind.subnet
    package var vpc: Value
    package var cidr: String
    /// The zone's id, such as `use1-az4`: names are shuffled from account to account.
    package var zone: Value
    /// Whether what starts here gets a public address; never (FSBP EC2.15).
    package var mapsPublicAddresses: Bool

    package init(vpc: Value, cidr: String, zone: Value, mapsPublicAddresses: Bool = false) {
        self.vpc = vpc
        self.cidr = cidr
        self.zone = zone
        self.mapsPublicAddresses = mapsPublicAddresses
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&vpc)
        visit(&zone)
    }

    package var fields: [Field] {
        [
            Field("vpc", vpc, .replace("a subnet stays in its network")),
            Field("cidr", cidr, .replace("a subnet's addresses are fixed")),
            Field("zone", zone, .replace("a subnet stays in its zone")),
            Field("maps-public-addresses", mapsPublicAddresses),
        ]
    }
}

/// A public IPv4 address of the account. Nothing about it can be set.
package struct ElasticAddressSettings: ResourceSettings {
    package static let kind = ResourceKind.elasticAddress

    package init() {}

    package mutating func visitValues(_ visit: (inout Value) -> Void) {}

    package var fields: [Field] { [] }
}

/// How tasks of a zone reach the internet; nothing can come in through it.
package struct NATGatewaySettings: ResourceSettings {
    package static let kind = ResourceKind.natGateway
    package var subnet: Value
    /// The allocation id of its address.
    package var address: Value

    package init(subnet: Value, address: Value) {
        self.subnet = subnet
        self.address = address
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&subnet)
        visit(&address)
    }

    package var fields: [Field] {
        [
            Field("subnet", subnet, .replace("a NAT gateway stays in its subnet")),
            Field("address", address, .replace("a NAT gateway keeps its first address")),
        ]
    }
}

/// Where packets of some subnets go; with its routes and associations. The route to the network itself is always there
/// and is not listed, nor are those that a gateway endpoint adds.
package struct RouteTableSettings: ResourceSettings {
    package static let kind = ResourceKind.routeTable
    package var vpc: Value
    package var routes: [Route]
    package var subnets: [Value]

    package init(vpc: Value, routes: [Route], subnets: [Value]) {
        self.vpc = vpc
        self.routes = routes
        self.subnets = subnets
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&vpc)
        routes.visitValues(visit)
        subnets.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("vpc", vpc, .replace("a route table stays in its network")),
            Field("routes", set: routes), Field("subnets", set: subnets),
        ]
    }
}

/// One way out of a route table.
package struct Route: Sendable, Hashable, ValueHolding, FieldConvertible {
    package enum Via: Sendable, Hashable {
        case internetGateway(Value)
        case natGateway(Value)
        /// What Terrace never makes and may find: the id of a peering, a transit gateway, an interface.
        case other(Value)
    }

    /// An IPv4 block.
    package var destination: String
    package var via: Via

    package init(destination: String, via: Via) {
        self.destination = destination
        self.via = via
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        switch via {
        case .internetGateway(var id):
            visit(&id)
            via = .internetGateway(id)
        case .natGateway(var id):
            visit(&id)
            via = .natGateway(id)
        case .other(var id):
            visit(&id)
            via = .other(id)
        }
    }

    package var fieldValue: FieldValue {
        switch via {
        case .internetGateway(let id), .natGateway(let id), .other(let id): .text("\(destination) via \(id)")
        }
    }
}

/// The subnets' own filter, without memory: answers need entries of their own. With its entries and associations.
package struct NetworkACLSettings: ResourceSettings {
    package static let kind = ResourceKind.networkACL
    package var vpc: Value
    package var entries: [ACLEntry]
    package var subnets: [Value]

    package init(vpc: Value, entries: [ACLEntry], subnets: [Value]) {
        self.vpc = vpc
        self.entries = entries
        self.subnets = subnets
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&vpc)
        subnets.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("vpc", vpc, .replace("an access list stays in its network")),
            Field("entries", set: entries), Field("subnets", set: subnets),
        ]
    }
}

/// One numbered entry; the lowest number that matches decides. AWS's own last entry, which denies, is not listed.
package struct ACLEntry: Sendable, Hashable, FieldConvertible {
    package enum Direction: String, Sendable, Hashable, CaseIterable { case ingress, egress }

    package var direction: Direction
    /// 1...32766
    package var number: Int
    package var allows: Bool
    package var ports: PortRange
    package var cidr: String

    package init(direction: Direction, number: Int, allows: Bool = true, ports: PortRange, cidr: String) {
        self.direction = direction
        self.number = number
        self.allows = allows
        self.ports = ports
        self.cidr = cidr
    }

    package var fieldValue: FieldValue {
        "\(direction.rawValue) \(number) \(allows ? "allow" : "deny") \(ports) \(cidr)".fieldValue
    }
}

/// Which protocol and ports a rule is about.
package enum PortRange: Sendable, Hashable, CustomStringConvertible {
    case tcp(ClosedRange<Int>)
    case udp(ClosedRange<Int>)
    /// Every protocol and port.
    case all
    /// Any other protocol by its number; Terrace makes none.
    case other(Int)

    package static func tcp(_ port: Int) -> PortRange { .tcp(port...port) }

    package var description: String {
        switch self {
        case .tcp(let range): "tcp \(PortRange.text(range))"
        case .udp(let range): "udp \(PortRange.text(range))"
        case .all: "all"
        case .other(let number): "protocol \(number)"
        }
    }

    private static func text(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
}

/// A way to one of AWS's own services that does not leave the network.
package struct EndpointSettings: ResourceSettings {
    package enum Shape: Sendable, Hashable {
        /// Free; a route in each of the tables. S3 and DynamoDB only.
        case gateway(routeTables: [Value])
        /// Billed by zone and hour; an address in each of the subnets, under the service's public name.
        case interface(subnets: [Value], groups: [Value])
    }

    package static let kind = ResourceKind.endpoint
    package var vpc: Value
    /// `com.amazonaws.us-east-1.s3`
    package var service: Value
    package var shape: Shape

    package init(vpc: Value, service: Value, shape: Shape) {
        self.vpc = vpc
        self.service = service
        self.shape = shape
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&vpc)
        visit(&service)
        switch shape {
        case .gateway(var tables):
            tables.visitValues(visit)
            shape = .gateway(routeTables: tables)
        case .interface(var subnets, var groups):
            subnets.visitValues(visit)
            groups.visitValues(visit)
            shape = .interface(subnets: subnets, groups: groups)
        }
    }

    package var fields: [Field] {
        let identity = [
            Field("vpc", vpc, .replace("an endpoint stays in its network")),
            Field("service", service, .replace("an endpoint leads to one service")),
        ]
        let type = Field.OnChange.replace("an endpoint keeps its type")
        return switch shape {
        case .gateway(let tables): identity + [Field("type", "gateway", type), Field("route-tables", set: tables)]
        case .interface(let subnets, let groups):
            identity + [Field("type", "interface", type), Field("subnets", set: subnets), Field("groups", set: groups)]
        }
    }
}

/// A record of the network's connections, in a bucket. AWS can change nothing about one.
package struct FlowLogSettings: ResourceSettings {
    package enum Traffic: String, Sendable, Hashable {
        case all = "ALL"
        case accept = "ACCEPT"
        case reject = "REJECT"
    }
    package enum Format: String, Sendable, Hashable {
        case parquet
        case text = "plain-text"
    }

    package static let kind = ResourceKind.flowLog
    package var vpc: Value
    package var traffic: Traffic
    /// A bucket's ARN and a folder in it.
    package var destination: Value
    package var format: Format
    /// How long packets are counted together before a line is written; 60 or 600 seconds.
    package var seconds: Int

    package init(vpc: Value, traffic: Traffic, destination: Value, format: Format = .parquet, seconds: Int = 600) {
        self.vpc = vpc
        self.traffic = traffic
        self.destination = destination
        self.format = format
        self.seconds = seconds
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&vpc)
        visit(&destination)
    }

    package var fields: [Field] {
        let fixed = Field.OnChange.replace("nothing about a flow log can be changed")
        return [
            Field("vpc", vpc, fixed), Field("traffic", traffic.rawValue, fixed),
            Field("destination", destination, fixed), Field("format", format.rawValue, fixed),
            Field("seconds", seconds, fixed),
        ]
    }
}
