import Resources

/// The load balancer, names and certificates in Terraform's words.
extension TerraformExport {
    func loadBalancer(_ settings: LoadBalancerSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_lb", name,
                [
                    "name": .text(settings.name), "load_balancer_type": "application",
                    "internal": .flag(settings.scheme == .internal), "subnets": .texts(settings.subnets),
                    "security_groups": .texts(settings.groups),
                    "enable_deletion_protection": .flag(settings.deletionProtection),
                    "drop_invalid_header_fields": .flag(settings.dropsInvalidHeaders),
                    "desync_mitigation_mode": .word(settings.desync.rawValue),
                    "idle_timeout": .number(settings.idleTimeout), "enable_zonal_shift": .flag(settings.zonalShift),
                    "access_logs": settings.accessLog.map { place in
                        .block([
                            "enabled": true, "bucket": .text(place.bucket), "prefix": .word(place.prefix),
                        ])
                    } ?? .none,
                ])
        ]
    }

    func targetGroup(_ settings: TargetGroupSettings, _ name: String) -> [TerraformBlock] {
        let health = settings.health
        return [
            resource(
                "aws_lb_target_group", name,
                [
                    "name": .text(settings.name), "vpc_id": .text(settings.vpc), "target_type": "ip",
                    "protocol": "HTTP", "port": .number(settings.port),
                    "protocol_version": settings.version == "HTTP1" ? .none : .word(settings.version),
                    "slow_start": .optional(settings.slowStart), "stickiness": stickiness(settings.sticky),
                    "deregistration_delay": .number(settings.deregistrationDelay),
                    "load_balancing_algorithm_type": .word(settings.algorithm.rawValue),
                    "health_check": .block([
                        "path": .word(health.path), "interval": .number(health.interval),
                        "timeout": .number(health.timeout), "healthy_threshold": .number(health.healthy),
                        "unhealthy_threshold": .number(health.unhealthy), "matcher": .word(health.codes),
                    ]),
                ])
        ]
    }

    func listener(_ settings: ListenerSettings, _ name: String) -> [TerraformBlock] {
        let tls: Tree =
            settings.tls.map { tls in
                ["certificate_arn": .text(tls.certificate), "ssl_policy": .word(tls.policy)]
            } ?? .none
        return [
            resource(
                "aws_lb_listener", name,
                [
                    "load_balancer_arn": .text(settings.loadBalancer), "port": .number(settings.port),
                    "protocol": settings.tls == nil ? "HTTP" : "HTTPS",
                ] + tls + [
                    "default_action": .block(TerraformRule.fixed(settings.otherwise, type: "text/plain", body: nil))
                ])
        ]
    }

    private func stickiness(_ seconds: Int?) -> Tree {
        seconds.map { .block(["type": "lb_cookie", "enabled": true, "cookie_duration": .number($0)]) } ?? .none
    }

    func listenerRule(_ settings: ListenerRuleSettings, _ name: String) -> [TerraformBlock] {
        return [
            resource(
                "aws_lb_listener_rule", name,
                [
                    "listener_arn": .text(settings.listener), "priority": .number(settings.priority),
                    "condition": TerraformRule.conditions(settings),
                    "action": .block(TerraformRule.action(settings.action)),
                    // Whom of the two ECS chooses is its own from the start on.
                    "lifecycle": settings.action.isTurns
                        ? .block(["ignore_changes": .list([.expression("action")])]) : .none,
                ])
        ]
    }

    func certificate(_ settings: CertificateSettings, _ name: String) -> [TerraformBlock] {
        let certificate = [
            resource(
                "aws_acm_certificate", name,
                [
                    "domain_name": .word(settings.domain),
                    "subject_alternative_names": settings.alternativeNames.isEmpty
                        ? .none : .words(settings.alternativeNames), "validation_method": "DNS",
                    "key_algorithm": .word(settings.keyAlgorithm),
                    "lifecycle": .block(["create_before_destroy": true]),
                ])
        ]
        // What is issued already need not be waited for.
        guard world == nil else { return certificate }
        return certificate + [
            resource(
                "aws_acm_certificate_validation", name,
                notes: ["Waits until the records that prove the domain are seen."], completes: true,
                ["certificate_arn": .expression("aws_acm_certificate.\(name).arn")])
        ]
    }

    func dnsRecord(_ settings: DNSRecordSettings, _ name: String) -> [TerraformBlock] {
        let target: Tree =
            switch settings.target {
            case .text(let value):
                // A certificate's proof is one for all of its regions; whoever comes second finds it there.
                ["ttl": .optional(settings.ttl), "records": .list([.text(value)])]
                    + (world == nil ? ["allow_overwrite": true] : [:])
            case .alias(let name, let zone):
                [
                    "alias": .block([
                        "name": .text(name), "zone_id": .text(zone), "evaluate_target_health": false,
                    ])
                ]
            }
        return [
            resource(
                "aws_route53_record", name,
                [
                    "zone_id": .text(settings.zone), "name": .text(settings.name),
                    "type": .word(settings.type.rawValue),
                ] + target)
        ]
    }
}
