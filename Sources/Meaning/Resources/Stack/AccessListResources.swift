import Stacks

/// A network access list for each tier: a second fence that a wrong rule in a group does not open. It has no memory, so
/// answers need entries; it sees addresses and ports only.
extension StackResources {
    /// Where connections of tasks come from. Source: Linux's `ip_local_port_range`, the default.
    private static let taskPorts = PortRange.tcp(32_768...60_999)
    /// Where connections of load balancers and NAT gateways come from. Source: their documentation, read 2026-11.
    private static let gatewayPorts = PortRange.tcp(1024...65_535)
    /// The same without 3389: a check that looks at each entry alone takes that port for open remote desktops (FSBP
    /// EC2.21). One connection in 64 000 would draw it and is tried again.
    private static let gatewayPortsAround3389 = [PortRange.tcp(1024...3388), .tcp(3390...65_535)]
    private static let anywhere = "0.0.0.0/0"

    var accessLists: [Resource] {
        [
            list(.edge, ingress: publicIngress, egress: publicEgress),
            list(.application, ingress: applicationIngress, egress: applicationEgress),
            list(
                .data,
                ingress: stack.database == nil ? [] : pairs([.tcp(databasePort)], with: .application),
                egress: stack.database == nil ? [] : pairs([Self.taskPorts], with: .application)),
        ]
    }

    func accessList(_ tier: Tier) -> Address { address(.network, .networkACL, tier.subnets) }

    private typealias Pair = (ports: PortRange, cidr: String)

    private func list(_ tier: Tier, ingress: [Pair], egress: [Pair]) -> Resource {
        let entries = [(ACLEntry.Direction.ingress, ingress), (.egress, egress)].flatMap { direction, pairs in
            pairs.enumerated().map { index, pair in
                ACLEntry(direction: direction, number: 100 + 10 * index, ports: pair.ports, cidr: pair.cidr)
            }
        }
        return Resource(
            accessList(tier),
            .networkACL(
                NetworkACLSettings(vpc: id(vpc), entries: entries, subnets: subnets(tier).map { id($0) })))
    }

    private func pairs(_ ports: [PortRange], with tier: Tier) -> [Pair] {
        stack.network.subnets(zones: stack.zones).filter { $0.tier == tier }
            .flatMap { subnet in ports.map { (ports: $0, cidr: "\(subnet.cidr)") } }
    }

    private func anywhere(_ ports: PortRange...) -> [Pair] { ports.map { (ports: $0, cidr: Self.anywhere) } }

    /// An internal load balancer stands among the tasks.
    private var hasInternalBalancer: Bool { !hasPublicOrigin && !routed.isEmpty }

    // MARK: Public: the NAT gateways and, with a public origin, the load balancer

    private var hasNAT: Bool { !natZones.isEmpty }

    private var publicIngress: [Pair] {
        let viewers = hasPublicOrigin ? anywhere(.tcp(443)) : []
        let tasks = hasNAT ? pairs([.tcp(443)], with: .application) : []
        // Answers to what the gateways asked for outside, and to what the load balancer asked tasks for.
        let answers = Self.gatewayPortsAround3389.flatMap { anywhere($0) }
        return viewers + tasks + (hasNAT || hasPublicOrigin ? answers : [])
    }

    private var publicEgress: [Pair] {
        let outside = hasNAT ? anywhere(.tcp(443)) : []
        let tasks = hasPublicOrigin ? pairs(taskEntryPorts, with: .application) : []
        return outside + tasks + (hasNAT || hasPublicOrigin ? anywhere(Self.gatewayPorts) : [])
    }

    // MARK: Application: the tasks, the interface endpoints and, with a private origin, the load balancer

    private var applicationIngress: [Pair] {
        let balancer = pairs(taskEntryPorts, with: hasPublicOrigin ? .edge : .application)
        let endpoints = hasInterfaceEndpoints ? pairs([.tcp(443)], with: .application) : []
        // Answers to an internal load balancer. CloudFront's own way in is not looked at by a list.
        let answers = hasInternalBalancer ? pairs([Self.gatewayPorts], with: .application) : []
        return balancer + endpoints + answers + anywhere(Self.taskPorts)
    }

    private var applicationEgress: [Pair] {
        let balancer = hasPublicOrigin ? [] : pairs(taskEntryPorts, with: .application)
        let database = stack.database == nil ? [] : pairs([.tcp(databasePort)], with: .data)
        // Answers: through the VPC origin to CloudFront, whose addresses change, or to a public load balancer.
        let toBalancer = hasPublicOrigin && !routed.isEmpty ? pairs([Self.gatewayPorts], with: .edge) : []
        let answers = hasInternalBalancer ? anywhere(Self.gatewayPorts) : toBalancer
        let own = hasInterfaceEndpoints && !hasInternalBalancer ? pairs([Self.taskPorts], with: .application) : []
        return anywhere(.tcp(443)) + balancer + database + answers + own
    }

    /// The services' ports. A list takes 20 entries in each direction: many different ports become one range that holds
    /// them, and the groups stay exact.
    private var taskEntryPorts: [PortRange] {
        let ports = Set(routed.map(\.port)).sorted()
        guard ports.count > 2, let first = ports.first, let last = ports.last else { return ports.map { .tcp($0) } }
        return [.tcp(first...last)]
    }
}
