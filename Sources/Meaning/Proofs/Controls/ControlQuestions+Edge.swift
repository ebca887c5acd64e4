import Resources

/// CloudFront, its firewall and the load balancer.
extension ControlQuestions {
    func checks(_ distribution: DistributionSettings, _ address: Address) -> [Check] {
        let behaviors = [distribution.behavior] + distribution.behaviors
        let isLogged = has { if case .logDelivery = $0 { refers($0, to: address) } else { false } }
        return [
            Check(
                "CloudFront.3", ["CKV_AWS_34", "AWS-0012"], "viewers come by HTTPS",
                behaviors.allSatisfy { ["redirect-to-https", "https-only"].contains($0.viewerProtocol) }),
            Check("CloudFront.5", ["CKV_AWS_86", "AWS-0010"], "requests are written down", isLogged),
            Check(
                "CloudFront.6", ["CKV_AWS_68", "AWS-0011"], "a firewall stands before it", distribution.webACL != nil,
                found: "there is none",
                waivable: true),
            Check("CKV_AWS_216", "it is enabled", distribution.isEnabled),
        ] + encryption(distribution) + behaviour
    }

    private func encryption(_ distribution: DistributionSettings) -> [Check] {
        let origin = originIsEncrypted(distribution)
        return [
            Check(
                "CloudFront.7", ["CloudFront.8", "CKV2_AWS_42"], "it shows a certificate of its own, by SNI",
                distribution.certificate != nil, waivable: !hasDomain),
            Check(
                "CloudFront.9", ["CloudFront.10", "CKV2_AWS_54", "CKV2_AWS_72"],
                "it speaks TLS 1.2 with the load balancer", origin, found: "it speaks HTTP, inside the network",
                waivable: !hasDomain),
            Check(
                "CloudFront.15", ["CKV_AWS_174", "AWS-0013"], "viewers need TLS 1.2",
                distribution.minimumTLS.hasPrefix("TLSv1.2") || distribution.minimumTLS.hasPrefix("TLSv1.3"),
                found: "\(distribution.minimumTLS) is enough", waivable: !hasDomain),
        ]
    }

    private func originIsEncrypted(_ distribution: DistributionSettings) -> Bool {
        guard case .private(let id) = distribution.origin.way else { return true }
        return has { settings in
            guard case .vpcOrigin(let origin) = settings else { return false }
            return origin.scheme == .https
                && resources.contains { $0.settings == settings && tells(id, of: $0.address) }
        }
    }

    /// What would change what a visitor gets.
    private var behaviour: [Check] {
        [
            Check(
                "CloudFront.1", ["CKV_AWS_305"], "it has a root object", false, found: "it has none",
                waivable: true
            ).byConstruction,
            Check(
                "CloudFront.4", ["CKV_AWS_310"], "it has a second origin for failures", false, found: "it has one",
                waivable: true
            ).byConstruction,
            Check(
                "CKV_AWS_259", ["CKV2_AWS_32"], "it adds security headers", false, found: "it adds none",
                waivable: true
            ).byConstruction,
            Check(
                "CKV_AWS_374", "it is closed to some countries", false, found: "it is open to all",
                waivable: true
            ).byConstruction,
        ]
    }

    func checks(_ list: WebACLSettings, _ address: Address) -> [Check] {
        let groups = list.rules.compactMap { if case .managed(let name, _) = $0.statement { name } else { nil } }
        let isLogged = has { if case .webACLLogging = $0 { refers($0, to: address) } else { false } }
        return [
            Check("WAF.10", ["CKV_AWS_175", "CKV_AWS_342"], "the firewall has a rule", !list.rules.isEmpty),
            Check("WAF.12", "what the firewall decides is counted", !list.metric.isEmpty),
            Check(
                "CKV_AWS_192", ["CKV2_AWS_47", "CKV2_AWS_76"], "the firewall knows Log4j's lookups",
                groups.contains("AWSManagedRulesKnownBadInputsRuleSet"), found: "it does not",
                waivable: true),
            Check("CKV2_AWS_31", "what the firewall decides is written down", isLogged),
        ]
    }

    // MARK: The load balancer

    func checks(_ balancer: LoadBalancerSettings) -> [Check] {
        let isPublic = balancer.scheme == .public
        return [
            Check("ELB.4", ["CKV_AWS_131", "AWS-0052"], "it drops invalid headers", balancer.dropsInvalidHeaders),
            Check("ELB.5", ["CKV_AWS_91"], "requests are written down", balancer.accessLog != nil),
            Check("ELB.6", ["CKV_AWS_150"], "it cannot be deleted by accident", balancer.deletionProtection),
            Check("ELB.12", ["CKV_AWS_328"], "it refuses smuggled requests", balancer.desync != .monitor),
            Check("ELB.13", "it stands in two zones", balancer.subnets.count > 1),
            Check(
                "AWS-0053", ["CKV2_AWS_28"], "it is not on the internet", !isPublic, found: "it is",
                waivable: network.wantsOriginHeader),
        ]
    }

    func checks(_ group: TargetGroupSettings) -> [Check] {
        [
            Check(
                "ELB.21", ["ELB.22", "CKV_AWS_378"], "it speaks TLS with tasks", false, found: "it speaks HTTP",
                waivable: true
            ).byConstruction,
            Check("CKV_AWS_261", "it knows who is healthy", !group.health.path.isEmpty),
        ]
    }

    /// AWS's policies that allow nothing below TLS 1.2. Source: ELB, security policies, read 2026-11.
    func checks(_ listener: ListenerSettings) -> [Check] {
        let policy = listener.tls?.policy
        return [
            Check(
                "ELB.18", ["ELB.1", "CKV_AWS_2", "CKV2_AWS_20", "AWS-0054"], "it speaks HTTPS", listener.tls != nil,
                found: "it speaks HTTP on \(listener.port)", waivable: !hasDomain),
            Check(
                "ELB.17", ["CKV_AWS_103", "CKV2_AWS_74", "AWS-0047"], "it takes TLS 1.2 and newer",
                policy?.hasPrefix("ELBSecurityPolicy-TLS13-1-2") ?? false,
                found: policy.map { "its policy is \($0)" } ?? "it speaks HTTP", waivable: policy == nil && !hasDomain),
        ]
    }

    func checks(_ certificate: CertificateSettings) -> [Check] {
        [
            Check(
                "ACM.2", ["CKV_AWS_234"], "its key is long enough",
                ["RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1"].contains(certificate.keyAlgorithm)
            ),
            Check(
                "CKV2_AWS_71", "it names no wildcard",
                !([certificate.domain] + certificate.alternativeNames).contains { $0.contains("*") }),
        ]
    }

    func checks(_ record: DNSRecordSettings) -> [Check] {
        let isTied =
            switch record.target {
            case .alias(let name, zone: _): tellsOfTheStack(name)
            case .text(let value): tellsOfTheStack(value)
            }
        return [Check("CKV2_AWS_23", "it leads to something of the stack", isTied)]
    }
}
