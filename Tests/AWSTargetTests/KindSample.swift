import Resources
import Testing

/// A small graph around one kind, and how it changes: each graph is what the one before it becomes.
struct KindSample: Sendable, CustomTestStringConvertible {
    let name: String
    let graphs: [ResourceGraph]

    var testDescription: String { name }

    init(_ name: String, _ steps: [[Resource]]) {
        self.name = name
        graphs = steps.map { ResourceGraph($0.map(Self.tagged)) }
    }

    static let all: [KindSample] = [
        roles, logGroups, repository, cluster, taskDefinition, bucket, topic, alarms, dashboard, key, firewall,
        certificate, cachePolicy, function, distribution, records,
        network, groups, endpoints, database, secrets, balancing, secureListener, services, canaries, privateOrigin,
        subscription,
        schedules,
    ]

    /// As the stack tags everything that takes tags.
    private static func tagged(_ resource: Resource) -> Resource {
        guard resource.kind.tagging != .never else { return resource }
        var resource = resource
        resource.tags.merge(["terrace:stack": "guestbook", "terrace:address": resource.address.text]) { old, _ in old }
        return resource
    }

    private static func one(_ group: ResourceGroup, _ settings: [Settings], tags: [[String: String]] = [])
        -> [[Resource]]
    {
        settings.enumerated().map { index, settings in
            [
                Resource(
                    Address(group, settings.kind.rawValue), settings,
                    tags: tags.isEmpty ? [:] : tags[min(index, tags.count - 1)])
            ]
        }
    }

    private static func trust(_ service: String) -> PolicyDocument {
        PolicyDocument([
            PolicyStatement(
                "Assume", principals: [.service(service)], actions: ["sts:AssumeRole"],
                conditions: [PolicyCondition("StringEquals", "aws:SourceAccount", ["123456789012"])])
        ])
    }

    private static let logs = PolicyStatement(
        "Logs", actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: ["arn:aws:logs:us-east-1:123456789012:*"])

    private static let roles = KindSample(
        "role",
        one(
            .application,
            [
                .role(
                    RoleSettings(
                        name: "guestbook-task", path: "/terrace/guestbook/", description: "Tasks",
                        trust: trust("ecs-tasks.amazonaws.com"), policies: ["logs": PolicyDocument([logs])],
                        managedPolicies: [])),
                .role(
                    RoleSettings(
                        name: "guestbook-task", path: "/terrace/guestbook/", description: "Tasks of the guestbook",
                        trust: trust("ec2.amazonaws.com"),
                        policies: [
                            "more": PolicyDocument([PolicyStatement("All", actions: ["s3:GetObject"], resources: ["*"])]
                            )
                        ],
                        managedPolicies: ["arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"])),
            ], tags: [["team": "a", "old": "x"], ["team": "b"]]))

    private static let logGroups = KindSample(
        "log-group",
        [14, 30].map { days in
            [
                Resource(
                    Address(.application, "log-group", "web"),
                    .logGroup(LogGroupSettings(name: "/terrace/guestbook/web", retentionDays: days)),
                    tags: ["days": "\(days)"]),
                Resource(
                    Address(.edge, "log-group", "firewall"),
                    .logGroup(LogGroupSettings(name: "aws-waf-logs-guestbook", retentionDays: days)), place: .edge),
            ]
        })

    private static let repository = KindSample(
        "repository",
        one(
            .application,
            [
                .repository(RepositorySettings(name: "guestbook/web")),
                .repository(
                    RepositorySettings(
                        name: "guestbook/web", tagsAreImmutable: false, scansOnPush: false, keepImages: 5,
                        untaggedDays: 3)),
            ], tags: [["a": "b"], ["a": "c"]]))

    private static let cluster = KindSample(
        "cluster",
        one(
            .application,
            [
                .ecsCluster(ECSClusterSettings(name: "guestbook")),
                .ecsCluster(
                    ECSClusterSettings(name: "guestbook", insights: .enhanced, capacityProviders: ["FARGATE"])),
            ], tags: [["a": "b"], ["c": "d"]]))

