import Stacks

/// The chain: the load balancer takes from CloudFront, tasks from the load balancer, the database from tasks.
extension StackResources {
    enum Group: String, CaseIterable {
        case loadBalancer = "load-balancer"
        case tasks, database, endpoints

        var description: String {
            switch self {
            case .loadBalancer: "Takes requests from CloudFront and hands them to tasks"
            case .tasks: "Takes requests from the load balancer only"
            case .database: "Takes connections of tasks only"
            case .endpoints: "AWS services inside the network, for tasks only"
            }
        }
    }

    func group(_ group: Group) -> Address { address(.network, .securityGroup, group.rawValue) }
    func rules(of group: Group) -> Address { address(.network, .securityGroupRules, group.rawValue) }

    /// Those that something is in: a group that nobody uses is a finding of every scanner.
    var groups: [Group] {
        Group.allCases.filter { group in
            switch group {
            case .loadBalancer: !routed.isEmpty
            case .tasks: true
            case .database: stack.database != nil
            case .endpoints: hasInterfaceEndpoints
            }
        }
    }

    var securityGroups: [Resource] {
        groups.flatMap { group in
            [
                Resource(
                    self.group(group),
                    .securityGroup(
                        SecurityGroupSettings(
                            vpc: id(vpc), name: Value(names.name(group.rawValue, limit: 255)),
                            description: group.description))),
                Resource(
                    rules(of: group),
                    .securityGroupRules(
                        SecurityGroupRulesSettings(
                            group: id(self.group(group)), ingress: ingress(group), egress: egress(group)))),
            ]
        }
    }

    private func ingress(_ group: Group) -> [GroupRule] {
        switch group {
        case .loadBalancer:
            [
                GroupRule(
                    ports: .tcp(listenerPort), peer: .prefixList(Value(Lookup.cloudFrontPrefixList)),
                    description: "requests from CloudFront")
            ]
        case .tasks: taskPorts.map { rule($0, .loadBalancer, "requests from the load balancer") }
        case .database: [rule(databasePort, .tasks, "connections of tasks")]
        case .endpoints: [rule(443, .tasks, "calls of tasks")]
        }
    }

    private func egress(_ group: Group) -> [GroupRule] {
        switch group {
        case .loadBalancer: taskPorts.map { rule($0, .tasks, "requests and health checks to tasks") }
        case .tasks: taskEgress
        case .database, .endpoints: []
        }
    }

    private var taskEgress: [GroupRule] {
        var rules: [GroupRule] = []
        if stack.database != nil { rules.append(rule(databasePort, .database, "connections to the database")) }
        if hasInterfaceEndpoints { rules.append(rule(443, .endpoints, "AWS services inside the network")) }
        if hasS3Endpoint {
            rules.append(
                GroupRule(
                    ports: .tcp(443), peer: .prefixList(Value(Lookup.s3PrefixList)),
                    description: "S3, where the layers of images are"))
        }
        if !natZones.isEmpty {
            rules.append(
                GroupRule(
                    ports: .tcp(443), peer: .cidr("0.0.0.0/0"), description: "the internet, through the NAT gateways"))
        }
        return rules
    }

    /// Ports on which tasks take requests.
    private var taskPorts: [Int] { Set(routed.map(\.port)).sorted() }

    private func rule(_ port: Int, _ peer: Group, _ description: String) -> GroupRule {
        GroupRule(ports: .tcp(port), peer: .group(id(group(peer))), description: description)
    }
}
