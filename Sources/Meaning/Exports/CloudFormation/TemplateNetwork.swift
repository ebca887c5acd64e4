import Resources

/// The network in CloudFormation's words.
extension Template {
    func vpc(_ settings: VPCSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::EC2::VPC",
                notes: settings.defaultGroupIsEmpty
                    ? [
                        "Its own group and access list let everything through, and no template can empty them. Nothing here uses",
                        "them; after the first deployment: aws ec2 revoke-security-group-ingress and -egress, delete-network-acl-entry.",
                    ] : [],
                [
                    "CidrBlock": .word(settings.cidr), "EnableDnsSupport": .flag(settings.dnsSupport),
                    "EnableDnsHostnames": .flag(settings.dnsHostnames),
                ])
        ]
    }

    func internetGateway(_ settings: InternetGatewaySettings, _ name: String) -> [TemplateResource] {
        [
            TemplateResource("AWS::EC2::InternetGateway", [:]),
            TemplateResource(
                "AWS::EC2::VPCGatewayAttachment", suffix: "Attachment", completes: true,
                ["VpcId": .text(settings.vpc), "InternetGatewayId": ref(name)]),
        ]
    }

    func subnet(_ settings: SubnetSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::EC2::Subnet",
                [
                    "VpcId": .text(settings.vpc), "CidrBlock": .word(settings.cidr),
                    "AvailabilityZone": zone(settings.zone),
                    "MapPublicIpOnLaunch": .flag(settings.mapsPublicAddresses),
                ])
        ]
    }

    func natGateway(_ settings: NATGatewaySettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::EC2::NatGateway",
                ["SubnetId": .text(settings.subnet), "AllocationId": .text(settings.address)])
        ]
    }

    func routeTable(_ settings: RouteTableSettings, _ name: String) -> [TemplateResource] {
        let routes = settings.routes.enumerated().map { index, route -> TemplateResource in
            let way: Tree =
                switch route.via {
                case .internetGateway(let id), .other(let id): ["GatewayId": .text(id)]
                case .natGateway(let id): ["NatGatewayId": .text(id)]
                }
            let waits = route.via.isInternetGateway ? attachments : []
            return TemplateResource(
                "AWS::EC2::Route", suffix: index == 0 ? "Route" : "Route\(index + 1)", completes: true,
                waits: waits,
                ["RouteTableId": ref(name), "DestinationCidrBlock": .word(route.destination)] + way)
        }
        let associations = settings.subnets.enumerated().map { index, subnet in
            TemplateResource(
                "AWS::EC2::SubnetRouteTableAssociation", suffix: "Subnet\(index + 1)", completes: true,
                ["RouteTableId": ref(name), "SubnetId": .text(subnet)])
        }
        return [TemplateResource("AWS::EC2::RouteTable", ["VpcId": .text(settings.vpc)])] + routes + associations
    }

    /// A route to a gateway that is not attached is refused.
    private var attachments: [String] {
        resources.filter { $0.kind == .internetGateway }.map { "\(name($0.address))Attachment" }
    }

    func networkACL(_ settings: NetworkACLSettings, _ name: String) -> [TemplateResource] {
        let entries = settings.entries.map { entry -> TemplateResource in
            let ports = entry.ports.terraform
            let range: Tree =
                ports.from.flatMap { from in
                    ports.to.map { to in ["PortRange": ["From": .number(from), "To": .number(to)]] }
                } ?? [:]
            return TemplateResource(
                "AWS::EC2::NetworkAclEntry",
                suffix: "\(entry.direction == .ingress ? "In" : "Out")\(entry.number)", completes: true,
                [
                    "NetworkAclId": ref(name), "Egress": .flag(entry.direction == .egress),
                    "RuleNumber": .number(entry.number), "RuleAction": entry.allows ? "allow" : "deny",
                    "Protocol": .number(entry.ports.number), "CidrBlock": .word(entry.cidr),
                ] + range)
        }
        let associations = settings.subnets.enumerated().map { index, subnet in
            TemplateResource(
                "AWS::EC2::SubnetNetworkAclAssociation", suffix: "Subnet\(index + 1)", completes: true,
                ["NetworkAclId": ref(name), "SubnetId": .text(subnet)])
        }
        return [TemplateResource("AWS::EC2::NetworkAcl", ["VpcId": .text(settings.vpc)])] + entries + associations
    }

    func endpoint(_ settings: EndpointSettings) -> [TemplateResource] {
        let shape: Tree =
            switch settings.shape {
            case .gateway(let tables): ["VpcEndpointType": "Gateway", "RouteTableIds": .texts(tables)]
            case .interface(let subnets, let groups):
                [
                    "VpcEndpointType": "Interface", "PrivateDnsEnabled": true, "SubnetIds": .texts(subnets),
                    "SecurityGroupIds": .texts(groups),
                ]
            }
        return [
            TemplateResource(
                "AWS::EC2::VPCEndpoint", ["VpcId": .text(settings.vpc), "ServiceName": .text(settings.service)] + shape)
        ]
    }

    func securityGroup(_ settings: SecurityGroupSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::EC2::SecurityGroup",
                notes: ["A group without an egress rule of its own may reach everything: this one leads nowhere."],
                [
                    "VpcId": .text(settings.vpc), "GroupName": .text(settings.name),
                    "GroupDescription": .word(settings.description),
                    "SecurityGroupEgress": [
                        [
                            "CidrIp": "255.255.255.255/32", "IpProtocol": "icmp", "FromPort": 252, "ToPort": 86,
                            "Description": "nothing",
                        ]
                    ],
                ])
        ]
    }

    func securityGroupRules(_ settings: SecurityGroupRulesSettings) -> [TemplateResource] {
        let ingress = settings.ingress.enumerated().map { index, rule in
            TemplateResource(
                "AWS::EC2::SecurityGroupIngress", suffix: "In\(index + 1)",
                self.rule(rule, of: settings.group, group: "SourceSecurityGroupId", list: "SourcePrefixListId"))
        }
        let egress = settings.egress.enumerated().map { index, rule in
            TemplateResource(
                "AWS::EC2::SecurityGroupEgress", suffix: "Out\(index + 1)",
                self.rule(
                    rule, of: settings.group, group: "DestinationSecurityGroupId", list: "DestinationPrefixListId"))
        }
        return ingress + egress
    }

    private func rule(_ rule: GroupRule, of owner: Value, group: String, list: String) -> Tree {
        let ports = rule.ports.terraform
        let peer: Tree =
            switch rule.peer {
            case .cidr(let block): ["CidrIp": .text(block)]
            case .group(let id): .map([Tree.Member(key: group, value: .text(id))])
            case .prefixList(let id): .map([Tree.Member(key: list, value: .text(id))])
            }
        return [
            "GroupId": .text(owner), "Description": .word(rule.description), "IpProtocol": .word(ports.name),
            "FromPort": .optional(ports.from), "ToPort": .optional(ports.to),
        ] + peer
    }

    func flowLog(_ settings: FlowLogSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::EC2::FlowLog",
                [
                    "ResourceType": "VPC", "ResourceId": .text(settings.vpc),
                    "TrafficType": .word(settings.traffic.rawValue), "LogDestinationType": "s3",
                    "LogDestination": .text(settings.destination),
                    "MaxAggregationInterval": .number(settings.seconds),
                    "DestinationOptions": [
                        "FileFormat": .word(settings.format.rawValue), "HiveCompatiblePartitions": false,
                        "PerHourPartition": false,
                    ],
                ])
        ]
    }
}

extension Route.Via {
    fileprivate var isInternetGateway: Bool { if case .internetGateway = self { true } else { false } }
}

extension PortRange {
    /// IANA's number; -1 for all.
    var number: Int {
        switch self {
        case .tcp: 6
        case .udp: 17
        case .all: -1
        case .other(let number): number
        }
    }
}
