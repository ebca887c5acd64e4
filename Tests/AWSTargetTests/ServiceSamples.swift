import Resources

/// Services behind a load balancer and CloudFront, and what can change about them without being replaced.
extension KindSample {
    private static func ref(_ resource: Resource, _ fact: Fact, when moment: Moment = .ready) -> Value {
        Value(Reference(resource.address, fact, when: moment))
    }

    // MARK: Network

    private static let vpc = Resource(Address(.network, "vpc"), .vpc(VPCSettings(cidr: "10.0.0.0/16")))
    private static let gateway = Resource(
        Address(.network, "internet-gateway"), .internetGateway(InternetGatewaySettings(vpc: ref(vpc, .id))))
    private static let subnets = (0...1).map { zone in
        Resource(
            Address(.network, "subnet", "application-\(zone)"),
            .subnet(
                SubnetSettings(
                    vpc: ref(vpc, .id), cidr: "10.0.1\(zone).0/24", zone: Value(Lookup.zoneID(zone)))))
    }
    private static let groupPair = ["lb", "more"].map { word in
        Resource(
            Address(.network, "security-group", word),
            .securityGroup(
                SecurityGroupSettings(vpc: ref(vpc, .id), name: "guestbook-\(word)", description: "For \(word)")))
    }

    private static func group(_ count: Int) -> [Value] { groupPair.prefix(count).map { ref($0, .id) } }
    private static var ground: [Resource] { [vpc, gateway] + subnets + groupPair }

    // MARK: Load balancer

    private static func balancer(_ step: Int) -> Resource {
        Resource(
            Address(.edge, "load-balancer"),
            .loadBalancer(
                LoadBalancerSettings(
                    name: "guestbook-internal", scheme: .internal, vpc: ref(vpc, .id),
                    subnets: subnets.map { ref($0, .id) }, groups: group(step + 1), accessLog: nil,
                    deletionProtection: step == 0, desync: step == 0 ? .defensive : .strictest,
                    idleTimeout: 60 + step * 10)), tags: ["step": "\(step)"])
    }

    private static func targets(_ step: Int) -> Resource {
        Resource(
            Address(.edge, "target-group", "web"),
            .targetGroup(
                TargetGroupSettings(
                    name: "guestbook-web-3000", vpc: ref(vpc, .id), port: 3000,
                    health: TargetHealthCheck(
                        path: step == 0 ? "/health" : "/ready", interval: 10 + step, timeout: 5, healthy: 2,
                        unhealthy: 3), deregistrationDelay: 30 + step)), tags: ["step": "\(step)"])
    }

    private static func listener(_ step: Int) -> Resource {
        Resource(
            Address(.edge, "listener"),
            .listener(
                ListenerSettings(
                    loadBalancer: ref(balancer(step), .arn), port: 80, otherwise: step == 0 ? 404 : 403)),
            tags: ["step": "\(step)"])
    }

    private static func rules(_ step: Int) -> [Resource] {
        let header = step == 0 ? nil : HeaderMatch(name: "X-Terrace-Origin", values: ["one", "two"])
        let first = ListenerRuleSettings(
            listener: ref(listener(step), .arn), priority: 1 + step, header: header,
            paths: step == 0 ? ["/api/*"] : ["/api/*", "/v2/*"], action: .forward(ref(targets(step), .arn)))
        let second = ListenerRuleSettings(
            listener: ref(listener(step), .arn), priority: 9, paths: ["/*"],
            action: step == 0 ? .forward(ref(targets(step), .arn)) : .answer(404))
        return [("api", first), ("rest", second)].map { word, settings in
            Resource(Address(.edge, "listener-rule", word), .listenerRule(settings), tags: ["step": "\(step)"])
        }
    }

    static let balancing = KindSample(
        "load-balancer",
        [0, 1].map { step in ground + [balancer(step), targets(step), listener(step)] + rules(step) })

    /// The listener speaks TLS with a certificate that ACM has issued.
    static let secureListener = KindSample(
        "listener",
        ["ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"].map { policy in
            let certificate = Resource(
                Address(.edge, "certificate", "origin"),
                .certificate(CertificateSettings(domain: "origin.shop.example.com")), place: .region)
            let listener = Resource(
                Address(.edge, "listener"),
                .listener(
                    ListenerSettings(
                        loadBalancer: ref(balancer(1), .arn), port: 443,
                        tls: ListenerTLS(certificate: ref(certificate, .arn), policy: policy))))
            return ground + [certificate, balancer(1), listener]
        })

