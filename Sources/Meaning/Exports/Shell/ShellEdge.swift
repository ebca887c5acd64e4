import Resources
import Stacks

/// CloudFront and its firewall, command by command.
extension ShellExport {
    func vpcOrigin(_ settings: VPCOriginSettings, _ address: Address) -> [ShellStep] {
        let id = facts.variable(Reference(address, .id))
        let name = settings.name.literal ?? ""
        let configuration: Tree = [
            "Name": .text(settings.name), "Arn": .text(settings.loadBalancer),
            "HTTPPort": .number(settings.httpPort), "HTTPSPort": .number(settings.httpsPort),
            "OriginProtocolPolicy": .word(settings.scheme.rawValue),
            "OriginSslProtocols": ["Quantity": 1, "Items": ["TLSv1.2"]],
        ]
        let made = ShellText(variable: facts.substitute).parts(
            ShellCall(
                "cloudfront create-vpc-origin", [("vpc-origin-endpoint-config", .json(configuration))],
                query: "VpcOrigin.Id"), prefix: "  \(id)=$(")
        return [
            ShellStep(
                kind: .raw(
                    [
                        "\(id)=$(aws cloudfront list-vpc-origins --output text \\",
                        "  --query \"VpcOriginList.Items[?Name=='\(name)'].Id | [0]\")",
                    ] + made.documents + ["if [[ $\(id) == None ]]; then"] + made.call.closed
                        + [
                            "fi",
                            "# A distribution takes it only when it is deployed, which lasts up to 15 minutes.",
                            "until [[ $(aws cloudfront get-vpc-origin --id \"$\(id)\" --query VpcOrigin.Status --output text) == Deployed ]]; do",
                            "  sleep 15", "done",
                        ]), gives: .id)
        ]
    }

    func cachePolicy(_ settings: CachePolicySettings) -> [ShellStep] {
        let configuration: Tree = [
            "Name": .text(settings.name), "Comment": .word(settings.comment), "MinTTL": .number(settings.minTTL),
            "DefaultTTL": .number(settings.defaultTTL), "MaxTTL": .number(settings.maxTTL),
            "ParametersInCacheKeyAndForwardedToOrigin": CacheKeyTree(settings: settings).parameters(counting: true),
        ]
        return [.once("cloudfront create-cache-policy", [("cache-policy-config", .json(configuration))])]
    }

    /// Written to a file, from which the command takes it byte by byte; what a distribution runs is the published copy.
    func function(_ settings: FunctionSettings) -> [ShellStep] {
        let name: (String, ShellCall.Argument) = ("name", .word(settings.name))
        let version = ShellText(variable: facts.substitute).lines(
            ShellCall("cloudfront describe-function", [name, ("stage", .word("DEVELOPMENT"))], query: "ETag"),
            prefix: "version=$(")
        return [
            ShellStep(
                kind: .raw(
                    ["code=$(mktemp)", "cat >\"$code\" <<'CODE'"]
                        + settings.code.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(
                            String.init)
                        + ["CODE"])),
            .once(
                "cloudfront create-function",
                [
                    name,
                    (
                        "function-config",
                        .json(["Comment": .word(settings.comment), "Runtime": .word(settings.runtime)])
                    ), ("function-code", .raw("\"fileb://$code\"")),
                ]), ShellStep(kind: .raw(["rm \"$code\""] + version.closed)),
        ]
            + [
                ShellStep.run(
                    "cloudfront publish-function", [name, ("if-match", .raw("\"$version\""))])
            ].quiet
    }

    func ipSet(_ settings: IPSetSettings) -> [ShellStep] {
        [
            .once(
                "wafv2 create-ip-set",
                [
                    ("name", .word(settings.name)), ("description", .word(Value(settings.description))),
                    ("scope", .word("CLOUDFRONT")), ("ip-address-version", .word(Value(settings.family.rawValue))),
                    ("addresses", .words(settings.addresses.map { Value($0) })),
                ])
        ]
    }

    func webACL(_ settings: WebACLSettings) -> [ShellStep] {
        [
            .once(
                "wafv2 create-web-acl",
                [
                    ("name", .word(settings.name)), ("description", .word(Value(settings.description))),
                    ("scope", .word("CLOUDFRONT")), ("default-action", .word("Allow={}")),
                    ("rules", .json(FirewallTree(arnKey: "ARN").rules(settings))),
                    ("visibility-config", .json(FirewallTree.visibility(settings.metric))),
                ])
        ]
    }

