import AWSServices
import AWSWire
import Resources
import Testing

@testable import AWSTarget

/// What is said to CloudFront, WAF and Route 53, and what their answers mean.
struct EdgeDecisionTests {
    // MARK: - A distribution

    private static func settings(
        way: OriginSettings.Way = .public, header: OriginHeader? = OriginHeader(name: "x-origin", value: "secret"),
        behaviors: [CacheBehavior] = [], certificate: Value? = nil, webACL: Value? = nil
    ) -> DistributionSettings {
        DistributionSettings(
            comment: "guestbook", aliases: ["shop.example.com"], certificate: certificate, minimumTLS: "TLSv1.2_2021",
            priceClass: "PriceClass_100", webACL: webACL,
            origin: OriginSettings(domain: "origin.example.com", way: way, header: header),
            behavior: CacheBehavior(path: "*", cachePolicy: "policy"), behaviors: behaviors)
    }

    private static func created(_ settings: DistributionSettings) throws -> CloudFront.DistributionConfig {
        let request = DistributionCalls.create(settings, tags: ["a": "b"], reference: "token")
        return try #require(request.distributionConfigWithTags?.distributionConfig)
    }

    @Test func aCreationSaysEverythingAndCarriesItsReference() throws {
        let config = try Self.created(Self.settings(certificate: "arn:certificate", webACL: "arn:acl"))
        #expect(config.callerReference == "token")
        #expect(config.aliases?.items == ["shop.example.com"] && config.aliases?.quantity == 1)
        #expect(config.webACLId == "arn:acl")
        #expect(config.viewerCertificate?.acmCertificateArn == "arn:certificate")
        #expect(config.viewerCertificate?.cloudFrontDefaultCertificate == false)
        #expect(config.origins?.items?.first?.customOriginConfig?.originProtocolPolicy == "https-only")
        #expect(config.origins?.items?.first?.vpcOriginConfig == nil)
        #expect(config.origins?.items?.first?.customHeaders?.quantity == 1)
    }

    @Test func withoutACertificateCloudFrontsOwnIsUsed() throws {
        let config = try Self.created(Self.settings())
        #expect(config.viewerCertificate?.cloudFrontDefaultCertificate == true)
        #expect(config.viewerCertificate?.acmCertificateArn == nil)
        #expect(config.webACLId?.isEmpty == true, "a missing member would be an attempt to remove it")
    }

    /// A member that is missing counts as removed, so what Terrace does not know must come back as it was.
    @Test func whatIsNotTerracesOwnStaysAsItIs() throws {
        var current = try Self.created(Self.settings(behaviors: [CacheBehavior(path: "/static/*", cachePolicy: "old")]))
        current.defaultRootObject = "index.html"
        current.origins?.items?[0].connectionTimeout = 3
        current.cacheBehaviors?.items?[0].smoothStreaming = true
        current.defaultCacheBehavior?.responseHeadersPolicyId = "theirs"
        let wanted = Self.settings(
            behaviors: [
                CacheBehavior(path: "/img/*", cachePolicy: "img"), CacheBehavior(path: "/static/*", cachePolicy: "new"),
            ])
        let changed = DistributionCalls.changed(current, to: wanted)
        #expect(changed.callerReference == "token" && changed.defaultRootObject == "index.html")
        #expect(changed.origins?.items?.first?.connectionTimeout == 3)
        #expect(changed.defaultCacheBehavior?.responseHeadersPolicyId == "theirs")
        let behaviors = try #require(changed.cacheBehaviors?.items)
        #expect(behaviors.map(\.pathPattern) == ["/img/*", "/static/*"], "in the manifest's order")
        #expect(behaviors.map(\.cachePolicyId) == ["img", "new"])
        #expect(behaviors[1].smoothStreaming == true && behaviors[0].smoothStreaming == false)
    }

