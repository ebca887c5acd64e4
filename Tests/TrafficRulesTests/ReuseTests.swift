import Testing
import TrafficRules

struct ReuseTests {
    /// What is kept, what the request says, how long after receipt, what follows.
    static let cases: [(kept: [String], request: String, after: Int, wanted: Reuse)] = [
        (["cache-control: max-age=60"], "", 0, .fresh(age: .zero)),
        (["cache-control: max-age=60"], "", 59, .fresh(age: .seconds(59))),
        (["cache-control: max-age=60"], "", 60, .miss),
        (["cache-control: max-age=60", "etag: \"a\""], "", 60, .validate),
        (["cache-control: max-age=60", "last-modified: \(date(-9))"], "", 60, .validate),
        (["cache-control: max-age=60", "age: 50"], "", 9, .fresh(age: .seconds(59))),
        (["cache-control: max-age=60", "age: 50"], "", 10, .miss),
        // §5.2.1.1 max-age of the request
        (["cache-control: max-age=60", "etag: \"a\""], "max-age=10", 10, .fresh(age: .seconds(10))),
        (["cache-control: max-age=60", "etag: \"a\""], "max-age=10", 11, .validate),
        (["cache-control: max-age=60", "etag: \"a\""], "max-age=0", 0, .fresh(age: .zero)),
        (["cache-control: max-age=60", "etag: \"a\""], "max-age=0", 1, .validate),
        // §5.2.1.2 max-stale
        (["cache-control: max-age=60"], "max-stale", 600, .fresh(age: .seconds(600))),
        (["cache-control: max-age=60"], "max-stale=5", 65, .fresh(age: .seconds(65))),
        (["cache-control: max-age=60"], "max-stale=5", 66, .miss),
        (["cache-control: max-age=60, must-revalidate"], "max-stale", 61, .miss),
        (["cache-control: max-age=60, proxy-revalidate"], "max-stale", 61, .miss),
        (["cache-control: s-maxage=60"], "max-stale", 61, .miss),
        // §5.2.1.3 min-fresh
        (["cache-control: max-age=60"], "min-fresh=10", 50, .fresh(age: .seconds(50))),
        (["cache-control: max-age=60"], "min-fresh=10", 51, .miss),
        (["cache-control: max-age=60"], "min-fresh=x", 0, .miss),
        (["cache-control: max-age=60"], "min-fresh=0", 60, .miss),
        // §5.2.1.4 and §5.2.2.4 no-cache
        (["cache-control: max-age=60", "etag: \"a\""], "no-cache", 1, .validate),
        (["cache-control: max-age=60"], "no-cache", 1, .miss),
        (["cache-control: max-age=60, no-cache", "etag: \"a\""], "", 1, .validate),
        // RFC 5861 §3 stale-while-revalidate; RFC 9111 §4.2.4 says what overrules it
        (["cache-control: max-age=60, stale-while-revalidate=30"], "", 59, .fresh(age: .seconds(59))),
        (["cache-control: max-age=60, stale-while-revalidate=30"], "", 60, .staleMeanwhile(age: .seconds(60))),
        (["cache-control: max-age=60, stale-while-revalidate=30"], "", 89, .staleMeanwhile(age: .seconds(89))),
        (["cache-control: max-age=60, stale-while-revalidate=30"], "", 90, .miss),
        (["cache-control: max-age=60, stale-while-revalidate=30", "etag: \"a\""], "no-cache", 70, .validate),
        (["cache-control: max-age=60, stale-while-revalidate=30"], "max-age=65", 70, .miss),
        (["cache-control: max-age=60, stale-while-revalidate=30"], "min-fresh=1", 70, .miss),
        (["cache-control: max-age=60, stale-while-revalidate=30, must-revalidate"], "", 70, .miss),
        (["cache-control: max-age=60, stale-while-revalidate=30, proxy-revalidate"], "", 70, .miss),
        (["cache-control: s-maxage=60, stale-while-revalidate=30"], "", 70, .miss),
        (["cache-control: max-age=60, stale-while-revalidate=30"], "only-if-cached", 70, .fresh(age: .seconds(70))),
        // §5.2.1.7 only-if-cached
        (["cache-control: max-age=60"], "only-if-cached", 1, .fresh(age: .seconds(1))),
        (["cache-control: max-age=60", "etag: \"a\""], "only-if-cached", 60, .unsatisfiable),
    ]