    private static func task(_ level: String, cpu: Int) -> Settings {
        var container = ContainerSettings(
            name: "web", image: "nginx:1.29", stopTimeout: 30,
            log: ContainerLog(group: "/terrace/guestbook/web", region: "us-east-1", prefix: "web"))
        container.ports = [8080]
        container.environment = ["LOG_LEVEL": Value(level), "PORT": "8080"]
        container.secrets = ["PGPASSWORD": "arn:aws:secretsmanager:us-east-1:123456789012:secret:x:password::"]
        container.user = "1000:1000"
        container.mounts = [Mount(volume: "scratch", path: "/tmp")]
        return .taskDefinition(
            TaskDefinitionSettings(
                family: "guestbook-web", cpu: cpu, memory: 1024, executionRole: "arn:aws:iam::123456789012:role/x",
                taskRole: "arn:aws:iam::123456789012:role/y", volumes: ["scratch"], containers: [container]))
    }

    private static let taskDefinition = KindSample(
        "task-definition",
        one(
            .application, [task("info", cpu: 256), task("debug", cpu: 256), task("debug", cpu: 512)], tags: [["a": "b"]]
        ))

    private static func bucketPolicy(_ folder: String) -> PolicyDocument {
        PolicyDocument([
            PolicyStatement(
                "LoadBalancer", principals: [.service("logdelivery.elasticloadbalancing.amazonaws.com")],
                actions: ["s3:PutObject"], resources: ["arn:aws:s3:::guestbook-logs-1/\(folder)/*"]),
            PolicyStatement(
                "OnlyTLS", .deny, principals: [.anyone], actions: ["s3:*"],
                resources: ["arn:aws:s3:::guestbook-logs-1", "arn:aws:s3:::guestbook-logs-1/*"],
                conditions: [PolicyCondition("Bool", "aws:SecureTransport", ["false"])]),
        ])
    }

    private static let bucket = KindSample(
        "bucket",
        one(
            .operations,
            [
                .bucket(BucketSettings(name: "guestbook-logs-1", policy: bucketPolicy("alb"), expireDays: 90)),
                .bucket(
                    BucketSettings(
                        name: "guestbook-logs-1", policy: bucketPolicy("edge"), encryption: .kms, isVersioned: true,
                        expireDays: 30, abortUploadDays: 3)),
            ], tags: [["a": "b"], ["a": "c"]]))

    private static func topic(_ key: Value?) -> TopicSettings {
        TopicSettings(
            name: "guestbook-alarms", key: key,
            policy: PolicyDocument([
                PolicyStatement(
                    "Publish", principals: [.service("cloudwatch.amazonaws.com")], actions: ["sns:Publish"],
                    resources: ["arn:aws:sns:us-east-1:123456789012:guestbook-alarms"])
            ]))
    }

    private static let topic = KindSample(
        "topic",
        [Value?.none, "alias/aws/sns"].map { key in
            let address = Address(.operations, "topic")
            return [
                Resource(address, .topic(topic(key)), tags: ["key": key == nil ? "none" : "some"]),
                Resource(
                    Address(.operations, "topic-subscription", "ops"),
                    .topicSubscription(
                        TopicSubscriptionSettings(
                            topic: Value(Reference(address, .arn)), channel: .email, endpoint: "ops@example.com"))),
            ]
        })

    private static func alarm(_ figures: [AlarmFigure], threshold: Double, action: String) -> Settings {
        .alarm(
            AlarmSettings(
                name: "guestbook-\(figures.count)", description: "over \(threshold)", figures: figures,
                comparison: .above,
                threshold: threshold, breaches: 3, periods: 5, missing: .notBreaching,
                actions: [Value("arn:aws:sns:us-east-1:123456789012:\(action)")]))
    }

    private static func figure(_ id: String, _ name: String, _ statistic: String) -> AlarmFigure {
        AlarmFigure(
            id: id, source: .metric(.init("AWS/ApplicationELB", name, ["LoadBalancer": "app/guestbook/1"], statistic)))
    }

