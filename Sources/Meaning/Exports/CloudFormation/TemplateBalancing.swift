import Resources

/// The load balancer, names and certificates in CloudFormation's words.
extension Template {
    func loadBalancer(_ settings: LoadBalancerSettings) -> [TemplateResource] {
        let log = settings.accessLog.map { place -> [(String, Tree)] in
            [
                ("access_logs.s3.enabled", "true"), ("access_logs.s3.bucket", .text(place.bucket)),
                ("access_logs.s3.prefix", .word(place.prefix)),
            ]
        }
        let attributes: [(String, Tree)] =
            [
                ("deletion_protection.enabled", flag(settings.deletionProtection)),
                ("routing.http.drop_invalid_header_fields.enabled", flag(settings.dropsInvalidHeaders)),
                ("routing.http.desync_mitigation_mode", .word(settings.desync.rawValue)),
                ("idle_timeout.timeout_seconds", .expression("\"\(settings.idleTimeout)\"")),
                ("zonal_shift.config.enabled", flag(settings.zonalShift)),
            ] + (log ?? [])
        return [
            TemplateResource(
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                [
                    "Name": .text(settings.name), "Type": "application", "Scheme": .word(settings.scheme.rawValue),
                    "Subnets": .texts(settings.subnets), "SecurityGroups": .texts(settings.groups),
                    "LoadBalancerAttributes": pairs(attributes),
                ])
        ]
    }

    /// Attributes are texts.
    private func flag(_ flag: Bool) -> Tree { flag ? "true" : "false" }

    private func pairs(_ attributes: [(String, Tree)]) -> Tree {
        .list(attributes.map { ["Key": .word($0.0), "Value": $0.1] })
    }

    func targetGroup(_ settings: TargetGroupSettings) -> [TemplateResource] {
        let health = settings.health
        return [
            TemplateResource(
                "AWS::ElasticLoadBalancingV2::TargetGroup",
                [
                    "Name": .text(settings.name), "VpcId": .text(settings.vpc), "TargetType": "ip",
                    "Protocol": "HTTP", "Port": .number(settings.port), "HealthCheckPath": .word(health.path),
                    "HealthCheckIntervalSeconds": .number(health.interval),
                    "HealthCheckTimeoutSeconds": .number(health.timeout),
                    "HealthyThresholdCount": .number(health.healthy),
                    "UnhealthyThresholdCount": .number(health.unhealthy),
                    "Matcher": ["HttpCode": .expression("\"\(health.codes)\"")],
                    "ProtocolVersion": settings.version == "HTTP1" ? .none : .word(settings.version),
                    "TargetGroupAttributes": pairs(settings.attributes.map { ($0.name, quoted($0.value)) }),
                ])
        ]
    }

    func listener(_ settings: ListenerSettings) -> [TemplateResource] {
        let tls: Tree =
            settings.tls.map { tls in
                ["Certificates": [["CertificateArn": .text(tls.certificate)]], "SslPolicy": .word(tls.policy)]
            } ?? .none
        return [
            TemplateResource(
                "AWS::ElasticLoadBalancingV2::Listener",
                [
                    "LoadBalancerArn": .text(settings.loadBalancer), "Port": .number(settings.port),
                    "Protocol": settings.tls == nil ? "HTTP" : "HTTPS",
                    "DefaultActions": [trees.fixed(settings.otherwise, type: "text/plain", body: nil)],
                ] + tls)
        ]
    }

    /// A text that YAML would read as a number or a flag.
    private func quoted(_ text: String) -> Tree {
        Int(text) != nil || text == "true" ? .expression("\"\(text)\"") : .word(text)
    }

    /// CloudFormation takes a status as a text.
    private var trees: BalancingTree { BalancingTree { .expression("\"\($0)\"") } }

    func listenerRule(_ settings: ListenerRuleSettings) -> [TemplateResource] {
        return [
            TemplateResource(
                "AWS::ElasticLoadBalancingV2::ListenerRule",
                [
                    "ListenerArn": .text(settings.listener), "Priority": .number(settings.priority),
                    "Conditions": trees.conditions(settings), "Actions": [trees.action(settings.action)],
                ])
        ]
    }

    /// With a hosted zone CloudFormation sets the records that prove the names, and waits until they are seen.
    func certificate(_ settings: CertificateSettings) -> [TemplateResource] {
        let names = [settings.domain] + settings.alternativeNames
        return [
            TemplateResource(
                "AWS::CertificateManager::Certificate",
                [
                    "DomainName": .word(settings.domain),
                    "SubjectAlternativeNames": settings.alternativeNames.isEmpty
                        ? .none : .words(settings.alternativeNames), "ValidationMethod": "DNS",
                    "KeyAlgorithm": .word(settings.keyAlgorithm),
                    "DomainValidationOptions": .list(
                        names.map { ["DomainName": .word($0), "HostedZoneId": ref("HostedZoneId")] }),
                ])
        ]
    }

    func dnsRecord(_ settings: DNSRecordSettings) -> [TemplateResource] {
        let target: Tree =
            switch settings.target {
            case .text(let value):
                [
                    "TTL": settings.ttl.map { .expression("\"\($0)\"") } ?? .none,
                    "ResourceRecords": .list([.text(value)]),
                ]
            case .alias(let name, let zone):
                [
                    "AliasTarget": [
                        "DNSName": .text(name), "HostedZoneId": .text(zone), "EvaluateTargetHealth": false,
                    ]
                ]
            }
        return [
            TemplateResource(
                "AWS::Route53::RecordSet",
                [
                    "HostedZoneId": .text(settings.zone), "Name": .text(settings.name),
                    "Type": .word(settings.type.rawValue),
                ] + target)
        ]
    }
}
