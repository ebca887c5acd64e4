import Resources
import Stacks

/// The load balancer, names and certificates, command by command.
extension ShellExport {
    func loadBalancer(_ settings: LoadBalancerSettings, _ address: Address) -> [ShellStep] {
        var attributes: [Tree] = [
            pair("deletion_protection.enabled", settings.deletionProtection ? "true" : "false"),
            pair("routing.http.drop_invalid_header_fields.enabled", settings.dropsInvalidHeaders ? "true" : "false"),
            pair("routing.http.desync_mitigation_mode", .word(settings.desync.rawValue)),
            pair("idle_timeout.timeout_seconds", .word("\(settings.idleTimeout)")),
            pair("zonal_shift.config.enabled", settings.zonalShift ? "true" : "false"),
        ]
        if let place = settings.accessLog {
            attributes += [
                pair("access_logs.s3.enabled", "true"), pair("access_logs.s3.bucket", .text(place.bucket)),
                pair("access_logs.s3.prefix", .word(place.prefix)),
            ]
        }
        let arn = "\(facts.variable(Reference(address, .arn)))"
        let made = ShellText(variable: facts.substitute).lines(
            ShellCall(
                "elbv2 create-load-balancer",
                [
                    ("name", .word(settings.name)), ("type", .word("application")),
                    ("scheme", .word(Value(settings.scheme.rawValue))), ("subnets", .words(settings.subnets)),
                    ("security-groups", .words(settings.groups)),
                ], query: "LoadBalancers[0].LoadBalancerArn"), prefix: "  \(arn)=$(")
        return [
            ShellStep(kind: .raw(found("load-balancer", settings.name, arn) + made.closed), gives: .arn),
            .run("elbv2 wait load-balancer-available", [("load-balancer-arns", .word(own(address, .arn)))]),
        ]
            + [
                ShellStep.run(
                    "elbv2 modify-load-balancer-attributes",
                    [("load-balancer-arn", .word(own(address, .arn))), ("attributes", .json(.list(attributes)))])
            ].quiet
    }

    /// The way to what is there already, up to the call that makes it.
    private func found(_ noun: String, _ name: Value, _ variable: String) -> [String] {
        let field = noun == "load-balancer" ? "LoadBalancers[0].LoadBalancerArn" : "TargetGroups[0].TargetGroupArn"
        return [
            "\(variable)=$(aws elbv2 describe-\(noun)s --names \(writerWord(name)) \\",
            "  --query '\(field)' --output text 2>/dev/null) ||",
        ]
    }

    private func pair(_ key: String, _ value: Tree) -> Tree { ["Key": .word(key), "Value": value] }

    func targetGroup(_ settings: TargetGroupSettings, _ address: Address) -> [ShellStep] {
        let health = settings.health
        let arn = facts.variable(Reference(address, .arn))
        let number = { (number: Int) -> ShellCall.Argument in .word(Value("\(number)")) }
        let made = ShellText(variable: facts.substitute).lines(
            ShellCall(
                "elbv2 create-target-group",
                [
                    ("name", .word(settings.name)), ("vpc-id", .word(settings.vpc)), ("target-type", .word("ip")),
                    ("protocol", .word("HTTP")), ("port", number(settings.port)),
                    ("protocol-version", .word(Value(settings.version))),
                    ("health-check-path", .word(Value(health.path))),
                    ("health-check-interval-seconds", number(health.interval)),
                    ("health-check-timeout-seconds", number(health.timeout)),
                    ("healthy-threshold-count", number(health.healthy)),
                    ("unhealthy-threshold-count", number(health.unhealthy)),
                    ("matcher", .word(Value("HttpCode=\(health.codes)"))),
                ], query: "TargetGroups[0].TargetGroupArn"), prefix: "  \(arn)=$(")
        return [ShellStep(kind: .raw(found("target-group", settings.name, arn) + made.closed), gives: .arn)]
            + [
                ShellStep.run(
                    "elbv2 modify-target-group-attributes",
                    [
                        ("target-group-arn", .word(own(address, .arn))),
                        (
                            "attributes",
                            .words(settings.attributes.map { Value("Key=\($0.name),Value=\($0.value)") })
                        ),
                    ])
            ].quiet
    }

