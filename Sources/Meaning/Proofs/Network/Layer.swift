/// One thing on a packet's way that can stop it.
package enum Layer: Sendable, Hashable {
    case groupEgress([String])
    case groupIngress([String])
    case listEgress(String)
    case listIngress(String)
    /// Nil: a subnet without a table of its own.
    case routeTable(String?)
    case natGateway(String)
    case internetGateway
    /// The internet gateway serves only what has one.
    case publicAddress
    case vpcOrigin(String)
    case distribution

    /// `security group network.security-group.tasks (in)`
    package var text: String {
        switch self {
        case .groupEgress(let names): "security group \(Layer.list(names)) (out)"
        case .groupIngress(let names): "security group \(Layer.list(names)) (in)"
        case .listEgress(let name): "access list \(Layer.short(name)) (out)"
        case .listIngress(let name): "access list \(Layer.short(name)) (in)"
        case .routeTable(let name): name.map { "route table \(Layer.short($0))" } ?? "no route table"
        case .natGateway(let name): "NAT gateway \(Layer.short(name))"
        case .internetGateway: "internet gateway"
        case .publicAddress: "public address"
        case .vpcOrigin(let name): "VPC origin \(Layer.short(name))"
        case .distribution: "distribution"
        }
    }

    /// The same without the name of one zone's part: `route tables`.
    package var kindText: String {
        switch self {
        case .routeTable: "route table"
        case .natGateway: "NAT gateway"
        case .publicAddress: "no public address"
        case .groupEgress, .groupIngress, .listEgress, .listIngress, .internetGateway, .vpcOrigin, .distribution: text
        }
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "of none" : names.map(short).joined(separator: " + ")
    }

    /// `tasks` of `network.security-group.tasks`; an id of AWS's own has no dots.
    static func short(_ name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }
}

/// A layer on one way, and what it lets pass of all that could be sent.
package struct Stage: Sendable, Hashable {
    package var layer: Layer
    package var passes: PacketSet
}
