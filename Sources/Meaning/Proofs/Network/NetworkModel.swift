/// A virtual network as packets meet it: taken from a plan, or read from an account. Everything is named by a text: an
/// address such as `network.subnet.public-a` in a plan, AWS's own id in an account.
package struct NetworkModel: Sendable, Hashable {
    /// The network's own addresses.
    package var blocks: SpanSet
    /// The gateway that is attached, if one is.
    package var internetGateway: String?
    package var subnets: [String: Subnet]
    package var tables: [String: Table]
    package var lists: [String: AccessList]
    package var groups: [String: Group]
    package var natGateways: [String: NATGateway]
    /// CloudFront's ways to an internal load balancer.
    package var vpcOrigins: [VPCOrigin]
    /// Whether the load balancer refuses what does not carry the secret header of this stack's distribution.
    package var wantsOriginHeader: Bool
    package var parties: [Party]
    /// Services of AWS that have an endpoint in the network, by their own names: `ecr.api`.
    package var endpointServices: Set<String> = []
    /// What there is and nobody has looked at, in words; nothing is claimed of everything while there is such a thing.
    package var blindSpots: [String] = []

    package init(
        blocks: SpanSet, internetGateway: String? = nil, subnets: [String: Subnet] = [:], tables: [String: Table] = [:],
        lists: [String: AccessList] = [:], groups: [String: Group] = [:], natGateways: [String: NATGateway] = [:],
        vpcOrigins: [VPCOrigin] = [], wantsOriginHeader: Bool = false, parties: [Party] = []
    ) {
        self.blocks = blocks
        self.internetGateway = internetGateway
        self.subnets = subnets
        self.tables = tables
        self.lists = lists
        self.groups = groups
        self.natGateways = natGateways
        self.vpcOrigins = vpcOrigins
        self.wantsOriginHeader = wantsOriginHeader
        self.parties = parties
    }

    /// Some of the network's addresses, in one zone.
    package struct Subnet: Sendable, Hashable {
        package var addresses: SpanSet
        package var zone: String
        /// Nil where nothing leads out but the way to the network itself.
        package var table: String?
        /// Nil where everything passes.
        package var list: String?

        package init(addresses: SpanSet, zone: String, table: String? = nil, list: String? = nil) {
            self.addresses = addresses
            self.zone = zone
            self.table = table
            self.list = list
        }
    }

    /// Where a packet goes next.
    package enum Way: Sendable, Hashable {
        case local
        case internetGateway(String)
        case natGateway(String)
        case gatewayEndpoint(String)
        /// A peering, a transit gateway, an interface: what is behind it is not known, and may be the internet.
        case unknown(String)
        case nowhere
    }

    /// One row of a route table.
    package struct Route: Sendable, Hashable {
        package var destination: SpanSet
        /// 0...32; the longest that holds a packet's destination decides.
        package var prefix: Int
        package var way: Way
        /// As a person finds it again: `0.0.0.0/0 via network.nat-gateway.a`.
        package var text: String

        package init(destination: SpanSet, prefix: Int, way: Way, text: String) {
            self.destination = destination
            self.prefix = prefix
            self.way = way
            self.text = text
        }
    }

    /// A route table; the route to the network itself is always there and not listed.
    package struct Table: Sendable, Hashable {
        package var routes: [Route]

        package init(routes: [Route]) { self.routes = routes }
    }

    /// One numbered entry of an access list.
    package struct Entry: Sendable, Hashable {
        package var number: Int
        package var allows: Bool
        package var traffic: Traffic
        /// Of the sender for what comes in, of the receiver for what goes out.
        package var peer: SpanSet
        package var text: String

        package init(number: Int, allows: Bool, traffic: Traffic, peer: SpanSet, text: String) {
            self.number = number
            self.allows = allows
            self.traffic = traffic
            self.peer = peer
            self.text = text
        }
    }

    /// A network access list: the lowest number that matches decides, and what nothing matches is refused. It has no memory.
    package struct AccessList: Sendable, Hashable {
        package var ingress: [Entry]
        package var egress: [Entry]

        package init(ingress: [Entry], egress: [Entry]) {
            self.ingress = ingress
            self.egress = egress
        }
    }

    /// One rule of a security group; rules only allow.
    package struct Rule: Sendable, Hashable {
        package enum Peer: Sendable, Hashable {
            case addresses(SpanSet)
            /// Whoever is in the group.
            case group(String)
        }

        package var traffic: Traffic
        package var peer: Peer
        package var text: String

        package init(traffic: Traffic, peer: Peer, text: String) {
            self.traffic = traffic
            self.peer = peer
            self.text = text
        }
    }

    /// A security group: what no rule allows is refused, and answers need no rule.
    package struct Group: Sendable, Hashable {
        package var ingress: [Rule]
        package var egress: [Rule]

        package init(ingress: [Rule], egress: [Rule]) {
            self.ingress = ingress
            self.egress = egress
        }
    }

    /// Sends on what comes from inside under an address of its own; nothing comes in through it but answers.
    package struct NATGateway: Sendable, Hashable {
        package var subnet: String

        package init(subnet: String) { self.subnet = subnet }
    }

    /// CloudFront's way to one load balancer. It comes in past the access lists, which see only the answers.
    /// Source: CloudFront's developer guide, VPC origins, read 2026-11.
    package struct VPCOrigin: Sendable, Hashable {
        package var name: String
        /// Where the load balancer is called: 80 or 443.
        package var ports: SpanSet

        package init(name: String, ports: SpanSet) {
            self.name = name
            self.ports = ports
        }
    }
}
