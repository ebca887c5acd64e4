import Stacks
import Testing
import TrafficRules

struct RequestCachingTests {
    @Test(arguments: [
        (Method.post, [], RequestCaching.Bypass.method),
        (.options, [], .method),
        (.get, ["content-length: 3"], .content),
        (.get, ["transfer-encoding: chunked"], .content),
        (.get, ["if-match: \"a\""], .precondition),
        (.get, ["if-unmodified-since: \(date(0))"], .precondition),
        (.get, ["upgrade: websocket"], .upgrade),
        (.get, ["cache-control: no-store"], .noStore),
    ])
    func whatTheCacheCannotAnswerGoesPastIt(method: Method, lines: [String], wanted: RequestCaching.Bypass) {
        #expect(RequestCaching.decide(request(method, "/a", lines), scheme: "https") == .bypass(wanted))
    }

    @Test("HEAD and GET look for the same object; only GET's answer can be kept")
    func headSharesTheKey() throws {
        let get = try lookup(request(.get, "/a?b"))
        let head = try lookup(request(.head, "/a?b", ["content-length: 0"]))
        #expect(get.key == head.key)
        #expect(get.mayStore && !head.mayStore)
        let part = try lookup(request(.get, "/a?b", ["range: bytes=0-1"]))
        #expect(part.key == get.key && part.isPart && !part.mayStore)
    }

    @Test(
        "A rule puts as much of the query into the key as it says",
        arguments: [
            (CacheRule.Selection.all, "/r?b=1&a=2", "/r?b=1&a=2"), (.none, "/r?b=1", "/r"), (.none, "/r", "/r"),
            (.named(["a", "c"]), "/r?b=1&c=3&a=2&a=1", "/r?a=2&a=1&c=3"), (.named(["a"]), "/r?b=1", "/r"),
            (.named(["a"]), "/r?a", "/r?a"), (.named(["a"]), "/r?ab=1&a=", "/r?a="),
            (.named(["a"]), "/other?b=1", "/other?b=1"),
        ])
    func queries(selection: CacheRule.Selection, target: String, wanted: String) {
        let rules = CacheRules([CacheRule(path: RoutePattern(unchecked: "/r"), ttl: .seconds(5), query: selection)])
        let key = rules.key(scheme: "https", authority: "example.com", target: target)
        #expect(key.description == "https://example.com\(wanted)")
    }

    @Test(
        "Cookies and headers of a rule tell variants apart, and nothing else does",
        arguments: [
            (CacheRule.Selection.none, [], ["cookie: a=1"], ["cookie: a=2"], true),
            (.all, [], ["cookie: a=1"], ["cookie: a=2"], false), (.all, [], ["cookie: a=1"], ["cookie: a=1"], true),
            (.named(["a"]), [], ["cookie: a=1; b=1"], ["cookie: b=2; a=1"], true),
            (.named(["a"]), [], ["cookie: a=1"], ["cookie: a=2"], false),
            (.named(["a"]), [], ["cookie: a=1"], ["cookie: ab=1"], false),
            (.named(["a"]), [], ["cookie: a"], [], false),
            (.none, ["accept-language"], ["accept-language: de"], ["accept-language: DE"], true),
            (.none, ["accept-language"], ["accept-language: de"], ["accept-language: en"], false),
            (.none, ["x-a"], ["x-a: 1"], ["x-a: 1", "cookie: a=1"], true), (.none, ["x-a"], [], ["x-a:"], false),
        ])
    func variants(
        cookies: CacheRule.Selection, headers: [String], one: [String], other: [String], areSame: Bool
    ) {
        let rule = CacheRule(path: .everything, ttl: .seconds(5), cookies: cookies, headers: headers)
        let selection = VariantSelection(rule)
        let keys = [one, other].map { VariantKey(names: [], selection: selection, request: fields($0)) }
        #expect((keys[0] == keys[1]) == areSame)
    }

    @Test(arguments: [("/a*", true), ("/a?b", true), ("/b*", false), ("*", true), ("/a", false), ("/A*", false)])
    func anInvalidationMatchesPathAndQuery(pattern: String, isMeant: Bool) {
        let key = CacheKey(scheme: "https", authority: "example.com:8443", target: "/a?b")
        #expect(key.matches(WildcardPattern(RoutePattern(unchecked: pattern))) == isMeant)
    }

    @Test("RFC 9111 §5.4: Pragma counts only without Cache-Control")
    func pragma() throws {
        #expect(try lookup(request(.get, "/a", ["pragma: no-cache"])).directives.has(.noCache))
        let both = try lookup(request(.get, "/a", ["pragma: no-cache", "cache-control: max-age=1"]))
        #expect(!both.directives.has(.noCache))
    }

    private func lookup(_ request: RequestHead) throws -> CacheLookup {
        guard case .lookup(let lookup) = RequestCaching.decide(request, scheme: "https") else {
            throw Unexpected()
        }
        return lookup
    }

    private struct Unexpected: Error {}

    @Test(
        "Keys are equal when the target URIs are",
        arguments: [
            ("https", "Example.COM", "/a", "https://example.com/a"),
            ("https", "example.com:443", "/a", "https://example.com/a"),
            ("http", "example.com:80", "/a?q=1", "http://example.com/a?q=1"),
            ("http", "example.com:443", "/a", "http://example.com:443/a"),
            ("https", "example.com:8443", "/A", "https://example.com:8443/A"),
        ])
    func keys(scheme: String, authority: String, target: String, wanted: String) {
        #expect(CacheKey(scheme: scheme, authority: authority, target: target).description == wanted)
    }

    @Test(
        "An invalidation with a query means what the rule's key has of it, too",
        arguments: [
            ("/none/a?x=1", ["/none/a?x=1", "/none/a"]),
            ("/named/a?x=1&page=2", ["/named/a?x=1&page=2", "/named/a?page=2"]),
            ("/other?x=1", ["/other?x=1"]), ("/none/*", ["/none/*"]),
        ])
    func invalidationPatterns(pattern: String, wanted: [String]) {
        let rules = CacheRules([
            CacheRule(path: RoutePattern(unchecked: "/none/*"), ttl: .seconds(5), query: .none),
            CacheRule(path: RoutePattern(unchecked: "/named/*"), ttl: .seconds(5), query: .named(["page"])),
        ])
        let patterns = rules.patterns(RoutePattern(unchecked: pattern))
        #expect(patterns == wanted.map { WildcardPattern(RoutePattern(unchecked: $0)) })
    }

    @Test("The first rule of the manifest that matches the path counts")
    func rules() {
        let rules = CacheRules([
            CacheRule(path: RoutePattern(unchecked: "/static/*.css"), ttl: .seconds(5)),
            CacheRule(path: RoutePattern(unchecked: "/static/*"), ttl: .seconds(9)),
        ])
        #expect(rules.rule(for: "/static/a.css")?.ttl == .seconds(5))
        #expect(rules.rule(for: "/static/a.js")?.ttl == .seconds(9))
        #expect(rules.rule(for: "/") == nil)
    }
}
