import Resources

/// The network, command by command.
extension ShellExport {
    typealias Tags = [(key: String, value: String)]

    private func tagged(_ type: String, _ tags: Tags) -> (name: String, value: ShellCall.Argument) {
        // The shorthand takes no comma in a value.
        let pairs = tags.map {
            "{Key=\($0.key),Value=\($0.value.map { ",{}[]=".contains($0) ? "_" : String($0) }.joined())}"
        }
        return ("tag-specifications", .word(Value("ResourceType=\(type),Tags=[\(pairs.joined(separator: ","))]")))
    }

    func vpc(_ settings: VPCSettings, _ tags: Tags, _ address: Address) -> [ShellStep] {
        let id = "\"${\(facts.variable(Reference(address, .id)))}\""
        let hostnames =
            settings.dnsHostnames
            ? [
                ShellStep.run(
                    "ec2 modify-vpc-attribute", [("vpc-id", .word(own(address))), ("enable-dns-hostnames", .flag)])
            ]
            : []
        let group =
            settings.defaultGroupIsEmpty
            ? [
                ShellStep.comment(
                    "What comes with the network lets everything through: its group and its access list are emptied."),
                .raw(
                    "group=$(aws ec2 describe-security-groups --filters Name=vpc-id,Values=\(id) Name=group-name,Values=default \\",
                    "  --query 'SecurityGroups[0].GroupId' --output text)", "for side in ingress egress; do",
                    "  permissions=$(aws ec2 describe-security-groups --group-ids \"$group\" \\",
                    "    --query \"SecurityGroups[0].IpPermissions$([[ $side == egress ]] && echo Egress || true)\" --output json)",
                    "  [[ $permissions == \"[]\" ]] ||",
                    "    aws ec2 \"revoke-security-group-$side\" --group-id \"$group\" --ip-permissions \"$permissions\" >/dev/null",
                    "done"),
            ] : []
        let list =
            settings.defaultACLIsEmpty
            ? [
                ShellStep.raw(
                    "list=$(aws ec2 describe-network-acls --filters Name=vpc-id,Values=\(id) Name=default,Values=true \\",
                    "  --query 'NetworkAcls[0].NetworkAclId' --output text)", "for side in ingress egress; do",
                    "  aws ec2 delete-network-acl-entry --network-acl-id \"$list\" --rule-number 100 \"--$side\" 2>/dev/null || true",
                    "done")
            ] : []
        return [
            .tagged(
                "vpc", "ec2 create-vpc", [("cidr-block", .word(Value(settings.cidr))), tagged("vpc", tags)],
                query: "Vpc.VpcId")
        ] + hostnames + group + list
    }

    func internetGateway(_ settings: InternetGatewaySettings, _ tags: Tags, _ address: Address) -> [ShellStep] {
        [
            .tagged(
                "internet-gateway", "ec2 create-internet-gateway", [tagged("internet-gateway", tags)],
                query: "InternetGateway.InternetGatewayId"),
            .once(
                "ec2 attach-internet-gateway",
                [("internet-gateway-id", .word(own(address))), ("vpc-id", .word(settings.vpc))]),
        ]
    }

    func subnet(_ settings: SubnetSettings, _ tags: Tags) -> [ShellStep] {
        [
            .tagged(
                "subnet", "ec2 create-subnet",
                [
                    ("vpc-id", .word(settings.vpc)), ("cidr-block", .word(Value(settings.cidr))),
                    ("availability-zone-id", .word(settings.zone)), tagged("subnet", tags),
                ], query: "Subnet.SubnetId")
        ]
    }

    func elasticAddress(_ tags: Tags) -> [ShellStep] {
        [
            .tagged(
                "elastic-ip", "ec2 allocate-address", [("domain", .word("vpc")), tagged("elastic-ip", tags)],
                query: "AllocationId")
        ]
    }

    func natGateway(_ settings: NATGatewaySettings, _ tags: Tags, _ address: Address) -> [ShellStep] {
        [
            .tagged(
                "natgateway", "ec2 create-nat-gateway",
                [
                    ("subnet-id", .word(settings.subnet)), ("allocation-id", .word(settings.address)),
                    tagged("natgateway", tags),
                ], query: "NatGateway.NatGatewayId"),
            .run("ec2 wait nat-gateway-available", [("nat-gateway-ids", .word(own(address)))]),
        ]
    }

    func routeTable(_ settings: RouteTableSettings, _ tags: Tags, _ address: Address) -> [ShellStep] {
        let table: (name: String, value: ShellCall.Argument) = ("route-table-id", .word(own(address)))
        let routes = settings.routes.map { route -> ShellStep in
            let way: (name: String, value: ShellCall.Argument) =
                switch route.via {
                case .internetGateway(let id), .other(let id): ("gateway-id", .word(id))
                case .natGateway(let id): ("nat-gateway-id", .word(id))
                }
            return .once(
                "ec2 create-route", [table, ("destination-cidr-block", .word(Value(route.destination))), way])
        }
        let associations = settings.subnets.map { subnet in
            ShellStep.once("ec2 associate-route-table", [table, ("subnet-id", .word(subnet))])
        }
        return [
            .tagged(
                "route-table", "ec2 create-route-table",
                [("vpc-id", .word(settings.vpc)), tagged("route-table", tags)],
                query: "RouteTable.RouteTableId")
        ] + routes + associations
    }