    @Test("RFC 9111 §4 and §5.2.1", arguments: cases.indices)
    func keptAnswersAreUsedByTheRules(row: Int) throws {
        let (kept, asked, after, wanted) = Self.cases[row]
        let stored = try #require(keep(kept))
        let directives = CacheControl(fields(asked.isEmpty ? [] : ["cache-control: \(asked)"]))
        #expect(Reuse.decide(stored, for: directives, at: .seconds(100 + after)) == wanted, "\(kept) \(asked) \(after)")
    }

    @Test(
        "RFC 5861 §4: an error of the origin is answered with what is kept, where that is allowed",
        arguments: [
            ("max-age=60, stale-if-error=30", "", 70, 503, true), ("max-age=60, stale-if-error=30", "", 89, 500, true),
            ("max-age=60, stale-if-error=30", "", 90, 503, false),
            ("max-age=60, stale-if-error=30", "", 70, 404, false),
            ("max-age=60, stale-if-error=30", "", 70, 501, false), ("max-age=60", "", 70, 503, false),
            ("max-age=60", "stale-if-error=30", 70, 502, true),
            ("max-age=60, stale-if-error=5", "stale-if-error=30", 70, 504, true),
            ("max-age=60, stale-if-error=30, must-revalidate", "", 70, 503, false),
            ("s-maxage=60, stale-if-error=30", "", 70, 503, false),
            ("max-age=60, stale-if-error=30", "no-cache", 70, 503, false),
        ])
    func standsInForAnError(kept: String, asked: String, after: Int, status: Int, wanted: Bool) throws {
        let stored = try #require(keep(["cache-control: \(kept)", "etag: \"a\""]))
        let directives = CacheControl(fields(asked.isEmpty ? [] : ["cache-control: \(asked)"]))
        #expect(stored.mayStandIn(for: status, directives, at: .seconds(100 + after)) == wanted)
    }

    @Test("RFC 9111 §5.2.2.4: what no-cache or private names is not kept")
    func withheldFields() throws {
        let stored = try #require(
            keep(["cache-control: max-age=60, no-cache=\"set-cookie, x-a\"", "set-cookie: a=b", "x-a: 1", "x-b: 2"]))
        #expect(!stored.head.fields.contains(.setCookie) && !stored.head.fields.contains(FieldName("x-a")))
        #expect(stored.head.fields.contains(FieldName("x-b")))
    }

    @Test("RFC 9111 §5.2.1.7: nothing kept")
    func nothingKept() {
        #expect(Reuse.decide(nil, for: CacheControl(), at: .zero) == .miss)
        #expect(
            Reuse.decide(nil, for: CacheControl(fields(["cache-control: only-if-cached"])), at: .zero) == .unsatisfiable
        )
    }

    @Test("A clock that runs backwards makes nothing younger than on arrival")
    func clockBackwards() throws {
        let stored = try #require(keep(["cache-control: max-age=60", "age: 7"]))
        #expect(stored.age(at: .seconds(1)) == .seconds(7))
    }

    @Test("RFC 9111 §3.1: what concerns one connection is not kept; Date is added where it lacks")
    func keptFields() throws {
        let stored = try #require(
            keep([
                "cache-control: max-age=60", "connection: x-hop", "x-hop: 1", "transfer-encoding: chunked", "age: 3",
                "x-kept: 2",
            ]))
        #expect(
            stored.head.fields == fields(["cache-control: max-age=60", "x-kept: 2", "date: \(date(0))"]))
    }
}
