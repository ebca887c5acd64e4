/// A group alone: groups refer to each other, so their rules are resources of their own.
package struct SecurityGroupSettings: ResourceSettings {
    package static let kind = ResourceKind.securityGroup
    package var vpc: Value
    /// Unique in its network; at most 255 characters.
    package var name: Value
    package var description: String

    package init(vpc: Value, name: Value, description: String) {
        self.vpc = vpc
        self.name = name
        self.description = description
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&vpc)
        visit(&name)
    }

    package var fields: [Field] {
        let fixed = Field.OnChange.replace("a group keeps its network, name and description")
        return [Field("vpc", vpc, fixed), Field("name", name, fixed), Field("description", description, fixed)]
    }
}

/// All rules of one group; what is not listed is not allowed, in either direction.
package struct SecurityGroupRulesSettings: ResourceSettings {
    package static let kind = ResourceKind.securityGroupRules
    package var group: Value
    package var ingress: [GroupRule]
    package var egress: [GroupRule]

    package init(group: Value, ingress: [GroupRule], egress: [GroupRule]) {
        self.group = group
        self.ingress = ingress
        self.egress = egress
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&group)
        ingress.visitValues(visit)
        egress.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("group", group, .replace("rules belong to one group")),
            Field("ingress", set: ingress), Field("egress", set: egress),
        ]
    }
}

/// Ports that a peer may reach or be reached at. A group remembers connections: answers need no rule.
package struct GroupRule: Sendable, Hashable, ValueHolding, FieldConvertible {
    package enum Peer: Sendable, Hashable {
        case cidr(Value)
        case group(Value)
        case prefixList(Value)

        package var value: Value {
            switch self {
            case .cidr(let value), .group(let value), .prefixList(let value): value
            }
        }
    }

    package var ports: PortRange
    package var peer: Peer
    /// Why the rule is there; at most 255 of EC2's characters.
    package var description: String

    package init(ports: PortRange, peer: Peer, description: String) {
        self.ports = ports
        self.peer = peer
        self.description = description
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        var value = peer.value
        visit(&value)
        peer =
            switch peer {
            case .cidr: .cidr(value)
            case .group: .group(value)
            case .prefixList: .prefixList(value)
            }
    }

    package var fieldValue: FieldValue {
        .text("\(ports.description) \(peer.value)\(description.isEmpty ? "" : ": \(description)")")
    }
}
