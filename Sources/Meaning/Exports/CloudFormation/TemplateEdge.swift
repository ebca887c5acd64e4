import Resources

/// CloudFront and its firewall in CloudFormation's words.
extension Template {
    func vpcOrigin(_ settings: VPCOriginSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::CloudFront::VpcOrigin",
                [
                    "VpcOriginEndpointConfig": [
                        "Name": .text(settings.name), "Arn": .text(settings.loadBalancer),
                        "HTTPPort": .number(settings.httpPort), "HTTPSPort": .number(settings.httpsPort),
                        "OriginProtocolPolicy": .word(settings.scheme.rawValue), "OriginSSLProtocols": ["TLSv1.2"],
                    ]
                ])
        ]
    }

    func cachePolicy(_ settings: CachePolicySettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::CloudFront::CachePolicy",
                [
                    "CachePolicyConfig": [
                        "Name": .text(settings.name), "Comment": .word(settings.comment),
                        "MinTTL": .number(settings.minTTL), "DefaultTTL": .number(settings.defaultTTL),
                        "MaxTTL": .number(settings.maxTTL),
                        "ParametersInCacheKeyAndForwardedToOrigin": CacheKeyTree(settings: settings).parameters(
                            counting: false),
                    ]
                ])
        ]
    }

    func function(_ settings: FunctionSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::CloudFront::Function",
                [
                    "Name": .text(settings.name), "AutoPublish": .flag(settings.isPublished),
                    "FunctionConfig": ["Comment": .word(settings.comment), "Runtime": .word(settings.runtime)],
                    "FunctionCode": .program(settings.code),
                ])
        ]
    }

    func ipSet(_ settings: IPSetSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::WAFv2::IPSet",
                [
                    "Name": .text(settings.name), "Description": .word(settings.description), "Scope": "CLOUDFRONT",
                    "IPAddressVersion": .word(settings.family.rawValue), "Addresses": .words(settings.addresses),
                ])
        ]
    }

    func webACL(_ settings: WebACLSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::WAFv2::WebACL",
                [
                    "Name": .text(settings.name), "Description": .word(settings.description), "Scope": "CLOUDFRONT",
                    "DefaultAction": ["Allow": [:]], "VisibilityConfig": FirewallTree.visibility(settings.metric),
                    "Rules": FirewallTree(arnKey: "Arn").rules(settings),
                ])
        ]
    }

    func webACLLogging(_ settings: WebACLLoggingSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::WAFv2::LoggingConfiguration",
                ["ResourceArn": .text(settings.webACL), "LogDestinationConfigs": .list([.text(settings.destination)])])
        ]
    }

    func distribution(_ settings: DistributionSettings) -> [TemplateResource] {
        let certificate: Tree =
            settings.certificate.map { arn in
                [
                    "AcmCertificateArn": .text(arn), "SslSupportMethod": "sni-only",
                    "MinimumProtocolVersion": .word(settings.minimumTLS),
                ]
            } ?? ["CloudFrontDefaultCertificate": true]
        let behaviors = settings.behaviors.map { ["PathPattern": .word($0.path)] + behavior($0) }
        return [
            TemplateResource(
                "AWS::CloudFront::Distribution",
                [
                    "DistributionConfig": [
                        "Comment": .word(settings.comment), "Enabled": .flag(settings.isEnabled),
                        "Aliases": settings.aliases.isEmpty ? .none : .words(settings.aliases),
                        "HttpVersion": .word(settings.httpVersions), "IPV6Enabled": .flag(settings.ipv6),
                        "PriceClass": .word(settings.priceClass), "WebACLId": .optional(settings.webACL),
                        "Origins": [
                            settings.origin.tree(protocols: "OriginSSLProtocols", headers: "OriginCustomHeaders") {
                                .list($0)
                            }
                        ], "DefaultCacheBehavior": behavior(settings.behavior),
                        "CacheBehaviors": behaviors.isEmpty ? .none : .list(behaviors),
                        "ViewerCertificate": certificate,
                    ]
                ])
        ]
    }

    private func behavior(_ behavior: CacheBehavior) -> Tree {
        [
            "TargetOriginId": "origin", "ViewerProtocolPolicy": .word(behavior.viewerProtocol),
            "AllowedMethods": .words(behavior.methods), "CachedMethods": ["GET", "HEAD"],
            "CachePolicyId": .text(behavior.cachePolicy), "OriginRequestPolicyId": .word(behavior.originRequestPolicy),
            "Compress": .flag(behavior.compresses),
            "FunctionAssociations": behavior.function.map {
                [["EventType": "viewer-request", "FunctionARN": .text($0)]]
            } ?? .none,
        ]
    }

    func logDelivery(_ settings: LogDeliverySettings, _ name: String) -> [TemplateResource] {
        let place: Value = settings.prefix.isEmpty ? settings.bucket : "\(settings.bucket)/\(settings.prefix)"
        return [
            TemplateResource(
                "AWS::Logs::Delivery", waits: ["\(name)Source"],
                [
                    "DeliverySourceName": .text(settings.name),
                    "DeliveryDestinationArn": att("\(name)Destination", "Arn"),
                ]),
            TemplateResource(
                "AWS::Logs::DeliverySource", suffix: "Source",
                ["Name": .text(settings.name), "LogType": "ACCESS_LOGS", "ResourceArn": .text(settings.distribution)]),
            TemplateResource(
                "AWS::Logs::DeliveryDestination", suffix: "Destination",
                [
                    "Name": .text(settings.name), "OutputFormat": .word(settings.format),
                    "DestinationResourceArn": .text(place),
                ]),
        ]
    }
}