    // MARK: Services

    private static let home = Resource(
        Address(.application, "cluster"), .ecsCluster(ECSClusterSettings(name: "guestbook")))

    private static func definition(_ step: Int) -> Resource {
        var container = ContainerSettings(
            name: "web", image: "nginx:\(step)", stopTimeout: 30,
            log: ContainerLog(group: "/terrace/guestbook/web", region: "us-east-1", prefix: "web"))
        container.ports = [3000]
        return Resource(
            Address(.application, "task-definition", "web"),
            .taskDefinition(
                TaskDefinitionSettings(
                    family: "guestbook-web", cpu: 256, memory: 512, executionRole: "arn:aws:iam::123456789012:role/x",
                    taskRole: "arn:aws:iam::123456789012:role/y", volumes: [], containers: [container])))
    }

    private static func service(_ step: Int) -> Resource {
        let fargate = CapacityShare(provider: "FARGATE", base: 0, weight: 1)
        let spot = CapacityShare(provider: "FARGATE_SPOT", base: 0, weight: 3)
        return Resource(
            Address(.application, "service", "web"),
            .ecsService(
                ECSServiceSettings(
                    name: "guestbook-web", cluster: ref(home, .arn),
                    taskDefinition: ref(definition(step), .arn), desiredCount: 2,
                    capacity: step == 0 ? [fargate] : [fargate, spot], subnets: subnets.map { ref($0, .id) },
                    groups: group(step + 1),
                    target: ServiceTarget(targetGroup: ref(targets(0), .arn), container: "web", port: 3000),
                    healthGrace: 60 + step, rollsBack: step == 0,
                    alarms: step == 0 ? ["guestbook-web-errors"] : [], maximum: step == 0 ? 200 : 150,
                    rebalancesZones: step == 0, allowsExec: step == 1)), tags: ["step": "\(step)"],
            needs: rules(0).map { Dependency($0.address, .identified) })
    }

    // MARK: Canaries

    /// A service that gets canaries and then others.
    static let canaries = KindSample("canary", ([nil, 10, 25] as [Double?]).map(shifting))

    private static func shifting(_ percent: Double?) -> [Resource] {
        let first = targets(0)
        let second = Resource(Address(.edge, "target-group", "web", "second"), secondGroup)
        let groups = percent == nil ? [first] : [first, second]
        let action: ListenerRuleSettings.Action =
            percent == nil ? .forward(ref(first, .arn)) : .turns(groups.map { ref($0, .arn) })
        let rule = Resource(
            Address(.edge, "listener-rule", "1"),
            .listenerRule(
                ListenerRuleSettings(listener: ref(listener(0), .arn), priority: 1, paths: ["/*"], action: action)))
        let role = Resource(Address(.application, "role", "canary"), .role(canaryRole(groups, rule)))
        var web = service(0)
        web.needs = [Dependency(rule.address)]
        if case .ecsService(var settings) = web.settings, let percent {
            settings.canary = ServiceCanary(percent: percent, bake: 5, watch: 3)
            settings.target?.turns = TargetTurns(
                second: ref(second, .arn), rule: ref(rule, .arn), role: ref(role, .arn))
            web.settings = .ecsService(settings)
        }
        return ground + [balancer(0)] + groups + [listener(0), rule] + (percent == nil ? [] : [role])
            + [home, definition(0), web, scaling(0)[0], following(groups, web)]
    }

    private static func following(_ groups: [Resource], _ web: Resource) -> Resource {
        let names = groups.map { ref($0, .metricName) }
        let entry = ref(balancer(0), .metricName)
        let label: Value = "\(entry)/\(names[0])"
        return Resource(
            Address(.application, "scaling-policy", "web-requests"),
            .scalingPolicy(
                ScalingPolicySettings(
                    name: "guestbook-web-requests", service: "service/\(ref(home, .name))/\(ref(web, .name))",
                    metric: names.count == 1
                        ? .requestsPerTarget(label: label) : .requestsOfTurns(loadBalancer: entry, groups: names),
                    target: 1000)), needs: [Dependency(Address(.application, "scalable-target", "web"))])
    }