    func webACLLogging(_ settings: WebACLLoggingSettings) -> [ShellStep] {
        [
            ShellStep.run(
                "wafv2 put-logging-configuration",
                [
                    (
                        "logging-configuration",
                        .json([
                            "ResourceArn": .text(settings.webACL),
                            "LogDestinationConfigs": .list([.text(settings.destination)]),
                        ])
                    )
                ])
        ].quiet
    }

    func distribution(_ settings: DistributionSettings, _ address: Address) -> [ShellStep] {
        let id = facts.variable(Reference(address, .id))
        let made = ShellText(variable: facts.substitute).parts(
            ShellCall(
                "cloudfront create-distribution", [("distribution-config", .json(configuration(settings)))],
                query: "Distribution.Id"), prefix: "  \(id)=$(")
        return [
            ShellStep(
                kind: .raw(
                    [
                        "\(id)=$(aws cloudfront list-distributions --output text \\",
                        "  --query \"DistributionList.Items[?Comment=='\(settings.comment)'].Id | [0]\")",
                    ] + made.documents + ["if [[ $\(id) == None ]]; then"] + made.call.closed + ["fi"]),
                gives: .id)
        ]
    }

    private func configuration(_ settings: DistributionSettings) -> Tree {
        let certificate: Tree =
            settings.certificate.map { arn in
                [
                    "ACMCertificateArn": .text(arn), "SSLSupportMethod": "sni-only",
                    "MinimumProtocolVersion": .word(settings.minimumTLS),
                ]
            } ?? ["CloudFrontDefaultCertificate": true]
        let behaviors = settings.behaviors.map { ["PathPattern": .word($0.path)] + behavior($0) }
        return [
            // Twice the same is one distribution.
            "CallerReference": .word(settings.comment), "Comment": .word(settings.comment),
            "Enabled": .flag(settings.isEnabled), "Aliases": list(settings.aliases.map { .word($0) }),
            "HttpVersion": .word(settings.httpVersions), "IsIPV6Enabled": .flag(settings.ipv6),
            "PriceClass": .word(settings.priceClass), "WebACLId": .optional(settings.webACL),
            "Origins": list([
                settings.origin.tree(protocols: "OriginSslProtocols", headers: "CustomHeaders", list: list)
            ]), "DefaultCacheBehavior": behavior(settings.behavior),
            "CacheBehaviors": list(behaviors), "ViewerCertificate": certificate,
        ]
    }

    /// CloudFront's lists say how long they are.
    private func list(_ elements: [Tree]) -> Tree {
        ["Quantity": .number(elements.count), "Items": elements.isEmpty ? .none : .list(elements)]
    }

    private func behavior(_ behavior: CacheBehavior) -> Tree {
        [
            "TargetOriginId": "origin", "ViewerProtocolPolicy": .word(behavior.viewerProtocol),
            "AllowedMethods": list(behavior.methods.map { .word($0) })
                + ["CachedMethods": list(["GET", "HEAD"])],
            "CachePolicyId": .text(behavior.cachePolicy), "OriginRequestPolicyId": .word(behavior.originRequestPolicy),
            "Compress": .flag(behavior.compresses),
            "FunctionAssociations": behavior.function.map {
                list([["EventType": "viewer-request", "FunctionARN": .text($0)]])
            } ?? .none,
        ]
    }

    func logDelivery(_ settings: LogDeliverySettings) -> [ShellStep] {
        let place: Value = settings.prefix.isEmpty ? settings.bucket : "\(settings.bucket)/\(settings.prefix)"
        let edge = stack.region == "us-east-1" ? "" : " --region us-east-1"
        let destination = ShellText(variable: facts.substitute).lines(
            ShellCall(
                "logs put-delivery-destination",
                [
                    ("name", .word(settings.name)), ("output-format", .word(Value(settings.format))),
                    ("delivery-destination-configuration", .word("destinationResourceArn=\(place)")),
                ] + (edge.isEmpty ? [] : [("region", .word("us-east-1"))]), query: "deliveryDestination.arn"),
            prefix: "destination=$(")
        return [
            ShellStep.run(
                "logs put-delivery-source",
                [
                    ("name", .word(settings.name)), ("log-type", .word("ACCESS_LOGS")),
                    ("resource-arn", .word(settings.distribution)),
                ])
        ].quiet + [
            ShellStep(kind: .raw(destination.closed)),
            .once(
                "logs create-delivery",
                [
                    ("delivery-source-name", .word(settings.name)),
                    ("delivery-destination-arn", .raw("\"$destination\"")),
                ]),
        ]
    }
}