    private static let alarms = KindSample(
        "alarm",
        [(1.0, "p99", "a"), (2.5, "Maximum", "b")].map { threshold, statistic, action in
            let share = AlarmFigure(id: "share", source: .expression("IF(requests > 20, errors / requests, 0)"))
            let sums = [
                figure("errors", "HTTPCode_Target_5XX_Count", "Sum"), figure("requests", "RequestCount", "Sum"),
            ]
            return [
                Resource(
                    Address(.operations, "alarm", "slow"),
                    alarm([figure("m1", "TargetResponseTime", statistic)], threshold: threshold, action: action),
                    tags: ["action": action]),
                Resource(
                    Address(.operations, "alarm", "errors"), alarm(sums + [share], threshold: threshold, action: action)
                ),
            ]
        })

    private static let dashboard = KindSample(
        "dashboard",
        one(
            .operations,
            ["{\"widgets\":[]}", "{\"widgets\":[{\"type\":\"text\",\"properties\":{\"markdown\":\"x\"}}]}"].map {
                .dashboard(DashboardSettings(name: "guestbook", body: $0))
            }))

    private static let key = KindSample(
        "encryption-key",
        one(
            .operations,
            [("a", "kms:Decrypt", true), ("b", "kms:GenerateDataKey*", false)].map { description, action, rotates in
                .encryptionKey(
                    EncryptionKeySettings(
                        alias: "alias/guestbook-alarms", description: description,
                        policy: PolicyDocument([
                            PolicyStatement(
                                "Account", principals: [.aws("arn:aws:iam::123456789012:root")], actions: ["kms:*"],
                                resources: ["*"]),
                            PolicyStatement(
                                "Publish", principals: [.service("cloudwatch.amazonaws.com")], actions: [action],
                                resources: ["*"]),
                        ]), rotates: rotates))
            }, tags: [["a": "b"], ["a": "c"]]))

    /// Lists that grow, a limit on bodies that WAF sees and then one that it does not; at last the allowed addresses go.
    private static let firewall = KindSample(
        "web-acl",
        [(2000, 8192, ["192.0.2.7/32"]), (100, 10_485_760, ["192.0.2.7/32", "198.51.100.0/24"]), (100, 8192, [])].map {
            limit, body, allowed in
            let acl = Address(.edge, "web-acl")
            let group = Address(.edge, "log-group", "firewall")
            let allow = addresses("allow-ipv4", .ipv4, allowed)
            let deny = addresses("deny-ipv6", .ipv6, ["2001:db8::/32"])
            let rules = [
                FirewallRule(
                    name: "allow-ipv4", priority: 0, statement: .allowed(Value(Reference(allow.address, .arn)))),
                FirewallRule(name: "deny-ipv6", priority: 3, statement: .denied(Value(Reference(deny.address, .arn)))),
                FirewallRule(
                    name: "largest-body", priority: 4,
                    statement: body > 16_384 ? .announcedBody(over: body) : .longBody(over: body)),
                FirewallRule(name: "rate-limit", priority: 5, statement: .rate(limit: limit, window: 300)),
                FirewallRule(
                    name: "common", priority: 10,
                    statement: .managed("AWSManagedRulesCommonRuleSet", counted: ["SizeRestrictions_BODY"]),
                    onlyCounts: limit == 100),
            ]
            return (allowed.isEmpty ? [deny] : [allow, deny]) + [
                Resource(
                    acl,
                    .webACL(
                        WebACLSettings(
                            name: "guestbook", description: "Firewall",
                            rules: allowed.isEmpty ? Array(rules.dropFirst()) : rules, metric: "guestbook")),
                    tags: ["limit": "\(limit)"]),
                Resource(
                    group, .logGroup(LogGroupSettings(name: "aws-waf-logs-guestbook", retentionDays: 30)), place: .edge),
                Resource(
                    Address(.edge, "web-acl-logging"),
                    .webACLLogging(
                        WebACLLoggingSettings(
                            webACL: Value(Reference(acl, .arn)), destination: Value(Reference(group, .arn))))),
            ]
        })

    private static func addresses(_ word: String, _ family: IPSetSettings.Family, _ blocks: [String]) -> Resource {
        Resource(
            Address(.edge, "ip-set", word),
            .ipSet(
                IPSetSettings(
                    name: Value("guestbook-\(word)"), description: "\(blocks.count) blocks", family: family,
                    addresses: blocks)), tags: ["blocks": "\(blocks.count)"])
    }