    /// One that somebody has tied to answers stays; one that ran for requests gives way.
    @Test func aFunctionIsTiedToRequestsAndToNothingElse() throws {
        var current = try Self.created(Self.settings())
        let theirs = CloudFront.FunctionAssociation(functionARN: "arn:answers", eventType: .viewerResponse)
        current.defaultCacheBehavior?.functionAssociations = CloudFront.FunctionAssociations(
            quantity: 2,
            items: [CloudFront.FunctionAssociation(functionARN: "arn:other", eventType: .viewerRequest), theirs])
        var wanted = Self.settings(
            behaviors: [CacheBehavior(path: "/img/*", cachePolicy: "img", function: "arn:ours")])
        wanted.behavior.function = "arn:ours"
        let changed = DistributionCalls.changed(current, to: wanted)
        let ours = CloudFront.FunctionAssociation(functionARN: "arn:ours", eventType: .viewerRequest)
        let tied = try #require(changed.defaultCacheBehavior?.functionAssociations)
        #expect(tied.items?.map(\.functionARN) == ["arn:answers", "arn:ours"] && tied.quantity == 2)
        let added = try #require(changed.cacheBehaviors?.items?.first?.functionAssociations)
        #expect(added.items?.map(\.functionARN) == [ours.functionARN] && added.quantity == 1)
        let without = DistributionCalls.changed(changed, to: Self.settings())
        #expect(without.defaultCacheBehavior?.functionAssociations?.items?.map(\.functionARN) == ["arn:answers"])
    }

    @Test func anOriginThatBecomesPrivateKeepsNothingOfThePublicOne() throws {
        let current = try Self.created(Self.settings())
        let changed = DistributionCalls.changed(
            current, to: Self.settings(way: .private(vpcOrigin: "vo_1"), header: nil))
        let origin = try #require(changed.origins?.items?.first)
        #expect(origin.customOriginConfig == nil && origin.vpcOriginConfig?.vpcOriginId == "vo_1")
        #expect(origin.customHeaders?.quantity == 0)
        let back = DistributionCalls.changed(changed, to: Self.settings())
        #expect(back.origins?.items?.first?.vpcOriginConfig == nil)
    }

    @Test(arguments: [("Deployed", true), ("InProgress", false), (nil, false)] as [(String?, Bool)])
    func itIsReadyWhenItIsDeployed(_ status: String?, _ isReady: Bool) {
        #expect((DistributionCalls.state(status) == .ready) == isReady)
    }

    // MARK: - Rules of the firewall

    private static let rules: [FirewallRule.Statement] = [
        .managed("AWSManagedRulesSQLiRuleSet"),
        .managed("AWSManagedRulesCommonRuleSet", counted: ["SizeRestrictions_BODY"]), .rate(limit: 100, window: 60),
        .allowed("arn:aws:wafv2:us-east-1:123456789012:global/ipset/allow/1"),
        .denied("arn:aws:wafv2:us-east-1:123456789012:global/ipset/deny/1"), .longBody(over: 8192),
        .announcedBody(over: 10_485_760),
    ]

    @Test(arguments: rules)
    func aRuleReadsAsItWasWritten(_ statement: FirewallRule.Statement) throws {
        let rule = FirewallRule(name: "rule", priority: 4, statement: statement)
        let written = try #require(FirewallRuleCalls.rule(rule))
        #expect(FirewallRule(written) == rule)
    }

    /// Each is a change by hand of a rule that Terrace has written.
    private static let changes: [(FirewallRule.Statement, @Sendable (inout WAFv2.Rule) -> Void)] = [
        (.longBody(over: 8192), { $0.statement?.sizeConstraintStatement?.comparisonOperator = "LT" }),
        (
            .longBody(over: 8192),
            { $0.statement?.sizeConstraintStatement?.fieldToMatch?.body?.oversizeHandling = "CONTINUE" }
        ),
        (.longBody(over: 8192), { $0.action?.block?.customResponse = nil }),
        (.longBody(over: 8192), { $0.action = WAFv2.RuleAction(count: WAFv2.CountAction()) }),
        (.announcedBody(over: 99_999), { $0.statement?.regexMatchStatement?.regexString = "^[0-9]+$" }),
        (
            .announcedBody(over: 99_999),
            { $0.statement?.regexMatchStatement?.fieldToMatch?.singleHeader?.name = "host" }
        ),
        (.allowed("arn:1"), { $0.action = WAFv2.RuleAction(block: WAFv2.BlockAction()) }),
        (.denied("arn:1"), { $0.action = WAFv2.RuleAction(allow: WAFv2.AllowAction()) }),
        (.denied("arn:1"), { $0.action = WAFv2.RuleAction(count: WAFv2.CountAction()) }),
        (.denied("arn:1"), { $0.statement?.ipSetReferenceStatement?.arn = "arn:2" }),
        (.rate(limit: 100, window: 60), { $0.statement?.rateBasedStatement?.aggregateKeyType = "FORWARDED_IP" }),
        (.managed("Common"), { $0.statement?.managedRuleGroupStatement?.vendorName = "Other" }),
        (
            .managed("Common"),
            {
                $0.statement?.managedRuleGroupStatement?.ruleActionOverrides = [
                    WAFv2.RuleActionOverride(name: "x", actionToUse: WAFv2.RuleAction(allow: WAFv2.AllowAction()))
                ]
            }
        ),
    ]

