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
