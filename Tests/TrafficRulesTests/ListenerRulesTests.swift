import Stacks
import Testing
import TrafficRules

struct ListenerRulesTests {
    private static let services = [
        Service(name: "web"), Service(name: "canary", routes: []), Service(name: "api", routes: [path("/api/*")]),
    ]

    private static func path(_ text: String) -> RoutePattern { RoutePattern(unchecked: text) }

    private static func rules(_ rules: BalancerRule...) -> ListenerRules {
        ListenerRules(Balancer(rules: rules), services: services)
    }

    private static func canary(_ condition: RequestCondition) -> ListenerRules {
        rules(BalancerRule(priority: 10, condition: condition, action: .forward([WeightedService("canary")])))
    }

    struct Case: Sendable {
        var condition: RequestCondition
        var host = "shop.example.com"
        var request: (Method, String) = (.get, "/a")
        var fields: [String] = []
        var matches: Bool
    }

    @Test(
        "ALB condition types: every condition must hold, of its values one",
        arguments: [
            Case(condition: .init(hosts: ["shop.example.com"]), matches: true),
            Case(condition: .init(hosts: ["shop.example.com"]), host: "Shop.Example.COM:8443", matches: true),
            Case(condition: .init(hosts: ["*.example.com"]), matches: true),
            Case(condition: .init(hosts: ["*.example.com"]), host: "example.com", matches: false),
            Case(condition: .init(hosts: ["sho?.example.com", "b.com"]), host: "b.com", matches: true),
            Case(condition: .init(hosts: ["b.com"]), host: "b.com.evil.com", matches: false),
            Case(condition: .init(paths: [path("/a")]), request: (.get, "/a?b=/c"), matches: true),
            Case(condition: .init(paths: [path("/A")]), matches: false),
            Case(condition: .init(paths: [path("/x"), path("/?")]), matches: true),
            Case(condition: .init(methods: ["POST", "PUT"]), request: (.put, "/a"), matches: true),
            Case(condition: .init(methods: ["POST"]), matches: false),
            Case(condition: .init(methods: ["get"]), matches: false),
            Case(condition: .init(methods: ["PURGE"]), request: (.other("PURGE"), "/a"), matches: true),
            Case(condition: .init(headers: [.init("X-Version", ["2"])]), fields: ["x-version: 2"], matches: true),
            Case(condition: .init(headers: [.init("X-Version", ["2"])]), fields: ["x-version: 22"], matches: false),
            Case(
                condition: .init(headers: [.init("X-Version", ["beta*"])]), fields: ["x-version: BETA-1"], matches: true
            ),
            Case(condition: .init(headers: [.init("X-Version", ["2"])]), matches: false),
            Case(
                condition: .init(headers: [.init("X-Version", ["2"])]), fields: ["x-version: 1", "x-version: 2"],
                matches: true),
            Case(
                condition: .init(headers: [.init("a", ["1"]), .init("b", ["1", "2"])]), fields: ["a: 1", "b: 2"],
                matches: true),
            Case(condition: .init(headers: [.init("a", ["1"]), .init("b", ["2"])]), fields: ["a: 1"], matches: false),
            Case(condition: .init(hosts: ["shop.example.com"], paths: [path("/b")]), matches: false),
            Case(
                condition: .init(hosts: ["*.example.com"], paths: [path("/*")], methods: ["GET"]), matches: true),
        ])
    func conditions(_ each: Case) {
        var head = request(each.request.0, each.request.1, each.fields)
        head.authority = each.host
        let decision = Self.canary(each.condition).decide(head)
        #expect((decision?.action == .forward(service: 1)) == each.matches)
        #expect(decision?.priority == (each.matches ? 10 : 45_002))
    }

    @Test("The lowest priority wins, whatever the order in the file; rules come before routes")
    func priorities() {
        let everything = RequestCondition(paths: [.everything])
        let rules = Self.rules(
            BalancerRule(priority: 20, condition: everything, action: .answer(FixedAnswer(status: 503))),
            BalancerRule(
                priority: 5, condition: .init(paths: [Self.path("/old/*")]), action: .redirect(Redirect(path: "/"))),
            BalancerRule(
                priority: 1, condition: .init(paths: [Self.path("/old/keep")]),
                action: .forward([WeightedService("api")])))
        #expect(rules.decide(request(.get, "/api/x"))?.action == .answer(FixedAnswer(status: 503)))
        #expect(rules.decide(request(.get, "/old/x"))?.action == .redirect(Redirect(path: "/")))
        #expect(rules.decide(request(.get, "/old/keep"))?.action == .forward(service: 2))
        #expect(rules.decide(request(.get, "/old/keep"))?.priority == 1)
    }