    @Test(arguments: changes.indices)
    func aRuleThatSomebodyHasChangedReadsAsAnother(_ index: Int) throws {
        let (statement, change) = Self.changes[index]
        let rule = FirewallRule(name: "rule", priority: 4, statement: statement)
        var written = try #require(FirewallRuleCalls.rule(rule))
        change(&written)
        #expect(FirewallRule(written) != rule)
    }

    @Test func addressesReadAsTheManifestWritesThem() {
        var set = WAFv2.IPSet()
        set.ipAddressVersion = .ipv6
        set.addresses = ["2001:0db8:0000:0000:0000:0000:0000:0000/32", "not an address"]
        let settings = IPSetSettings(set)
        #expect(settings.family == .ipv6)
        #expect(settings.addresses == ["2001:db8::/32", "not an address"])
    }

    // MARK: - Records that are left

    private static func certificate(_ domain: String, _ others: [String] = [], proof: (String, String)? = nil)
        -> Observed
    {
        var facts: [Fact: String] = [.arn: "arn:certificate"]
        facts[.validationName] = proof?.0
        facts[.validationValue] = proof?.1
        return Observed(
            Address(.edge, "certificate", "edge"),
            .certificate(CertificateSettings(domain: domain, alternativeNames: others)), facts: facts)
    }

    @Test func aProofIsLookedForWhereACMHasAskedForOne() {
        let proof = LeftRecords.proof(
            of: Self.certificate("shop.example.com", proof: ("_a.shop.example.com", "_b.acm")), in: "Z1")
        #expect(
            proof == DNSRecordSettings(zone: "Z1", name: "_a.shop.example.com", type: .cname, target: .text("_b.acm")))
        #expect(LeftRecords.proof(of: Self.certificate("shop.example.com"), in: "Z1") == nil)
    }

    @Test func namesThatTheManifestAsksForAreNotLeft() {
        let certificate = Self.certificate("old.example.com", ["shop.example.com"])
        let asked = LeftRecords.questions(of: certificate, but: ["shop.example.com"]).map {
            "\($0.domain) \($0.type.rawValue)"
        }
        #expect(asked == ["old.example.com A", "old.example.com AAAA"])
        let vpc = Observed(Address(.network, "vpc"), .vpc(VPCSettings(cidr: "10.0.0.0/16")), facts: [:])
        #expect(LeftRecords.questions(of: vpc, but: []).isEmpty)
    }

    /// A name that leads to somebody else's by now is somebody else's.
    @Test(arguments: [
        (DNSRecordSettings.Target.alias(name: "D1.cloudfront.net", zone: "Z2"), true),
        (.alias(name: "d2.cloudfront.net", zone: "Z2"), false), (.text("d1.cloudfront.net"), false),
    ])
    func aRecordIsTheStacksWhenItLeadsToTheStack(_ target: DNSRecordSettings.Target, _ isOwn: Bool) {
        let record = DNSRecordSettings(zone: "Z1", name: "old.example.com", type: .a, target: target)
        #expect(LeftRecords.leads(record, to: ["d1.cloudfront.net"]) == isOwn)
    }

    @Test func eachLeftRecordIsNamedOnceAndNoneThatIsWanted() {
        func record(_ id: String) -> Observed {
            Observed(
                Address(.edge, "dns-record", "left"),
                .dnsRecord(DNSRecordSettings(zone: "Z1", name: Value(id), type: .a, target: .text(""))),
                facts: [.id: id])
        }
        let left = LeftRecords.left([record("a"), record("b"), record("a"), record("c")], beside: [record("c")])
        #expect(left.map { $0.facts[.id] } == ["a", "b"])
    }
}
