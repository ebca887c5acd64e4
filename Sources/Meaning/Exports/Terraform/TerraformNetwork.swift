import Resources

/// The network in Terraform's words.
extension TerraformExport {
    func vpc(_ settings: VPCSettings, _ name: String, tags: [String: String]) -> [TerraformBlock] {
        var blocks = [
            resource(
                "aws_vpc", name,
                [
                    "cidr_block": .word(settings.cidr), "enable_dns_support": .flag(settings.dnsSupport),
                    "enable_dns_hostnames": .flag(settings.dnsHostnames),
                ])
        ]
        if settings.defaultGroupIsEmpty {
            blocks.append(
                resource(
                    "aws_default_security_group", name,
                    notes: ["Comes with the network and lets everything through; without rules, nothing."],
                    ["vpc_id": .expression("aws_vpc.\(name).id")]))
        }
        if settings.defaultACLIsEmpty {
            blocks.append(
                resource(
                    "aws_default_network_acl", name, notes: ["The same for subnets that have no list of their own."],
                    ["default_network_acl_id": .expression("aws_vpc.\(name).default_network_acl_id")]))
        }
        return blocks
    }

    func internetGateway(_ settings: InternetGatewaySettings, _ name: String) -> [TerraformBlock] {
        [resource("aws_internet_gateway", name, ["vpc_id": .text(settings.vpc)])]
    }