    func networkACL(_ settings: NetworkACLSettings, _ tags: Tags, _ address: Address) -> [ShellStep] {
        let list: (name: String, value: ShellCall.Argument) = ("network-acl-id", .word(own(address)))
        let entries = settings.entries.map { entry -> ShellStep in
            let ports = entry.ports.terraform
            let range: [(name: String, value: ShellCall.Argument)] =
                ports.from.flatMap { from in
                    ports.to.map { [("port-range", .word(Value("From=\(from),To=\($0)")))] }
                } ?? []
            return .once(
                "ec2 create-network-acl-entry",
                [
                    list, (entry.direction.rawValue, .flag), ("rule-number", .word(Value("\(entry.number)"))),
                    ("protocol", .word(Value("\(entry.ports.number)"))),
                ] + range + [
                    ("cidr-block", .word(Value(entry.cidr))), ("rule-action", .word(entry.allows ? "allow" : "deny")),
                ])
        }
        let associations = settings.subnets.map { subnet in
            let id = writerWord(subnet)
            return ShellStep.raw(
                "association=$(aws ec2 describe-network-acls --filters Name=association.subnet-id,Values=\(id) \\",
                "  --query \"NetworkAcls[0].Associations[?SubnetId=='$(echo \(id))'].NetworkAclAssociationId | [0]\" --output text)",
                "aws ec2 replace-network-acl-association --association-id \"$association\" --network-acl-id \(writerWord(own(address))) >/dev/null"
            )
        }
        return [
            .tagged(
                "network-acl", "ec2 create-network-acl",
                [("vpc-id", .word(settings.vpc)), tagged("network-acl", tags)],
                query: "NetworkAcl.NetworkAclId")
        ] + entries + associations
    }

    func writerWord(_ value: Value) -> String { ShellText(variable: facts.substitute).word(value) }

    func endpoint(_ settings: EndpointSettings, _ tags: Tags, _ address: Address) -> [ShellStep] {
        let shape: [(name: String, value: ShellCall.Argument)] =
            switch settings.shape {
            case .gateway(let tables): [("vpc-endpoint-type", .word("Gateway")), ("route-table-ids", .words(tables))]
            case .interface(let subnets, let groups):
                [
                    ("vpc-endpoint-type", .word("Interface")), ("private-dns-enabled", .flag),
                    ("subnet-ids", .words(subnets)), ("security-group-ids", .words(groups)),
                ]
            }
        return [
            .tagged(
                "vpc-endpoint", "ec2 create-vpc-endpoint",
                [("vpc-id", .word(settings.vpc)), ("service-name", .word(settings.service))] + shape
                    + [tagged("vpc-endpoint", tags)], query: "VpcEndpoint.VpcEndpointId")
        ]
    }

    func securityGroup(_ settings: SecurityGroupSettings, _ tags: Tags, _ address: Address) -> [ShellStep] {
        [
            .tagged(
                "security-group", "ec2 create-security-group",
                [
                    ("vpc-id", .word(settings.vpc)), ("group-name", .word(settings.name)),
                    ("description", .word(Value(settings.description))), tagged("security-group", tags),
                ], query: "GroupId"),
            .comment("A new group may reach everything."),
            .raw(
                "aws ec2 revoke-security-group-egress --group-id \(writerWord(own(address))) \\",
                "  --ip-permissions 'IpProtocol=-1,IpRanges=[{CidrIp=0.0.0.0/0}]' >/dev/null 2>&1 || true"),
        ]
    }

    func securityGroupRules(_ settings: SecurityGroupRulesSettings) -> [ShellStep] {
        let step = { (direction: String, rule: GroupRule) -> ShellStep in
            .once(
                "ec2 authorize-security-group-\(direction)",
                [("group-id", .word(settings.group)), ("ip-permissions", .json([self.permission(rule)]))])
        }
        return settings.ingress.map { step("ingress", $0) } + settings.egress.map { step("egress", $0) }
    }

    private func permission(_ rule: GroupRule) -> Tree {
        let ports = rule.ports.terraform
        let reason: Tree = ["Description": .word(rule.description)]
        let peer: Tree =
            switch rule.peer {
            case .cidr(let block): ["IpRanges": [["CidrIp": .text(block)] + reason]]
            case .group(let id): ["UserIdGroupPairs": [["GroupId": .text(id)] + reason]]
            case .prefixList(let id): ["PrefixListIds": [["PrefixListId": .text(id)] + reason]]
            }
        return [
            "IpProtocol": .word(ports.name), "FromPort": .optional(ports.from), "ToPort": .optional(ports.to),
        ] + peer
    }

    func flowLog(_ settings: FlowLogSettings, _ tags: Tags, _ address: Address) -> [ShellStep] {
        [
            // The answer of one that is there already is an error, in a list.
            .once(
                "ec2 create-flow-logs",
                [
                    ("resource-type", .word("VPC")), ("resource-ids", .word(settings.vpc)),
                    ("traffic-type", .word(Value(settings.traffic.rawValue))),
                    ("log-destination-type", .word("s3")), ("log-destination", .word(settings.destination)),
                    ("max-aggregation-interval", .word(Value("\(settings.seconds)"))),
                    (
                        "destination-options",
                        .word(
                            Value(
                                "FileFormat=\(settings.format.rawValue),HiveCompatiblePartitions=false,PerHourPartition=false"
                            ))
                    ), tagged("vpc-flow-log", tags),
                ])
        ]
    }
}
