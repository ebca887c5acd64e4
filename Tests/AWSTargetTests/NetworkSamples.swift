import Resources

/// A network, and what can change in one without being replaced.
extension KindSample {
    private static func at(_ kind: ResourceKind, _ word: String? = nil) -> Address {
        word.map { Address(.network, kind.rawValue, $0) } ?? Address(.network, kind.rawValue)
    }

    private static func id(_ kind: ResourceKind, _ word: String? = nil) -> Value {
        Value(Reference(at(kind, word), .id, when: .ready))
    }

    private static func network(_ words: String, hostnames: Bool = true) -> Resource {
        Resource(
            at(.vpc), .vpc(VPCSettings(cidr: "10.0.0.0/16", dnsHostnames: hostnames)), tags: ["words": words])
    }

    private static func subnet(_ word: String, _ third: Int, zone: Int, isOpen: Bool = false) -> Resource {
        Resource(
            at(.subnet, word),
            .subnet(
                SubnetSettings(
                    vpc: id(.vpc), cidr: "10.0.\(third).0/24", zone: Value(Lookup.zoneID(zone)),
                    mapsPublicAddresses: isOpen)))
    }

    private static func table(_ word: String, _ routes: [Route], _ subnets: [String]) -> Resource {
        Resource(
            at(.routeTable, word),
            .routeTable(RouteTableSettings(vpc: id(.vpc), routes: routes, subnets: subnets.map { id(.subnet, $0) })))
    }

    private static func list(_ entries: [ACLEntry], _ subnets: [String]) -> Resource {
        Resource(
            at(.networkACL, "public"),
            .networkACL(NetworkACLSettings(vpc: id(.vpc), entries: entries, subnets: subnets.map { id(.subnet, $0) })))
    }

    private static func entry(_ number: Int, _ ports: PortRange, allows: Bool = true) -> ACLEntry {
        ACLEntry(direction: .ingress, number: number, allows: allows, ports: ports, cidr: "10.0.0.0/8")
    }

    private static func flowLog(_ folder: String) -> [Resource] {
        let bucket = Address(.operations, "bucket", "logs")
        return [
            Resource(
                bucket,
                .bucket(
                    BucketSettings(
                        name: "guestbook-flow-1",
                        policy: PolicyDocument([
                            PolicyStatement(
                                "Tls", .deny, principals: [.anyone], actions: ["s3:*"],
                                resources: ["arn:aws:s3:::guestbook-flow-1/*"],
                                conditions: [PolicyCondition("Bool", "aws:SecureTransport", ["false"])])
                        ])))),
            Resource(
                at(.flowLog),
                .flowLog(
                    FlowLogSettings(
                        vpc: id(.vpc), traffic: .all, destination: "\(Value(Reference(bucket, .arn)))/\(folder)"))),
        ]
    }

    static let network: KindSample = {
        let shared: [Resource] = [
            Resource(at(.internetGateway), .internetGateway(InternetGatewaySettings(vpc: id(.vpc)))),
            Resource(at(.elasticAddress, "nat-a"), .elasticAddress(ElasticAddressSettings()), tags: ["of": "nat"]),
            Resource(
                at(.natGateway, "a"),
                .natGateway(NATGatewaySettings(subnet: id(.subnet, "public-a"), address: id(.elasticAddress, "nat-a"))),
                needs: [Dependency(at(.internetGateway), .ready)]),
        ]
        let out = Route(destination: "0.0.0.0/0", via: .internetGateway(id(.internetGateway)))
        let through = Route(destination: "0.0.0.0/0", via: .natGateway(id(.natGateway, "a")))
        let first =
            shared + [
                network("first"), subnet("public-a", 1, zone: 0), subnet("public-b", 2, zone: 1),
                table("public", [out], ["public-a"]), table("inner", [], ["public-b"]),
                list([entry(100, .tcp(443)), entry(110, .udp(53...53))], ["public-a"]),
            ] + flowLog("flow")
        let second =
            shared + [
                network("second", hostnames: false), subnet("public-a", 1, zone: 0, isOpen: true),
                subnet("public-b", 2, zone: 1), table("public", [out], ["public-a", "public-b"]),
                table("inner", [through], []),
                list([entry(100, .tcp(80...443)), entry(120, .all, allows: false)], ["public-b"]),
            ] + flowLog("flow")
        return KindSample("network", [first, second, first])
    }()

    // MARK: Groups

    private static func group(_ word: String) -> Resource {
        Resource(
            at(.securityGroup, word),
            .securityGroup(SecurityGroupSettings(vpc: id(.vpc), name: "guestbook-\(word)", description: "For \(word)")))
    }

    private static func rules(_ word: String, _ ingress: [GroupRule], _ egress: [GroupRule]) -> Resource {
        Resource(
            at(.securityGroupRules, word),
            .securityGroupRules(
                SecurityGroupRulesSettings(group: id(.securityGroup, word), ingress: ingress, egress: egress)))
    }

    private static func rule(_ port: Int, _ peer: GroupRule.Peer, _ words: String) -> GroupRule {
        GroupRule(ports: .tcp(port), peer: peer, description: words)
    }

    /// Two groups that refer to each other, as the load balancer's and the tasks' do.
    static let groups: KindSample = {
        let (balancer, tasks) = (
            GroupRule.Peer.group(id(.securityGroup, "lb")), GroupRule.Peer.group(id(.securityGroup, "tasks"))
        )
        let edge = GroupRule.Peer.prefixList(Value(Lookup.cloudFrontPrefixList))
        let base = [network("groups"), group("lb"), group("tasks")]
        return KindSample(
            "security-group",
            [
                base + [
                    rules("lb", [rule(443, edge, "requests")], [rule(3000, tasks, "to tasks")]),
                    rules("tasks", [rule(3000, balancer, "from the balancer")], []),
                ],
                base + [
                    rules("lb", [rule(443, .cidr("0.0.0.0/0"), "requests")], [rule(8080, tasks, "to tasks")]),
                    rules(
                        "tasks", [rule(8080, balancer, "from the balancer"), rule(9090, balancer, "metrics")],
                        [rule(443, .cidr("0.0.0.0/0"), "out")]),
                ],
            ])
    }()

    // MARK: Endpoints

    static let endpoints: KindSample = {
        func endpoint(_ word: String, _ shape: EndpointSettings.Shape) -> Resource {
            Resource(
                at(.endpoint, word),
                .endpoint(
                    EndpointSettings(
                        vpc: id(.vpc), service: "com.amazonaws.\(Lookup.region).\(word)", shape: shape)))
        }
        let base = [
            network("endpoints"), subnet("application-a", 11, zone: 0), subnet("application-b", 12, zone: 1),
            table("a", [], ["application-a"]), table("b", [], ["application-b"]), group("endpoints"),
        ]
        return KindSample(
            "endpoint",
            [["a"], ["a", "b"], ["b"]].map { words in
                base + [
                    endpoint("s3", .gateway(routeTables: words.map { id(.routeTable, $0) })),
                    endpoint(
                        "logs",
                        .interface(
                            subnets: words.map { id(.subnet, "application-" + $0) },
                            groups: [id(.securityGroup, "endpoints")])),
                ]
            })
    }()
}
