import Resources

/// CloudFront in Terraform's words.
extension TerraformExport {
    func vpcOrigin(_ settings: VPCOriginSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_cloudfront_vpc_origin", name,
                [
                    "vpc_origin_endpoint_config": .block([
                        "name": .text(settings.name), "arn": .text(settings.loadBalancer),
                        "http_port": .number(settings.httpPort), "https_port": .number(settings.httpsPort),
                        "origin_protocol_policy": .word(settings.scheme.rawValue),
                        "origin_ssl_protocols": .block(["items": ["TLSv1.2"], "quantity": 1]),
                    ])
                ])
        ]
    }

    func cachePolicy(_ settings: CachePolicySettings, _ name: String) -> [TerraformBlock] {
        let key = CacheKeyTree(settings: settings)
        let items = { (names: [String]?) -> Tree in
            guard let names else { return Tree.none }
            return .block(["items": .words(names)])
        }
        return [
            resource(
                "aws_cloudfront_cache_policy", name,
                [
                    "name": .text(settings.name), "comment": .word(settings.comment),
                    "min_ttl": .number(settings.minTTL), "default_ttl": .number(settings.defaultTTL),
                    "max_ttl": .number(settings.maxTTL),
                    "parameters_in_cache_key_and_forwarded_to_origin": .block([
                        "enable_accept_encoding_gzip": true, "enable_accept_encoding_brotli": true,
                        "query_strings_config": .block([
                            "query_string_behavior": key.queryBehavior, "query_strings": items(key.query),
                        ]),
                        "headers_config": .block(["header_behavior": key.headerBehavior, "headers": items(key.headers)]
                        ),
                        "cookies_config": .block(["cookie_behavior": key.cookieBehavior, "cookies": items(key.cookies)]
                        ),
                    ]),
                ])
        ]
    }

    func function(_ settings: FunctionSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_cloudfront_function", name,
                [
                    "name": .text(settings.name), "comment": .word(settings.comment),
                    "runtime": .word(settings.runtime), "publish": .flag(settings.isPublished),
                    "code": .program(settings.code),
                ])
        ]
    }

    func distribution(_ settings: DistributionSettings, _ name: String) -> [TerraformBlock] {
        let certificate: Tree =
            settings.certificate.map { arn in
                [
                    "acm_certificate_arn": .text(arn), "ssl_support_method": "sni-only",
                    "minimum_protocol_version": .word(settings.minimumTLS),
                ]
            } ?? ["cloudfront_default_certificate": true]
        return [
            resource(
                "aws_cloudfront_distribution", name,
                [
                    "comment": .word(settings.comment), "enabled": .flag(settings.isEnabled),
                    "aliases": settings.aliases.isEmpty ? .none : .words(settings.aliases),
                    "http_version": .word(settings.httpVersions), "is_ipv6_enabled": .flag(settings.ipv6),
                    "price_class": .word(settings.priceClass), "web_acl_id": .optional(settings.webACL),
                    "origin": .block(origin(settings.origin)),
                    "default_cache_behavior": .block(behavior(settings.behavior)),
                    "ordered_cache_behavior": .blocks(
                        settings.behaviors.map { ["path_pattern": .word($0.path)] + behavior($0) }),
                    "viewer_certificate": .block(certificate),
                    "restrictions": .block(["geo_restriction": .block(["restriction_type": "none"])]),
                ])
        ]
    }

    private func origin(_ origin: OriginSettings) -> Tree {
        let times: Tree = [
            "origin_read_timeout": .number(origin.readTimeout), "origin_keepalive_timeout": .number(origin.keepAlive),
        ]
        let way: Tree =
            switch origin.way {
            case .private(let id): ["vpc_origin_config": .block(["vpc_origin_id": .text(id)] + times)]
            case .public:
                [
                    "custom_origin_config": .block(
                        [
                            "http_port": 80, "https_port": 443, "origin_protocol_policy": "https-only",
                            "origin_ssl_protocols": ["TLSv1.2"],
                        ] + times)
                ]
            }
        let header: Tree =
            origin.header.map { header in
                ["custom_header": .block(["name": .word(header.name), "value": .text(header.value)])]
            } ?? .none
        return ["origin_id": "origin", "domain_name": .text(origin.domain)] + way + header
    }

    private func behavior(_ behavior: CacheBehavior) -> Tree {
        [
            "target_origin_id": "origin", "viewer_protocol_policy": .word(behavior.viewerProtocol),
            "allowed_methods": .words(behavior.methods), "cached_methods": ["GET", "HEAD"],
            "cache_policy_id": .text(behavior.cachePolicy),
            "origin_request_policy_id": .word(behavior.originRequestPolicy), "compress": .flag(behavior.compresses),
            "function_association": behavior.function.map {
                .block(["event_type": "viewer-request", "function_arn": .text($0)])
            } ?? .none,
        ]
    }

    func logDelivery(_ settings: LogDeliverySettings, _ name: String) -> [TerraformBlock] {
        let place: Value = settings.prefix.isEmpty ? settings.bucket : "\(settings.bucket)/\(settings.prefix)"
        return [
            resource(
                "aws_cloudwatch_log_delivery", name,
                [
                    "delivery_source_name": .expression("aws_cloudwatch_log_delivery_source.\(name).name"),
                    "delivery_destination_arn": .expression("aws_cloudwatch_log_delivery_destination.\(name).arn"),
                ]),
            resource(
                "aws_cloudwatch_log_delivery_source", name,
                [
                    "name": .text(settings.name), "log_type": "ACCESS_LOGS",
                    "resource_arn": .text(settings.distribution),
                ]),
            resource(
                "aws_cloudwatch_log_delivery_destination", name,
                [
                    "name": .text(settings.name), "output_format": .word(settings.format),
                    "delivery_destination_configuration": .block(["destination_resource_arn": .text(place)]),
                ]),
        ]
    }
}