    private static let certificate = KindSample(
        "certificate",
        [["a": "b"], ["a": "c"]].map { tags in
            [
                Resource(
                    Address(.edge, "certificate", "edge"),
                    .certificate(CertificateSettings(domain: "shop.example.com")),
                    tags: tags, place: .edge)
            ]
        })

    private static let cachePolicy = KindSample(
        "cache-policy",
        one(
            .edge,
            [
                .cachePolicy(CachePolicySettings(name: "guestbook-ttl-60", comment: "a", defaultTTL: 60)),
                .cachePolicy(CachePolicySettings(name: "guestbook-ttl-60", comment: "b", defaultTTL: 90)),
            ]))

    private static func function(_ code: String, _ comment: String) -> Resource {
        Resource(
            Address(.edge, "function", "request-id"),
            .function(FunctionSettings(name: "guestbook-request-id", comment: comment, code: code)),
            tags: ["comment": comment])
    }

    /// A script that changes while a distribution runs it; a distribution that runs it for a path more; and one that no longer does.
    private static let function = KindSample(
        "function",
        [("return 1;\n", "a", 0), ("// <b> & \"é\"\nreturn 2;\n", "b", 1), ("return 2;\n", "b", 2)].map {
            code, comment, step in
            let script = function(code, comment)
            let arn = step == 2 ? nil : Value(Reference(script.address, .arn))
            let policy: Value = "658327ea-f89d-4fab-a63d-7e88639e58f6"
            return [
                script,
                Resource(
                    Address(.edge, "distribution"),
                    .distribution(
                        DistributionSettings(
                            comment: "guestbook", aliases: [], minimumTLS: "TLSv1",
                            origin: OriginSettings(domain: "origin.example.com", way: .public),
                            behavior: CacheBehavior(path: "*", cachePolicy: policy, function: arn),
                            behaviors: step == 0
                                ? [] : [CacheBehavior(path: "/static/*", cachePolicy: policy, function: arn)]))),
            ]
        })

    private static func distribution(_ price: String, _ behaviors: [CacheBehavior], header: String) -> Settings {
        .distribution(
            DistributionSettings(
                comment: "guestbook", aliases: [], certificate: nil, minimumTLS: "TLSv1", priceClass: price,
                webACL: nil,
                origin: OriginSettings(
                    domain: "origin.example.com", way: .public,
                    header: OriginHeader(name: "x-terrace-origin", value: Value(header))),
                behavior: CacheBehavior(path: "*", cachePolicy: "4cc15a8a-d715-48a4-82b8-cc0b614638fe"),
                behaviors: behaviors))
    }

    private static let distribution = KindSample(
        "distribution",
        [
            distribution("PriceClass_100", [], header: "one"),
            distribution(
                "PriceClass_All",
                [CacheBehavior(path: "/static/*", cachePolicy: "658327ea-f89d-4fab-a63d-7e88639e58f6")], header: "two"),
        ].enumerated().map { index, settings in
            let address = Address(.edge, "distribution")
            let bucket = Address(.operations, "bucket")
            return [
                Resource(address, settings, tags: ["step": "\(index)"]),
                Resource(bucket, .bucket(BucketSettings(name: "guestbook-logs-1", policy: bucketPolicy("edge")))),
                Resource(
                    Address(.edge, "log-delivery"),
                    .logDelivery(
                        LogDeliverySettings(
                            name: "guestbook", distribution: Value(Reference(address, .arn)),
                            bucket: Value(Reference(bucket, .arn)), prefix: index == 0 ? "edge" : "cdn"))),
            ]
        })

    /// Without a zone in the account they are set by hand, and a plan asks for nothing.
    private static let records = KindSample(
        "dns-record",
        one(
            .edge,
            [
                .dnsRecord(
                    DNSRecordSettings(
                        zone: Value(Lookup.hostedZone("shop.example.com")), name: "shop.example.com", type: .a,
                        target: .alias(name: "d1.cloudfront.net", zone: "Z2FDTNDATAQYW2")))
            ]))
}
