import Stacks
import Testing

/// Which canaries AWS carries out, and when its alarm ends one.
struct CloudCanaryTests {
    private static func stack(_ change: (inout Stack) -> Void = { _ in }) -> Stack {
        let web = Service(name: "web", deploy: DeployRules(canary: DeployRules.Canary()))
        var stack = Stack(name: "shop", services: [web, Service(name: "api", routes: [])])
        change(&stack)
        return stack
    }

    private static func rule(_ priority: Int, _ services: String...) -> BalancerRule {
        BalancerRule(
            priority: priority, condition: RequestCondition(), action: .forward(services.map { WeightedService($0) }))
    }

    @Test func aServiceWithOneRuleOfItsOwnHasItsCanary() {
        let stack = Self.stack()
        #expect(
            stack.cloudCanary(of: stack.services[0]) == .carriedOut(DeployRules.Canary(share: 10, bake: .seconds(300))))
        #expect(stack.cloudCanary(of: stack.services[1]) == nil)
        #expect(stack.canaryOnAWS(of: stack.services[0])?.minutes == 5)
    }

    private static let leftOut: [(Stack, String)] = [
        (stack { $0.services[0].routes = [] }, "no request comes to it"),
        (stack { $0.services[0].routes.append(RoutePattern(unchecked: "/about")) }, "and 2 lead to the service"),
        (stack { $0.balancer.rules = [rule(7, "web")] }, "and 2 lead to the service"),
        (
            stack {
                $0.services[0].routes = []
                $0.services[0].isNamedByRule = true
                $0.balancer.rules = [rule(7, "web", "api")]
            }, "rule 7 leads to others, too"
        ),
        (stack { $0.services[0].balancing.sticky = .seconds(60) }, "a sticky client"),
    ]

    @Test(arguments: leftOut)
    func whatECSCannotShiftIsLeftOut(_ stack: Stack, _ words: String) {
        guard case .leftOut(let reason)? = stack.cloudCanary(of: stack.services[0]) else {
            Issue.record("it is carried out")
            return
        }
        #expect(reason.contains(words), "\(reason)")
        #expect(stack.canaryAlarm(of: stack.services[0]) == nil)
    }

    @Test(arguments: [(5, 1), (60, 1), (61, 2), (300, 5), (86_400, 1440)])
    func onlyWholeMinutesCount(_ seconds: Int, _ minutes: Int) {
        #expect(DeployRules.Canary(bake: .seconds(seconds)).minutes == minutes)
    }

    // MARK: Its alarm

    private static func seen(
        _ turn: String, requests: Double?, errors: Double? = nil, p99: Double? = 0.05
    ) -> [String: Double] {
        ["requests_\(turn)": requests, "errors_\(turn)": errors, "p99_\(turn)": requests == nil ? nil : p99]
            .compactMapValues { $0 }
    }

    /// Requests, errors and p99 of the two groups in a minute: is the one with fewer requests worse?
    @Test(
        arguments: [
            (seen("first", requests: 900), seen("second", requests: 100), false),
            (seen("first", requests: 900), seen("second", requests: 100, errors: 5), true),
            (seen("first", requests: 100, errors: 5), seen("second", requests: 900), true),
            (seen("first", requests: 900), seen("second", requests: 100, errors: 4), false),
            // No more than twice the old rate and one per cent.
            (seen("first", requests: 900, errors: 45), seen("second", requests: 100, errors: 11), false),
            (seen("first", requests: 900, errors: 45), seen("second", requests: 100, errors: 12), true),
            // An old version that is worse takes nobody back.
            (seen("first", requests: 900, errors: 90, p99: 0.9), seen("second", requests: 100), false),
            (seen("first", requests: 900), seen("second", requests: 100, p99: 0.1), true),
            (seen("first", requests: 900), seen("second", requests: 100, p99: 0.09), false),
            (seen("first", requests: 900), seen("second", requests: 99, p99: 9), false),
        ] as [([String: Double], [String: Double], Bool)])
    func theNewVersionIsHeldAgainstTheOldOne(_ first: [String: Double], _ second: [String: Double], _ isWorse: Bool)
        throws
    {
        let stack = Self.stack()
        let alarm = try #require(stack.canaryAlarm(of: stack.services[0]))
        let value = try #require(alarm.value(of: first.merging(second) { $1 }))
        #expect(alarm.isBreached(by: value) == isWorse, "\(value)")
    }

    /// Before a canary and after it only one group has requests.
    @Test func oneVersionAloneIsNotCompared() throws {
        let stack = Self.stack()
        let alarm = try #require(stack.canaryAlarm(of: stack.services[0]))
        #expect(alarm.value(of: Self.seen("second", requests: 1000, errors: 900)) == nil)
        #expect(alarm.missing == .notBreaching)
    }

    @Test func aShareThatIsHalfOfAllIsNotCompared() {
        let stack = Self.stack { $0.services[0].deploy.canary?.share = 41 }
        #expect(stack.canaryAlarm(of: stack.services[0]) == nil)
        #expect(stack.canaryOnAWS(of: stack.services[0]) != nil)
    }

    @Test func theManifestSwitchesTheComparisonOff() {
        let stack = Self.stack { $0.alarms.changes = ["web-canary": .off] }
        #expect(stack.canaryAlarm(of: stack.services[0]) == nil)
        #expect(!stack.alarmDefinitions.contains { $0.word == "web-canary" })
        #expect(Self.stack().alarmDefinitions.contains { $0.word == "web-canary" })
    }
}
