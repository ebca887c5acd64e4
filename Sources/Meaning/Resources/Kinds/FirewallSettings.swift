/// The firewall before the edge, of scope CLOUDFRONT. What no rule refuses passes.
package struct WebACLSettings: ResourceSettings {
    package static let kind = ResourceKind.webACL
    package var name: Value
    package var description: String
    package var rules: [FirewallRule]
    /// Under which CloudWatch counts.
    package var metric: String

    package init(name: Value, description: String, rules: [FirewallRule], metric: String) {
        self.name = name
        self.description = description
        self.rules = rules
        self.metric = metric
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        for index in rules.indices { rules[index].visitValues(visit) }
    }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")), Field("description", description),
            Field("rules", set: rules), Field("metric", metric),
        ]
    }
}

/// Addresses of one family, of scope CLOUDFRONT.
package struct IPSetSettings: ResourceSettings {
    package static let kind = ResourceKind.ipSet

    package enum Family: String, Sendable, Hashable {
        case ipv4 = "IPV4"
        case ipv6 = "IPV6"
    }

    package var name: Value
    package var description: String
    package var family: Family
    /// Blocks: `192.0.2.0/24`, `2001:db8::/32`; none of all addresses (`/0`), which WAF refuses.
    package var addresses: [String]

    package init(name: Value, description: String, family: Family, addresses: [String]) {
        self.name = name
        self.description = description
        self.family = family
        self.addresses = addresses
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&name) }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")), Field("description", description),
            Field("family", family.rawValue, .replace("a set keeps its family of addresses")),
            Field("addresses", set: addresses),
        ]
    }
}

/// Where the firewall writes what it decided.
package struct WebACLLoggingSettings: ResourceSettings {
    package static let kind = ResourceKind.webACLLogging
    /// ARN.
    package var webACL: Value
    /// ARN of a log group whose name begins with `aws-waf-logs-`.
    package var destination: Value

    package init(webACL: Value, destination: Value) {
        self.webACL = webACL
        self.destination = destination
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&webACL)
        visit(&destination)
    }

    package var fields: [Field] {
        [
            Field("web-acl", webACL, .replace("logging belongs to one web ACL")), Field("destination", destination),
        ]
    }
}

/// CloudFront's standard logs, version 2: source, destination and the delivery between them.
package struct LogDeliverySettings: ResourceSettings {
    package static let kind = ResourceKind.logDelivery
    /// Of the source and of the destination; at most 60 characters.
    package var name: Value
    /// ARN.
    package var distribution: Value
    /// ARN of a bucket.
    package var bucket: Value
    /// The folder in it.
    package var prefix: String
    /// `json`, `plain`, `w3c`, `raw`, `parquet`
    package var format: String

    package init(name: Value, distribution: Value, bucket: Value, prefix: String, format: String = "json") {
        self.name = name
        self.distribution = distribution
        self.bucket = bucket
        self.prefix = prefix
        self.format = format
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        visit(&distribution)
        visit(&bucket)
    }

    package var fields: [Field] {
        let fixed = Field.OnChange.replace("a delivery keeps its ends")
        return [
            Field("name", name, fixed), Field("distribution", distribution, fixed), Field("bucket", bucket, fixed),
            Field("prefix", prefix), Field("format", format, fixed),
        ]
    }
}
