import AWSServices
import AWSWire
import Resources
import Stacks
import Testing

@testable import AWSTarget

/// What is said about a rule is what is read of it.
struct ListenerRuleTests {
    private static func rule(
        header: HeaderMatch? = nil, hosts: [String] = [], paths: [String] = [], methods: [String] = [],
        conditions: [HeaderMatch] = [], _ action: ListenerRuleSettings.Action
    ) -> ListenerRuleSettings {
        ListenerRuleSettings(
            listener: "arn:listener", priority: 7, header: header, hosts: hosts, paths: paths, methods: methods,
            conditions: conditions, action: action)
    }

    private static let secret = HeaderMatch(name: StackResources.originHeader, values: ["s3cret"])
    private static let shares = [TargetShare(group: "arn:a", weight: 95), TargetShare(group: "arn:b", weight: 5)]

    static let rules = [
        rule(paths: ["/a", "/b/*"], .forward("arn:a")), rule(header: secret, .answer(404)),
        rule(header: secret, hosts: ["*.example.com"], methods: ["GET"], .split(shares, sticky: 3600)),
        rule(hosts: ["a.example.com"], .split(shares, sticky: nil)),
        rule(
            header: secret, conditions: [HeaderMatch(name: "x-version", values: ["2", "beta*"])],
            .fixed(status: 200, type: "text/plain", body: "User-agent: *")),
        rule(paths: ["/"], .fixed(status: 503, type: "text/html", body: "")),
        rule(paths: ["/old/*"], .redirect(RedirectSettings(Redirect(path: "/new/#{path}", query: "", status: 302)))),
    ]

    @Test(arguments: rules) func aRuleIsReadAsItWasSaid(_ wanted: ListenerRuleSettings) {
        let said = ListenerCalls.create(wanted, tags: [:])
        var rule = ELBv2.Rule(slots: Slots())
        rule.priority = "7"
        rule.conditions = said.conditions ?? []
        rule.actions = said.actions ?? []
        let read = ListenerRuleSettings(rule, listener: "arn:listener")
        #expect(read == wanted)
        #expect(wanted.matches(read))
        #expect(ListenerCalls.changes(wanted, from: read, arn: "arn:rule").isEmpty)
    }

    @Test func everyDifferenceIsSeen() {
        for (index, one) in Self.rules.enumerated() {
            for other in Self.rules[(index + 1)...] { #expect(!one.matches(other)) }
        }
    }
}
