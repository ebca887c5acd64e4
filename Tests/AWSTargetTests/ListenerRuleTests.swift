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

    private static let turns = rule(paths: ["/*"], .turns(["arn:a", "arn:b"]))

    private static func read(_ action: ELBv2.Action?, as wanted: ListenerRuleSettings) -> ListenerRuleSettings {
        let said = ListenerCalls.create(wanted, tags: [:])
        var rule = ELBv2.Rule(slots: Slots())
        rule.priority = "7"
        rule.conditions = said.conditions ?? []
        rule.actions = action.map { [$0] } ?? said.actions ?? []
        return ListenerRuleSettings(rule, listener: "arn:listener").recognized(as: wanted.action)
    }

    private static func weights(_ first: Int, _ second: Int, of groups: [String] = ["arn:a", "arn:b"]) -> ELBv2.Action {
        ELBv2.Action(
            type: "forward",
            forwardConfig: ELBv2.ForwardActionConfig(
                targetGroups: zip(groups, [first, second]).map {
                    ELBv2.TargetGroupTuple(targetGroupArn: $0.0, weight: $0.1)
                }))
    }

    /// Whichever group ECS has chosen, and while it shifts: nothing is to be done.
    @Test(arguments: [(100, 0), (0, 100), (90, 10)]) func weightsOfTurnsAreECSsOwn(_ first: Int, _ second: Int) {
        for groups in [["arn:a", "arn:b"], ["arn:b", "arn:a"]] {
            let seen = Self.read(Self.weights(first, second, of: groups), as: Self.turns)
            #expect(seen == Self.turns)
            #expect(ListenerCalls.changes(Self.turns, from: seen, arn: "arn:rule").isEmpty)
        }
    }

    @Test func aRuleWithTurnsBeginsWithTheGroupThatHasTheTasks() throws {
        let began = try #require(ListenerCalls.create(Self.turns, tags: [:]).actions?.first)
        #expect(began == Self.weights(100, 0))
        let other = try #require(ListenerCalls.create(Self.turns, live: "arn:b", tags: [:]).actions?.first)
        #expect(other == Self.weights(0, 100))
    }

    /// A change of what a rule matches must not shift a request.
    @Test func anotherConditionLeavesTheWeights() throws {
        var wanted = Self.turns
        wanted.paths = ["/shop/*"]
        let seen = Self.read(Self.weights(0, 100), as: Self.turns)
        let call = try #require(
            ListenerCalls.changes(wanted, from: seen, arn: "arn:rule").first as? ELBv2.ModifyRuleRequest)
        #expect(call.actions == nil)
        #expect(call.conditions?.first?.pathPatternConfig?.values == ["/shop/*"])
    }

    @Test(arguments: [
        weights(100, 0, of: ["arn:a", "arn:x"]), ELBv2.Action(type: "forward", targetGroupArn: "arn:a"),
    ]) func aRuleThatLeadsElsewhereIsBroughtBack(_ action: ELBv2.Action) throws {
        let seen = Self.read(action, as: Self.turns)
        #expect(seen.action != Self.turns.action)
        let call = try #require(
            ListenerCalls.changes(Self.turns, from: seen, arn: "arn:rule").first as? ELBv2.ModifyRuleRequest)
        #expect(call.actions == [Self.weights(100, 0)])
    }

    @Test func everyDifferenceIsSeen() {
        for (index, one) in Self.rules.enumerated() {
            for other in Self.rules[(index + 1)...] { #expect(!one.matches(other)) }
        }
    }
}