    private static var secondGroup: Settings {
        guard case .targetGroup(var group) = targets(0).settings else { return targets(0).settings }
        group.name = "guestbook-web-second"
        return .targetGroup(group)
    }

    private static func canaryRole(_ groups: [Resource], _ rule: Resource) -> RoleSettings {
        RoleSettings(
            name: "guestbook-canary", path: "/terrace/guestbook/", description: "Canaries",
            trust: PolicyDocument([
                PolicyStatement("Trust", principals: [.service("ecs.amazonaws.com")], actions: ["sts:AssumeRole"])
            ]),
            policies: [
                "shift": PolicyDocument([
                    PolicyStatement(
                        "Tasks",
                        actions: ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
                        resources: groups.map { ref($0, .arn) }),
                    PolicyStatement(
                        "Requests", actions: ["elasticloadbalancing:ModifyRule"], resources: [ref(rule, .arn)]),
                ])
            ], managedPolicies: [])
    }

    private static func scaling(_ step: Int) -> [Resource] {
        let id: Value = "service/\(ref(home, .name))/\(ref(service(step), .name))"
        let target = Resource(
            Address(.application, "scalable-target", "web"),
            .scalableTarget(ScalableTargetSettings(service: id, min: 2, max: 10 + step)), tags: ["step": "\(step)"])
        let label: Value = "\(ref(balancer(0), .metricName))/\(ref(targets(0), .metricName))"
        let policies: [(String, ScalingPolicySettings.Metric, Int)] = [
            ("cpu", .cpu, 60), ("requests", .requestsPerTarget(label: label), 1000),
        ]
        return [target]
            + policies.map { word, metric, goal in
                Resource(
                    Address(.application, "scaling-policy", "web-\(word)"),
                    .scalingPolicy(
                        ScalingPolicySettings(
                            name: "guestbook-web-\(word)", service: id, metric: metric, target: goal + step * 10)),
                    needs: [Dependency(target.address, .identified)])
            }
    }

    static let services = KindSample(
        "service",
        [0, 1].map { step in
            ground + [balancer(0), targets(0), listener(0)] + rules(0) + [home, definition(step), service(step)]
                + scaling(step)
        })

    // MARK: CloudFront

    private static let way = Resource(
        Address(.edge, "vpc-origin"),
        .vpcOrigin(
            VPCOriginSettings(name: "guestbook", loadBalancer: ref(balancer(0), .arn), scheme: .http)),
        needs: [Dependency(gateway.address, .ready), Dependency(balancer(0).address, .ready)])

    /// A distribution whose origin is inside the network.
    static let privateOrigin = KindSample(
        "vpc-origin",
        ["PriceClass_100", "PriceClass_200"].map { price in
            ground + [
                balancer(0), way,
                Resource(
                    Address(.edge, "distribution"),
                    .distribution(
                        DistributionSettings(
                            comment: "guestbook", aliases: [], minimumTLS: "TLSv1", priceClass: price,
                            origin: OriginSettings(
                                domain: ref(balancer(0), .dnsName), way: .private(vpcOrigin: ref(way, .id))),
                            behavior: CacheBehavior(path: "*", cachePolicy: "4cc15a8a-d715-48a4-82b8-cc0b614638fe"),
                            behaviors: []))),
            ]
        })

    // MARK: Events

    static let subscription = KindSample(
        "event-subscription",
        [["failover"], ["failover", "failure", "maintenance"]].map { categories in
            let topic = Resource(
                Address(.operations, "topic"),
                .topic(
                    TopicSettings(
                        name: "guestbook-events", key: nil,
                        policy: PolicyDocument([
                            PolicyStatement(
                                "Publish", principals: [.service("events.rds.amazonaws.com")], actions: ["sns:Publish"],
                                resources: ["arn:aws:sns:us-east-1:123456789012:guestbook-events"])
                        ]))))
            return [
                topic,
                Resource(
                    Address(.data, "event-subscription"),
                    .eventSubscription(
                        EventSubscriptionSettings(
                            name: "guestbook-events", topic: ref(topic, .arn), source: .cluster,
                            categories: categories, sources: [])),
                    tags: ["count": "\(categories.count)"]),
            ]
        })
}
