import Stacks
import TestKit
import Testing
import TrafficRules

struct RouteTableTests {
    private static let table = RouteTable(services: [
        Service(name: "web", routes: [RoutePattern(unchecked: "/*")]),
        Service(name: "api", routes: [RoutePattern(unchecked: "/api/*"), RoutePattern(unchecked: "/api")]),
        Service(name: "images", routes: [RoutePattern(unchecked: "/api/images/*.png")]),
        Service(name: "worker", routes: []),
        Service(name: "status", routes: [RoutePattern(unchecked: "/api/status")]),
        Service(name: "late", routes: [RoutePattern(unchecked: "/api/?")]),
    ])

    @Test(
        "Exact before wildcard, longer literal beginning before shorter, then the manifest's order",
        arguments: [
            ("/", 0), ("/about", 0), ("/api", 1), ("/api/", 1), ("/api/users", 1), ("/api/x", 1),
            ("/api/images/a/b.png", 2), ("/api/images/a.jpg", 1), ("/api/status", 4), ("/api/status/", 1),
            ("/API/status", 0), ("/%61pi", 0),
        ])
    func theMostExactRuleCounts(path: String, service: Int) {
        #expect(Self.table.match(path[...])?.service == service)
    }

    @Test func noRuleMatches() {
        let table = RouteTable(services: [Service(name: "api", routes: [RoutePattern(unchecked: "/api/*")])])
        #expect(table.match("/") == nil)
        #expect(table.match("/api") == nil)
        #expect(RouteTable(services: []).match("/") == nil)
    }

    @Test("Priorities count from 1 in the order in which rules are looked at")
    func priorities() {
        #expect(Self.table.match("/api/status")?.priority == 1)
        #expect(Self.table.match("/about")?.priority == 6)
    }

    @Test("The path of a request ends at its query")
    func queryIsNotMatched() {
        let head = request(.get, "/?/api/x")
        #expect(Self.table.match(head.path)?.service == 0)
    }
}

struct RoutePatternTests {
    @Test(arguments: [
        ("/*", "/", true), ("/*", "", false), ("*", "", true), ("/a", "/a", true), ("/a", "/ab", false),
        ("/a?c", "/abc", true), ("/a?c", "/ac", false), ("/*/b", "/a/b", true), ("/*/b", "/a/b/c/b", true),
        ("/*/b", "/b", false), ("*.js", "/x.js.map", false), ("/a**b", "/ab", true), ("", "", true), ("", "/", false),
        ("/*a*b*c", "/1a2b3c", true), ("/*a*b*c", "/1c2b3a", false), ("/?*", "/", false), ("/é", "/é", true),
        ("/static/*", "/static/a.css", true), ("/static/*", "/static", false), ("/A", "/a", false),
        ("/*.png", "/a/b.png", true), ("/*.png", "/a.png.txt", false), ("/*/edit", "/posts/5/edit", true),
    ])
    func patternsMatch(pattern: String, path: String, wanted: Bool) {
        #expect(WildcardPattern(RoutePattern(unchecked: pattern)).matches(path[...]) == wanted)
    }

    @Test("The iterative match agrees with the definition, seeded")
    func agreesWithTheDefinition() {
        var random = SeededGenerator(seed: 128)
        func word(_ alphabet: String, _ longest: Int) -> [Character] {
            (0..<Int.random(in: 0...longest, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) }
        }
        for _ in 0..<20_000 {
            let (pattern, path) = (word("ab*?", 7), word("ab", 8))
            let found = WildcardPattern(RoutePattern(unchecked: String(pattern))).matches(String(path)[...])
            #expect(found == Self.defined(pattern[...], path[...]), "\(String(pattern)) on \(String(path))")
        }
    }

    private static func defined(_ pattern: ArraySlice<Character>, _ path: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        let rest = pattern.dropFirst()
        if first == "*" { return (0...path.count).contains { defined(rest, path.dropFirst($0)) } }
        guard let byte = path.first else { return false }
        return (first == "?" || first == byte) && defined(rest, path.dropFirst())
    }

    @Test("Many stars do not take exponential time")
    func manyStars() {
        let pattern = String(repeating: "*a", count: 60) + "b"
        #expect(!WildcardPattern(RoutePattern(unchecked: pattern)).matches(String(repeating: "a", count: 8000)[...]))
    }
}
