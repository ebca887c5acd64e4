import Testing
import TrafficRules

struct ValidationTests {
    private static let kept = ["cache-control: max-age=60", "etag: \"a\"", "last-modified: \(date(-100))"]

    @Test("RFC 9111 §4.3.1: the stored validators replace the client's conditions")
    func conditionsForTheOrigin() throws {
        let stored = try #require(keep(Self.kept))
        var sent = fields(["if-none-match: \"z\"", "if-modified-since: \(date(0))", "accept: x"])
        stored.addConditions(to: &sent)
        #expect(sent == fields(["accept: x", "if-none-match: \"a\"", "if-modified-since: \(date(-100))"]))
    }

    @Test(
        "RFC 9110 §13.1.2 and §13.1.3: the client's condition is answered from the cache",
        arguments: [
            (["if-none-match: \"a\""], true),
            (["if-none-match: W/\"a\""], true),
            (["if-none-match: \"b\", W/\"a\""], true),
            (["if-none-match: \"b\"", "if-none-match: \"a\""], true),
            (["if-none-match: *"], true),
            (["if-none-match: \"b\""], false),
            (["if-none-match: \"a,b\", \"c\""], false),
            (["if-none-match: \"b\"", "if-modified-since: \(date(0))"], false),
            (["if-modified-since: \(date(-100))"], true),
            (["if-modified-since: \(date(0))"], true),
            (["if-modified-since: \(date(-101))"], false),
            (["if-modified-since: soon"], false),
            ([], false),
        ])
    func clientConditions(lines: [String], unchanged: Bool) throws {
        let stored = try #require(keep(Self.kept))
        #expect(stored.isUnchanged(for: fields(lines), now: noon) == unchanged)
    }

    @Test("RFC 9110 §15.4.5: a 304 repeats what a 200 would have said about the representation")
    func notModifiedHead() throws {
        let stored = try #require(keep(Self.kept + ["content-type: text/css", "vary: accept", "date: \(date(0))"]))
        #expect(stored.notModified.status == 304)
        #expect(stored.notModified.fields == fields(Self.kept + ["vary: accept", "date: \(date(0))"]))
    }

    @Test(
        "RFC 9111 §4.3.4: a 304 freshens only the answer that it is about",
        arguments: [
            (["etag: \"a\""], ["etag: \"a\""], true),
            (["etag: \"a\""], ["etag: \"b\""], false),
            (["etag: \"a\""], ["etag: W/\"a\""], true),
            (["etag: W/\"a\""], ["etag: \"a\""], false),
            (["etag: W/\"a\""], ["etag: W/\"a\""], true),
            (["etag: \"a\""], [], true),
            (["last-modified: \(date(-9))"], ["last-modified: \(date(-9))"], true),
            (["last-modified: \(date(-9))"], ["last-modified: \(date(-5))"], false),
            (["last-modified: \(date(-9))"], ["etag: \"a\""], false),
            (["etag: \"a\""], ["cache-control: no-store"], false),
        ])
    func selection(kept: [String], told: [String], freshened: Bool) throws {
        let stored = try #require(keep(["cache-control: max-age=60"] + kept))
        let refreshed = stored.refreshed(by: response(304, told), to: request(), rule: nil, times: times())
        #expect((refreshed != nil) == freshened)
    }

    @Test("RFC 9111 §4.3.4: a 304 to HEAD freshens the kept answer to GET")
    func notModifiedToHead() throws {
        let stored = try #require(keep(Self.kept))
        let told = response(304, ["etag: \"a\"", "x-new: 1"])
        let refreshed = try #require(stored.refreshed(by: told, to: request(.head), rule: nil, times: times()))
        #expect(refreshed.head.fields.string(FieldName("x-new")) == "1")
    }