    @Test("Without rules the routes have priorities of their own, and what nobody takes is 404")
    func withoutRules() {
        let rules = ListenerRules(services: [Service(name: "api", routes: [Self.path("/api/*")])])
        #expect(rules.decide(request(.get, "/api/x"))?.priority == 1)
        #expect(rules.decide(request(.get, "/")) == nil)
    }

    @Test("ALB weighted target groups: a weight of 0 gets nothing; with one left there is nothing to choose")
    func weights() {
        func action(_ targets: WeightedService...) -> ListenerRules.Action? {
            Self.rules(
                BalancerRule(priority: 1, condition: .init(paths: [.everything]), action: .forward(targets))
            ).decide(request())?.action
        }
        #expect(
            action(.init("web", weight: 95), .init("canary", weight: 5))
                == .split(rule: 0, [(service: 0, weight: 95), (service: 1, weight: 5)]))
        #expect(action(.init("web", weight: 7), .init("canary", weight: 0)) == .forward(service: 0))
    }

    @Test("RFC 9110 §12.5.5: an answer varies by every field that was asked for on the way to it")
    func variesByWhatWasAsked() {
        let forward = BalancerRule.Action.forward([WeightedService("canary")])
        let rules = Self.rules(
            BalancerRule(
                priority: 1, condition: .init(paths: [Self.path("/x")], headers: [.init("a", ["1"])]), action: forward),
            BalancerRule(priority: 2, condition: .init(headers: [.init("b", ["1"])]), action: forward),
            BalancerRule(priority: 3, condition: .init(headers: [.init("c", ["1"])]), action: forward))
        func names(_ target: String, _ lines: [String]) -> [FieldName]? {
            rules.decide(request(.get, target, lines))?.varyingBy
        }
        #expect(names("/x", ["a: 1"]) == [FieldName("a")])
        #expect(names("/x", ["b: 1"]) == [FieldName("a"), FieldName("b")])
        #expect(names("/y", ["b: 1"]) == [FieldName("b")])
        #expect(names("/y", []) == [FieldName("b"), FieldName("c")])
        #expect(ListenerRules(services: Self.services).decide(request())?.varyingBy.isEmpty == true)
    }
}

struct RedirectTests {
    @Test(
        "ALB placeholders",
        arguments: [
            (Redirect(scheme: "HTTPS", port: "443"), "https://shop.example.com:443/a/b?x=1&y=2"),
            (Redirect(host: "new.example.com"), "http://new.example.com:8080/a/b?x=1&y=2"),
            (Redirect(host: "www.#{host}"), "http://www.shop.example.com:8080/a/b?x=1&y=2"),
            (Redirect(path: "/new/#{path}"), "http://shop.example.com:8080/new/a/b?x=1&y=2"),
            (Redirect(path: "/", query: ""), "http://shop.example.com:8080/"),
            (
                Redirect(path: "/#{host}/#{port}/#{path}"),
                "http://shop.example.com:8080/shop.example.com/8080/a/b?x=1&y=2"
            ),
            (Redirect(path: "/s", query: "from=#{path}&#{query}"), "http://shop.example.com:8080/s?from=a/b&x=1&y=2"),
            (Redirect(path: "/s", query: "p=#{protocol}"), "http://shop.example.com:8080/s?p=http"),
        ])
    func placeholders(redirect: Redirect, location: String) {
        var head = request(.get, "/a/b?x=1&y=2")
        head.authority = "shop.example.com:8080"
        #expect(redirect.location(for: head, scheme: "http", port: 80) == location)
        #expect(redirect.head(for: head, scheme: "http", port: 80).fields.string(.location) == location)
    }

    @Test("What a client sends is never read as a placeholder")
    func oncePerText() {
        var head = request(.get, "/#{host}?#{path}")
        head.authority = "a.b"
        #expect(
            Redirect(path: "/x/#{path}").location(for: head, scheme: "https", port: 8443)
                == "https://a.b:8443/x/#{host}?#{path}")
    }

    @Test("An address of version 6 keeps its brackets; OPTIONS * has no path")
    func oddities() {
        var head = request(.options, "*")
        head.authority = "[::1]:99"
        #expect(Redirect(scheme: "HTTPS").location(for: head, scheme: "http", port: 1) == "https://[::1]:99/")
        head.authority = "[::1]"
        #expect(Redirect(scheme: "HTTPS").location(for: head, scheme: "http", port: 1) == "https://[::1]:1/")
    }

    @Test(arguments: [
        (FixedAnswer(status: 503), "text/plain; charset=utf-8"),
        (FixedAnswer(status: 200, contentType: .json, body: "{}"), "application/json"),
    ])
    func fixedAnswers(answer: FixedAnswer, type: String) {
        #expect(answer.head.status == answer.status)
        #expect(answer.head.fields.string(.contentType) == type)
    }
}