    private var trees: BalancingTree { BalancingTree { .word("\($0)") } }

    func listener(_ settings: ListenerSettings) -> [ShellStep] {
        let tls: [(name: String, value: ShellCall.Argument)] =
            settings.tls.map { tls in
                [
                    ("certificates", .word("CertificateArn=\(tls.certificate)")),
                    ("ssl-policy", .word(Value(tls.policy))),
                ]
            } ?? []
        return [
            .once(
                "elbv2 create-listener",
                [
                    ("load-balancer-arn", .word(settings.loadBalancer)),
                    ("protocol", .word(settings.tls == nil ? "HTTP" : "HTTPS")),
                    ("port", .word(Value("\(settings.port)"))),
                ] + tls + [("default-actions", .json([trees.fixed(settings.otherwise, type: "text/plain", body: nil)]))]
            )
        ]
    }

    func listenerRule(_ settings: ListenerRuleSettings) -> [ShellStep] {
        return [
            .once(
                "elbv2 create-rule",
                [
                    ("listener-arn", .word(settings.listener)), ("priority", .word(Value("\(settings.priority)"))),
                    ("conditions", .json(trees.conditions(settings))),
                    ("actions", .json([trees.action(settings.action)])),
                ])
        ]
    }

    /// Asked for again with the same token, ACM gives the same certificate.
    func certificate(_ settings: CertificateSettings, _ resource: Resource) -> [ShellStep] {
        let edge = resource.place == .edge && stack.region != "us-east-1" ? " --region us-east-1" : ""
        let variable = facts.variable(Reference(resource.address, .arn))
        let names =
            settings.alternativeNames.isEmpty
            ? "" : " --subject-alternative-names \(settings.alternativeNames.joined(separator: " "))"
        let field = { (fact: Fact, member: String) in
            let name = self.facts.variable(Reference(resource.address, fact))
            return
                "\(name)=$(aws acm describe-certificate --certificate-arn \"$\(variable)\"\(edge) --output text \\\n"
                + "  --query \"Certificate.DomainValidationOptions[?DomainName=='\(settings.domain)'].ResourceRecord.\(member) | [0]\")"
        }
        return [
            .comment("An hour long the same token gives the same certificate."),
            .raw(
                "\(variable)=$(aws acm request-certificate --domain-name \(settings.domain)\(names)\(edge) \\",
                "  --validation-method DNS --key-algorithm \(settings.keyAlgorithm) \\",
                "  --idempotency-token \(resource.address.lastWord) --query CertificateArn --output text)"),
            ShellStep(kind: .raw([field(.validationName, "Name"), field(.validationValue, "Value")]), gives: .arn),
        ]
    }

    func dnsRecord(_ settings: DNSRecordSettings, _ resource: Resource) -> [ShellStep] {
        let set: Tree =
            switch settings.target {
            case .text(let value): ["TTL": .optional(settings.ttl), "ResourceRecords": [["Value": .text(value)]]]
            case .alias(let name, let zone):
                [
                    "AliasTarget": [
                        "HostedZoneId": .text(zone), "DNSName": .text(name), "EvaluateTargetHealth": false,
                    ]
                ]
            }
        let record: Tree = ["Name": .text(settings.name), "Type": .word(settings.type.rawValue)] + set
        let change: Tree = ["Changes": [["Action": "UPSERT", "ResourceRecordSet": record]]]
        let step = ShellStep.run(
            "route53 change-resource-record-sets",
            [("hosted-zone-id", .word(settings.zone)), ("change-batch", .json(change))])
        // Whoever needs the certificate issued comes later.
        let proved = settings.name.references.first { $0.fact == .validationName }
        let waits = proved.map { reference -> [ShellStep] in
            let edge: [(name: String, value: ShellCall.Argument)] =
                graph[reference.address]?.place == .edge && stack.region != "us-east-1"
                ? [("region", .word("us-east-1"))] : []
            return [
                .run(
                    "acm wait certificate-validated",
                    [("certificate-arn", .word(Value(Reference(reference.address, .arn))))] + edge)
            ]
        }
        return [step].quiet + (waits ?? [])
    }
}