    @Test("RFC 9111 §3.2: the 304's fields replace the stored ones, except those bound to the stored bytes")
    func updatedFields() throws {
        let stored = try #require(
            keep([
                "cache-control: max-age=60", "etag: \"a\"", "x-old: 1", "x-both: 1", "x-both: 2", "content-length: 5",
                "date: \(date(-500))", "age: 55",
            ]))
        let later = ExchangeTimes(requested: .seconds(700), received: .seconds(701), receivedAt: noon)
        let refreshed = try #require(
            stored.refreshed(
                by: response(
                    304,
                    [
                        "cache-control: max-age=90", "x-both: 3", "content-length: 0", "content-encoding: gzip",
                        "connection: x-hop", "x-hop: 1", "date: \(date(0))",
                    ]), to: request(), rule: nil, times: later))
        #expect(
            refreshed.head.fields
                == fields([
                    "etag: \"a\"", "x-old: 1", "content-length: 5", "cache-control: max-age=90", "x-both: 3",
                    "date: \(date(0))",
                ]))
        #expect(refreshed.age(at: .seconds(701)) == .seconds(1))
        #expect(Reuse.decide(refreshed, for: CacheControl(), at: .seconds(789)) == .fresh(age: .seconds(89)))
    }

    @Test("A Date as old as the first answer does not make the refreshed one stale")
    func oldDateIsNotCarriedOver() throws {
        let stored = try #require(keep(["cache-control: max-age=60", "etag: \"a\"", "date: \(date(-500))"]))
        let refreshed = try #require(
            stored.refreshed(by: response(304), to: request(), rule: nil, times: times()))
        #expect(Reuse.decide(refreshed, for: CacheControl(), at: .seconds(101)) == .fresh(age: .seconds(1)))
    }

    @Test(
        "RFC 9111 §4.3.5: an answer to HEAD freshens what is kept, or tells that it is outdated",
        arguments: [
            (200, ["etag: \"a\"", "content-length: 5", "cache-control: max-age=90", "x-new: 1"], "refreshed"),
            (200, ["cache-control: max-age=90"], "refreshed"), (200, ["etag: \"b\""], "outdated"),
            (200, ["etag: W/\"a\""], "outdated"), (200, ["content-length: 6"], "outdated"),
            (200, ["last-modified: \(date(-5))"], "outdated"), (200, ["cache-control: no-store"], "outdated"),
            (404, ["etag: \"b\""], "unrelated"), (304, [], "unrelated"),
        ])
    func heads(status: Int, lines: [String], wanted: String) throws {
        let stored = try #require(keep(Self.kept + ["content-length: 5"]))
        let outcome = stored.told(
            byHead: response(status, lines), to: request(.head), rule: nil, times: times())
        switch outcome {
        case .refreshed(let response):
            #expect(wanted == "refreshed")
            #expect(response.head.fields.string(.contentLength) == "5")
            #expect(response.head.fields.string(.cacheControl) == "max-age=90")
        case .outdated: #expect(wanted == "outdated")
        case .unrelated: #expect(wanted == "unrelated")
        }
    }

    @Test(
        "RFC 9111 §4.4: an unsafe request that succeeded invalidates its target and what it names on the same host",
        arguments: [
            (Method.post, 200, [], ["https://example.com/a"]),
            (.put, 204, [], ["https://example.com/a"]),
            (.other("PURGE"), 302, [], ["https://example.com/a"]),
            (.post, 500, [], []), (.post, 404, [], []), (.get, 200, [], []), (.head, 200, [], []),
            (.post, 201, ["location: /b?x#y"], ["https://example.com/a", "https://example.com/b?x"]),
            (.post, 201, ["location: https://example.com/b"], ["https://example.com/a", "https://example.com/b"]),
            (.post, 201, ["content-location: /c"], ["https://example.com/a", "https://example.com/c"]),
            (.post, 201, ["location: https://example.com.evil/b"], ["https://example.com/a"]),
            (.post, 201, ["location: //evil/b"], ["https://example.com/a"]),
            (.post, 201, ["location: https://other.example/b"], ["https://example.com/a"]),
            (.post, 201, ["location: b?x"], ["https://example.com/a", "https://example.com/b?x"]),
            (.post, 201, ["location: ./c/../b/."], ["https://example.com/a", "https://example.com/b/"]),
            (.post, 201, ["location: ../../b"], ["https://example.com/a", "https://example.com/b"]),
            (.post, 201, ["location: ?x"], ["https://example.com/a", "https://example.com/a?x"]),
            (.post, 201, ["location: #x"], ["https://example.com/a", "https://example.com/a"]),
            (.post, 201, ["location: //Example.com:443/b"], ["https://example.com/a", "https://example.com/b"]),
            (.post, 201, ["location: HTTPS://EXAMPLE.com?b"], ["https://example.com/a", "https://example.com/?b"]),
            (.post, 201, ["location: http://example.com/b"], ["https://example.com/a"]),
            (.post, 201, ["location: https:b"], ["https://example.com/a"]),
            (.post, 201, ["location: b:c"], ["https://example.com/a"]),
            (.post, 201, ["location: b/c:d"], ["https://example.com/a", "https://example.com/b/c:d"]),
        ])
    func invalidation(method: Method, status: Int, lines: [String], wanted: [String]) {
        let keys = Invalidation.keys(request(method), response(status, lines), scheme: "https")
        #expect(keys.map(\.description) == wanted)
    }
}
