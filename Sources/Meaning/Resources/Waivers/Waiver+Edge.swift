/// CloudFront, its firewall and the load balancer.
extension Waiver {
    static func loadBalancer(_ settings: LoadBalancerSettings) -> [Waiver] {
        switch settings.scheme {
        case .public:
            [
                Waiver(
                    ["AWS-0053", "CKV2_AWS_28"], .option,
                    "`edge.origin` is public; only CloudFront's addresses reach it, and who lacks this stack's header gets a 403"
                )
            ]
        case .internal: [Waiver(["CKV2_AWS_20"], .option, noCertificate)]
        }
    }

    static func listener(_ settings: ListenerSettings) -> [Waiver] {
        guard settings.tls == nil else { return [] }
        return [
            Waiver(["ELB.18", "ELB.1", "CKV_AWS_2", "AWS-0054"], .option, noCertificate),
            Waiver(["ELB.17", "CKV_AWS_103", "CKV2_AWS_74", "AWS-0047"], .option, noCertificate),
        ]
    }

    static func webACL(_ settings: WebACLSettings) -> [Waiver] {
        let knowsBadInputs = settings.rules.contains { rule in
            if case .managed("AWSManagedRulesKnownBadInputsRuleSet", _) = rule.statement { true } else { false }
        }
        guard !knowsBadInputs else { return [] }
        return [Waiver(["CKV_AWS_192", "CKV2_AWS_76"], .option, "the manifest leaves out bad-inputs")]
    }

    static func distribution(_ settings: DistributionSettings) -> [Waiver] {
        let certificate =
            settings.certificate == nil
            ? [
                Waiver(
                    ["CloudFront.7", "CloudFront.8", "CKV2_AWS_42", "CloudFront.15", "CKV_AWS_174", "AWS-0013"],
                    .option,
                    "needs `edge.domain`; without one there is CloudFront's own certificate only, which fixes its oldest TLS"
                ),
                Waiver(
                    ["CloudFront.9", "CloudFront.10", "CKV2_AWS_54", "CKV2_AWS_72"], .option, noCertificate),
            ] : []
        let firewall =
            settings.webACL == nil
            ? [
                Waiver(
                    ["CloudFront.6", "CKV_AWS_68", "AWS-0011"], .option,
                    "`edge.firewall` asks for none, neither rules nor rate nor lists")
            ] : []
        return certificate + firewall + content
    }

    private static let content = [
        Waiver(["CKV_AWS_86"], .unseen, "standard logging version 2 is a delivery of its own, below"),
        Waiver(["CloudFront.1", "CKV_AWS_305"], .impossible, "the root is the application's to answer"),
        Waiver(
            ["CloudFront.4", "CKV_AWS_310"], .option,
            "there is one application to fail over to, and its tasks do that; a second origin takes reads only"),
        Waiver(["CKV_AWS_374"], .impossible, "the application is for everybody, wherever they are"),
        Waiver(["CKV_AWS_259", "CKV2_AWS_32"], .option, "headers of answers are the application's to choose"),
        Waiver(
            ["CKV2_AWS_47"], .unseen,
            "asks for the list of anonymous addresses besides, which shuts out those who use a VPN"),
    ]
}