    func subnet(_ settings: SubnetSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_subnet", name,
                [
                    "vpc_id": .text(settings.vpc), "cidr_block": .word(settings.cidr),
                    "availability_zone_id": .text(settings.zone),
                    "map_public_ip_on_launch": .flag(settings.mapsPublicAddresses),
                    // A zone that AWS opens later must move nothing.
                    "lifecycle": .block(["ignore_changes": .list([.expression("availability_zone_id")])]),
                ])
        ]
    }

    func elasticAddress(_ name: String) -> [TerraformBlock] { [resource("aws_eip", name, ["domain": "vpc"])] }

    func natGateway(_ settings: NATGatewaySettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_nat_gateway", name,
                ["subnet_id": .text(settings.subnet), "allocation_id": .text(settings.address)])
        ]
    }

    func routeTable(_ settings: RouteTableSettings, _ name: String) -> [TerraformBlock] {
        let routes = settings.routes.map { route -> Tree in
            let way: (key: String, id: Value) =
                switch route.via {
                case .internetGateway(let id), .other(let id): ("gateway_id", id)
                case .natGateway(let id): ("nat_gateway_id", id)
                }
            return ["cidr_block": .word(route.destination)] + [way.key: .text(way.id)]
        }
        let associations = settings.subnets.enumerated().map { index, subnet in
            resource(
                "aws_route_table_association", settings.subnets.count == 1 ? name : "\(name)_\(index + 1)",
                completes: true,
                ["route_table_id": .expression("aws_route_table.\(name).id"), "subnet_id": .text(subnet)])
        }
        return [resource("aws_route_table", name, ["vpc_id": .text(settings.vpc), "route": .blocks(routes)])]
            + associations
    }

    func networkACL(_ settings: NetworkACLSettings, _ name: String) -> [TerraformBlock] {
        let entries = { (direction: ACLEntry.Direction) -> Tree in
            .blocks(settings.entries.filter { $0.direction == direction }.map(entry))
        }
        return [
            resource(
                "aws_network_acl", name,
                [
                    "vpc_id": .text(settings.vpc), "subnet_ids": .texts(settings.subnets),
                    "ingress": entries(.ingress), "egress": entries(.egress),
                ])
        ]
    }

    private func entry(_ entry: ACLEntry) -> Tree {
        let ports = entry.ports.terraform
        return [
            "rule_no": .number(entry.number), "action": entry.allows ? "allow" : "deny",
            "protocol": .word(ports.name), "from_port": .number(ports.from ?? 0), "to_port": .number(ports.to ?? 0),
            "cidr_block": .word(entry.cidr),
        ]
    }

    func endpoint(_ settings: EndpointSettings, _ name: String) -> [TerraformBlock] {
        let common: Tree = ["vpc_id": .text(settings.vpc), "service_name": .text(settings.service)]
        let shape: Tree =
            switch settings.shape {
            case .gateway(let tables): ["vpc_endpoint_type": "Gateway", "route_table_ids": .texts(tables)]
            case .interface(let subnets, let groups):
                [
                    "vpc_endpoint_type": "Interface", "private_dns_enabled": true, "subnet_ids": .texts(subnets),
                    "security_group_ids": .texts(groups),
                ]
            }
        return [resource("aws_vpc_endpoint", name, common + shape)]
    }

    func securityGroup(_ settings: SecurityGroupSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_security_group", name,
                [
                    "vpc_id": .text(settings.vpc), "name": .text(settings.name),
                    "description": .word(settings.description),
                ])
        ]
    }

    func securityGroupRules(_ settings: SecurityGroupRulesSettings, _ name: String) -> [TerraformBlock] {
        let pairs = settings.ingress.map { ("ingress", $0) } + settings.egress.map { ("egress", $0) }
        var counts: [String: Int] = [:]
        return pairs.map { direction, rule in
            let base =
                "\(name)_\(direction == "ingress" ? "from" : "to")_\(peerName(rule.peer))_\(portName(rule.ports))"
            counts[direction + base, default: 0] += 1
            let number = counts[direction + base] ?? 1
            let isTaken = direction == "ingress" && rule.ports == .tcp(80)
            let waiver = isTaken ? comments(Waiver.prefixListOnPort80) : [:]
            return resource(
                "aws_vpc_security_group_\(direction)_rule", number == 1 ? base : "\(base)_\(number)",
                waiver + self.rule(rule, of: settings.group))
        }
    }

    private func rule(_ rule: GroupRule, of group: Value) -> Tree {
        let ports = rule.ports.terraform
        let peer: Tree =
            switch rule.peer {
            case .cidr(let block): ["cidr_ipv4": .text(block)]
            case .group(let id): ["referenced_security_group_id": .text(id)]
            case .prefixList(let id): ["prefix_list_id": .text(id)]
            }
        return ["security_group_id": .text(group), "description": .word(rule.description)]
            + [
                "ip_protocol": .word(ports.name), "from_port": .optional(ports.from), "to_port": .optional(ports.to),
            ] + peer
    }

    private func peerName(_ peer: GroupRule.Peer) -> String {
        switch peer {
        case .group(let id):
            id.references.first.flatMap { reference in
                graph[reference.address].map { reference.address.terraformName($0.kind) }
            } ?? "group"
        case .prefixList(let id): id.lookups.first == .s3PrefixList ? "s3" : "cloudfront"
        case .cidr(let block): block.literal == "0.0.0.0/0" ? "internet" : "block"
        }
    }

    private func portName(_ ports: PortRange) -> String {
        switch ports {
        case .tcp(let range), .udp(let range):
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)_\(range.upperBound)"
        case .all: "all"
        case .other(let number): "protocol_\(number)"
        }
    }

    func flowLog(_ settings: FlowLogSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_flow_log", name,
                [
                    "vpc_id": .text(settings.vpc), "traffic_type": .word(settings.traffic.rawValue),
                    "log_destination_type": "s3", "log_destination": .text(settings.destination),
                    "max_aggregation_interval": .number(settings.seconds),
                    "destination_options": .block(["file_format": .word(settings.format.rawValue)]),
                ])
        ]
    }
}

extension PortRange {
    /// Protocol and ports; no ports where the protocol has none.
    var terraform: (name: String, from: Int?, to: Int?) {
        switch self {
        case .tcp(let range): ("tcp", range.lowerBound, range.upperBound)
        case .udp(let range): ("udp", range.lowerBound, range.upperBound)
        case .all: ("-1", nil, nil)
        case .other(let number): ("\(number)", nil, nil)
        }
    }
}
