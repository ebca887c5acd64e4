import Resources

/// VPC, subnets, lists and groups.
extension ControlQuestions {
    func checks(_ vpc: VPCSettings) -> [Check] {
        let flowLog = has { if case .flowLog = $0 { true } else { false } }
        return [
            Check(
                "EC2.2", ["CKV2_AWS_12", "AWS-0173"], "the network's default group allows nothing",
                vpc.defaultGroupIsEmpty),
            // Terrace makes a network for each stack.
            Check("AWS-0101", "the network is not the account's default one", true).byConstruction,
            Check("EC2.6", ["CKV2_AWS_11", "AWS-0178"], "the network's flows are recorded", flowLog),
            Check("EC2.21", ["AWS-0105"], "the network's default list allows nothing", vpc.defaultACLIsEmpty),
        ] + interfaces
    }

    /// Six services that Security Hub wants inside every network, whether it uses them or not.
    private var interfaces: [Check] {
        [
            ("EC2.10", "ec2"), ("EC2.55", "ecr.api"), ("EC2.56", "ecr.dkr"), ("EC2.57", "ssm"),
            ("EC2.58", "ssm-contacts"), ("EC2.60", "ssm-incidents"),
        ].map { id, service in
            let isThere = has { settings in
                guard case .endpoint(let endpoint) = settings, case .text(let text)? = endpoint.service.parts.last
                else {
                    return false
                }
                return text.hasSuffix(".\(service)")
            }
            return Check(
                id, "the network has an endpoint for \(service)", isThere, found: "there is none",
                waivable: true)
        }
    }

    func checks(_ subnet: SubnetSettings) -> [Check] {
        [
            Check(
                "EC2.15", ["CKV_AWS_130", "AWS-0164"], "nothing gets a public address by itself",
                !subnet.mapsPublicAddresses)
        ]
    }

    func elasticAddress(_ address: Address) -> [Check] {
        let isUsed = has { if case .natGateway = $0 { refers($0, to: address) } else { false } }
        return [Check("CKV2_AWS_19", "the public address is in use", isUsed)]
    }

    func checks(_ table: RouteTableSettings) -> [Check] {
        let tasks = Set(network.parties.filter { !$0.hasPublicAddress }.compactMap(\.subnet))
        let isPrivate = table.subnets.contains { subnet in
            resources.contains { tasks.contains($0.address.text) && tells(subnet, of: $0.address) }
        }
        let leadsOut = table.routes.contains { if case .internetGateway = $0.via { true } else { false } }
        return [
            Check(
                "CKV2_AWS_35", "what has no public address leaves through a NAT gateway", !(isPrivate && leadsOut),
                found: "a route leads to the internet gateway")
        ]
    }

    // MARK: Lists

    func checks(_ list: NetworkACLSettings) -> [Check] {
        let open = list.entries.filter { $0.direction == .ingress && $0.allows && $0.cidr == "0.0.0.0/0" }
        let every = list.entries.filter { $0.allows && $0.ports == .all }
        let opening = { (ports: [UInt32]) in
            open.filter { entry in ports.contains { Traffic(entry.ports).holds($0) } }
        }
        let (desktops, files) = (opening([22, 3389]), opening([20, 21]))
        return [
            Check("EC2.16", ["CKV2_AWS_1"], "the list is in use", !list.subnets.isEmpty),
            Check(
                "EC2.21", ["CKV_AWS_231", "CKV_AWS_232", "AWS-0105"], "no entry opens 22 or 3389 to everybody",
                desktops.isEmpty, found: Self.named(desktops)),
            Check(
                "CKV_AWS_229", ["CKV_AWS_230"], "no entry opens 20 or 21 to everybody", files.isEmpty,
                found: Self.named(files)),
            Check(
                "CKV_AWS_352", ["AWS-0102"], "no entry opens every port", every.isEmpty, found: Self.named(every)),
        ]
    }

    // MARK: Groups

    func checks(_ group: SecurityGroupSettings, _ address: Address) -> [Check] {
        let isUsed = has { settings in
            switch settings {
            case .ecsService, .loadBalancer, .databaseCluster, .endpoint: refers(settings, to: address)
            default: false
            }
        }
        return [
            Check("CKV_AWS_23", ["AWS-0099"], "the group says what it is for", !group.description.isEmpty),
            Check("CKV2_AWS_5", "the group is in use", isUsed),
        ]
    }

    /// Source: Security Hub, EC2.19, read 2026-11.
    private static let risky: [UInt32] = [
        20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080, 8088,
        8888, 9200, 9300,
    ]

    func checks(_ rules: SecurityGroupRulesSettings) -> [Check] {
        let open = rules.ingress.filter { $0.isForEverybody }
        let wide = rules.egress.filter { $0.isForEverybody }
        let beyondWeb = open.filter { ![PortRange.tcp(80), .tcp(443)].contains($0.ports) }
        let known = open.filter { rule in (Self.risky + [80]).contains { Traffic(rule.ports).holds($0) } }
        let every = wide.filter { $0.ports == .all }
        let silent = (rules.ingress + rules.egress).filter(\.description.isEmpty)
        return [
            Check(
                "EC2.18", ["CKV_AWS_277"], "only 80 and 443 may be open to everybody", beyondWeb.isEmpty,
                found: Self.named(beyondWeb)),
            Check(
                "EC2.19", ["CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260", "AWS-0107"],
                "no port of a known service is open to everybody", known.isEmpty, found: Self.named(known)),
            Check(
                "CKV_AWS_382", "nothing may leave on every port to everywhere", every.isEmpty,
                found: Self.named(every)),
            Check(
                "AWS-0104", "nothing may leave to everywhere", wide.isEmpty,
                found: Self.named(wide),
                waivable: wide.allSatisfy { $0.ports == .tcp(443) }),
            Check(
                "CKV_AWS_23", ["AWS-0124"], "every rule says what it is for", silent.isEmpty,
                found: Self.named(silent)),
        ]
    }

    /// Which rules or entries it is: `tcp 5432 0.0.0.0/0: for a moment`.
    private static func named(_ rules: [some FieldConvertible]) -> String {
        rules.map(\.fieldValue.description).joined(separator: "; ")
    }
}

extension GroupRule {
    fileprivate var isForEverybody: Bool {
        if case .cidr(let value) = peer { ["0.0.0.0/0", "::/0"].contains(value.literal) } else { false }
    }
}

extension Traffic {
    /// Whether some packet over TCP or UDP to that port is in it.
    fileprivate func holds(_ port: UInt32) -> Bool { region[6].contains(port) || region[17].contains(port) }
}
