/// A text that may hold facts which are known only once another resource exists, or which only the account can tell:
/// `"arn:\(Lookup.partition):s3:::\(logs)/*"`.
package struct Value: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case text(String)
        case reference(Reference)
        case lookup(Lookup)
    }

    package private(set) var parts: [Part]

    /// Neighbouring texts become one, so that values that say the same are equal.
    package init(parts: [Part]) {
        self.parts = []
        for part in parts {
            switch (self.parts.last, part) {
            case (_, .text("")): continue
            case (.text(let before)?, .text(let after)): self.parts[self.parts.count - 1] = .text(before + after)
            default: self.parts.append(part)
            }
        }
    }
    package init(_ text: String) { parts = text.isEmpty ? [] : [.text(text)] }
    package init(_ reference: Reference) { parts = [.reference(reference)] }
    package init(_ lookup: Lookup) { parts = [.lookup(lookup)] }

    /// The text, when nothing in it is still to be learnt.
    package var literal: String? {
        var text = ""
        for part in parts {
            guard case .text(let piece) = part else { return nil }
            text += piece
        }
        return text
    }

    package static func joined(_ values: [Value], by separator: String) -> Value {
        var parts: [Part] = []
        for (index, value) in values.enumerated() {
            if index > 0 { parts.append(.text(separator)) }
            parts += value.parts
        }
        return Value(parts: parts)
    }

    package var lookups: [Lookup] {
        parts.compactMap { if case .lookup(let lookup) = $0 { lookup } else { nil } }
    }

    package var references: [Reference] {
        parts.compactMap { if case .reference(let reference) = $0 { reference } else { nil } }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) { self.init(text) }
    package init(stringInterpolation interpolation: Interpolation) { self.init(parts: interpolation.parts) }

    /// Lets a value be written as `"\(vpc.id)"`.
    package struct Interpolation: StringInterpolationProtocol {
        var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}
        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { parts.append(.text(literal)) }
        }
        package mutating func appendInterpolation(_ text: String) { parts.append(.text(text)) }
        package mutating func appendInterpolation(_ number: Int) { parts.append(.text(String(number))) }
        package mutating func appendInterpolation(_ value: Value) { parts += value.parts }
        package mutating func appendInterpolation(_ reference: Reference) { parts.append(.reference(reference)) }
        package mutating func appendInterpolation(_ lookup: Lookup) { parts.append(.lookup(lookup)) }
    }
}

/// A fact about another resource, and when that fact can be relied on.
package struct Reference: Sendable, Hashable {
    package var address: Address
    package var fact: Fact
    package var moment: Moment

    package init(_ address: Address, _ fact: Fact, when moment: Moment = .identified) {
        self.address = address
        self.fact = fact
        self.moment = moment
    }
}

/// The two moments in a resource's coming up.
package enum Moment: String, Sendable, Hashable, Comparable, Codable, CaseIterable {
    /// Its id, ARN or DNS name is known; it may still be on its way up.
    case identified
    /// It does what it is for.
    case ready

    package static func < (left: Moment, right: Moment) -> Bool { left == .identified && right == .ready }
}

/// What can be known about a resource once it is identified.
package enum Fact: String, Sendable, Hashable, CaseIterable, Codable {
    case id, arn, name, url
    case dnsName = "dns-name"
    /// Route 53's hosted zone of a load balancer's name.
    case dnsZone = "dns-zone"
    case endpoint
    case readerEndpoint = "reader-endpoint"
    /// The port a database listens on.
    case port
    /// A VPC's own group and list, which exist with it.
    case defaultSecurityGroup = "default-security-group"
    case defaultNetworkACL = "default-network-acl"
    /// ARN of the secret that RDS made for the master user.
    case masterSecret = "master-secret"
    /// A secret's text; never shown.
    case secretValue = "secret-value"
    /// `app/name/id`: a load balancer's or target group's dimension in CloudWatch.
    case metricName = "metric-name"
    /// Name and value of the DNS record that proves a certificate's domain.
    case validationName = "validation-name"
    case validationValue = "validation-value"
    /// The address of a NAT gateway.
    case publicAddress = "public-address"
    /// What a write must present: CloudFront's ETag, WAF's lock token.
    case revision

    package var isSecret: Bool { self == .secretValue }
}

/// What the account or the region can tell and the manifest cannot.
package enum Lookup: Sendable, Hashable {
    case account
    /// `aws`, `aws-cn`, `aws-us-gov`.
    case partition
    case region
    /// The zone's id, such as `use1-az4`; names are shuffled from account to account.
    case zoneID(Int)
    /// The zone's name in this account, such as `us-east-1b`.
    case zoneName(Int)
    /// The managed prefix list of CloudFront's addresses towards origins.
    case cloudFrontPrefixList
    /// The managed prefix list of S3 in the region.
    case s3PrefixList
    /// Aurora PostgreSQL's full version, such as `17.7`: of the cluster that exists, else the newest minor of the major version
    /// that is asked for, else (`auto`) the newest with long-term support. What exists never moves to another major version
    /// by itself.
    case engineVersion(String)
    /// The parameter group family of `engineVersion("auto")`, such as `aurora-postgresql17`.
    case engineFamily
    /// Route 53's zone that holds the domain; an empty text when the account has none that does.
    case hostedZone(String)
    /// The image that was built from a service's folder, by digest; missing until one is pushed.
    case image(String)
}
