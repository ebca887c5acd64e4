import Stacks
import Testing
import TrafficRules

struct RequestCachingTests {
    @Test(arguments: [
        (Method.post, [], RequestCaching.Bypass.method),
        (.options, [], .method),
        (.get, ["range: bytes=0-1"], .range),
        (.get, ["if-range: \"a\""], .range),
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

    @Test("The first rule of the manifest that matches the path counts")
    func rules() {
        let rules = CacheRules([
            CacheRule(path: RoutePattern(unchecked: "/static/*.css"), ttl: .seconds(5)),
            CacheRule(path: RoutePattern(unchecked: "/static/*"), ttl: .seconds(9)),
        ])
        #expect(rules.lifetime(for: "/static/a.css") == .seconds(5))
        #expect(rules.lifetime(for: "/static/a.js") == .seconds(9))
        #expect(rules.lifetime(for: "/") == nil)
    }
}
