import Stacks
import Testing
import TrafficRules

/// One row: the request's and the answer's fields, and what becomes of the answer.
struct StorageCase: Sendable, CustomTestStringConvertible {
    let name: String
    var method = Method.get
    var request: [String] = []
    var status = 200
    var response: [String] = []
    /// The manifest's time, or a whole rule.
    var rule: Duration?
    var bounds: (minimum: Duration, maximum: Duration)?

    var cacheRule: CacheRule? {
        rule.map {
            CacheRule(
                path: .everything, ttl: $0, minimum: bounds?.minimum ?? .zero,
                maximum: bounds?.maximum ?? CacheRule.longest)
        }
    }
    let wanted: Wanted

    enum Wanted: Sendable, Equatable {
        case no(StorageDecision.Reason)
        case store(Duration, Freshness.Source)
    }

    var testDescription: String { name }
}

struct StorageDecisionTests {
    static let cases: [StorageCase] = [
        StorageCase(name: "§3 max-age", response: ["cache-control: max-age=60"], wanted: .store(.seconds(60), .maxAge)),
        StorageCase(name: "§3 POST", method: .post, response: ["cache-control: max-age=60"], wanted: .no(.method)),
        StorageCase(name: "§3 HEAD", method: .head, response: ["cache-control: max-age=60"], wanted: .no(.method)),
        StorageCase(name: "§3 nothing said", wanted: .no(.noLifetime)),
        StorageCase(name: "§3 206", status: 206, response: ["cache-control: max-age=60"], wanted: .no(.status)),
        StorageCase(name: "§3 304", status: 304, response: ["cache-control: max-age=60"], wanted: .no(.status)),
        StorageCase(name: "§3 103", status: 103, response: ["cache-control: max-age=60"], wanted: .no(.status)),
        StorageCase(name: "§3 302 without lifetime", status: 302, wanted: .no(.status)),
        StorageCase(
            name: "§3 302 with lifetime", status: 302, response: ["cache-control: max-age=60"],
            wanted: .store(.seconds(60), .maxAge)),
        StorageCase(
            name: "§3 500 with lifetime", status: 500, response: ["cache-control: max-age=6"],
            wanted: .store(.seconds(6), .maxAge)),
        StorageCase(
            name: "§3.5 Authorization", request: ["authorization: Basic x"], response: ["cache-control: max-age=60"],
            wanted: .no(.authorization)),
        StorageCase(
            name: "§3.5 Authorization, public", request: ["authorization: Basic x"],
            response: ["cache-control: public, max-age=60"], wanted: .store(.seconds(60), .maxAge)),
        StorageCase(
            name: "§3.5 Authorization, s-maxage", request: ["authorization: Basic x"],
            response: ["cache-control: s-maxage=60"], wanted: .store(.seconds(60), .sharedMaxAge)),
        StorageCase(
            name: "§3.5 Authorization, must-revalidate", request: ["authorization: Basic x"],
            response: ["cache-control: max-age=60, must-revalidate"], wanted: .store(.seconds(60), .maxAge)),
        StorageCase(
            name: "§4.1 Vary: *", response: ["cache-control: max-age=60", "vary: accept, *"], wanted: .no(.varyAny)),
        StorageCase(
            name: "§4.2.1 s-maxage before max-age", response: ["cache-control: max-age=60, s-maxage=5"],
            wanted: .store(.seconds(5), .sharedMaxAge)),
        StorageCase(
            name: "§4.2.1 max-age before Expires",
            response: ["cache-control: max-age=60", "expires: \(date(5))", "date: \(date(0))"],
            wanted: .store(.seconds(60), .maxAge)),
        StorageCase(
            name: "§4.2.1 Expires counts from Date", response: ["expires: \(date(50))", "date: \(date(-10))"],
            wanted: .store(.seconds(60), .expires)),
        StorageCase(name: "§5.3 Expires: 0", response: ["expires: 0"], wanted: .no(.staleWithoutValidator)),
        StorageCase(
            name: "§5.3 the earliest of two Expires", response: ["expires: \(date(60))", "expires: 0"],
            wanted: .no(.staleWithoutValidator)),
        StorageCase(
            name: "§4.2.2 a tenth since Last-Modified", response: ["last-modified: \(date(-1000))"],
            wanted: .store(.seconds(100), .heuristic)),
        StorageCase(
            name: "§4.2.2 the heuristic has a limit", response: ["last-modified: \(date(-90_000_000))"],
            wanted: .store(.seconds(86_400), .heuristic)),
        StorageCase(
            name: "§4.2.2 no heuristic for 302", status: 302, response: ["last-modified: \(date(-1000))"],
            wanted: .no(.status)),
        StorageCase(
            name: "§4.2.3 too old on arrival", response: ["cache-control: max-age=60", "age: 60"],
            wanted: .no(.staleWithoutValidator)),
        StorageCase(
            name: "§4.2.3 too old on arrival, with validator",
            response: ["cache-control: max-age=60", "age: 60", "etag: \"a\""],
            wanted: .store(.seconds(60), .maxAge)),
        StorageCase(
            name: "§5.2.1.5 request no-store", request: ["cache-control: no-store"],
            response: ["cache-control: max-age=60"], wanted: .no(.noStore)),
        StorageCase(
            name: "§5.2.2.3 must-understand", response: ["cache-control: no-store, must-understand, max-age=60"],
            wanted: .store(.seconds(60), .maxAge)),
        StorageCase(
            name: "§5.2.2.3 must-understand, unknown status", status: 599,
            response: ["cache-control: no-store, must-understand, max-age=60"], wanted: .no(.status)),
        StorageCase(
            name: "§3 must-understand, unknown status, without no-store", status: 299,
            response: ["cache-control: must-understand, max-age=60"], wanted: .no(.status)),
        StorageCase(
            name: "§3 must-understand, 307", status: 307, response: ["cache-control: must-understand, max-age=60"],
            wanted: .store(.seconds(60), .maxAge)),
        StorageCase(
            name: "§5.2 blanks around =", response: ["cache-control: max-age = 60"],
            wanted: .no(.staleWithoutValidator)),
        StorageCase(
            name: "§5.2 a blank behind =", response: ["cache-control: max-age= 60"],
            wanted: .no(.staleWithoutValidator)),
        StorageCase(
            name: "§5.2 blanks around = of private", response: ["cache-control: private = \"x\", max-age=60"],
            wanted: .no(.isPrivate)),
        StorageCase(
            name: "§5.2.2.4 no-cache with validator", response: ["cache-control: no-cache", "etag: \"a\""],
            wanted: .store(.zero, .none)),
        StorageCase(
            name: "§5.2.2.4 no-cache without validator", response: ["cache-control: no-cache, max-age=60"],
            wanted: .no(.staleWithoutValidator)),
        StorageCase(
            name: "§5.2.2.4 no-cache of a field",
            response: ["cache-control: max-age=60, no-cache=\"set-cookie\"", "set-cookie: a"],
            wanted: .store(.seconds(60), .maxAge)),
        StorageCase(
            name: "§5.2.2.7 private of a field",
            response: ["cache-control: max-age=60, private=\"x-user\"", "x-user: a"],
            wanted: .store(.seconds(60), .maxAge)),
        StorageCase(
            name: "§5.2.2.7 private of nothing", response: ["cache-control: max-age=60, private=\"\""],
            wanted: .no(.isPrivate)),
        StorageCase(
            name: "RFC 9213 CDN-Cache-Control counts alone",
            response: ["cache-control: no-store", "cdn-cache-control: max-age=60", "expires: 0"],
            wanted: .store(.seconds(60), .maxAge)),
        StorageCase(
            name: "RFC 9213 CDN-Cache-Control forbids",
            response: ["cache-control: max-age=60", "cdn-cache-control: no-store"],
            wanted: .no(.noStore)),
        StorageCase(
            name: "RFC 9213 a malformed field is absent",
            response: ["cache-control: max-age=60", "cdn-cache-control: max-age=, x"],
            wanted: .store(.seconds(60), .maxAge)),
        StorageCase(
            name: "RFC 9213 a value of another type is ignored",
            response: ["cache-control: max-age=60", "cdn-cache-control: max-age=\"5\", s-maxage=7.5, public"],
            wanted: .no(.noLifetime)),
        StorageCase(
            name: "CloudFront: the maximum caps max-age", response: ["cache-control: max-age=600"], rule: .seconds(5),
            bounds: (.zero, .seconds(60)), wanted: .store(.seconds(60), .maxAge)),
        StorageCase(
            name: "CloudFront: the minimum raises max-age", response: ["cache-control: max-age=1"], rule: .seconds(50),
            bounds: (.seconds(30), .seconds(60)), wanted: .store(.seconds(30), .maxAge)),
        StorageCase(
            name: "CloudFront: the minimum raises an Expires in the past", response: ["expires: 0"], rule: .seconds(50),
            bounds: (.seconds(30), .seconds(60)), wanted: .store(.seconds(30), .expires)),
        StorageCase(
            name: "CloudFront: a minimum above zero keeps no-store", response: ["cache-control: no-store"],
            rule: .seconds(50),
            bounds: (.seconds(30), .seconds(60)), wanted: .store(.seconds(30), .rule)),
        StorageCase(
            name: "CloudFront: what says private is kept for the minimum, whatever else it says",
            response: ["cache-control: private, max-age=55"], rule: .seconds(50),
            bounds: (.seconds(30), .seconds(60)), wanted: .store(.seconds(30), .rule)),
        StorageCase(
            name: "CloudFront: likewise no-cache", response: ["cache-control: no-cache"], rule: .seconds(50),
            bounds: (.seconds(30), .seconds(60)), wanted: .store(.seconds(30), .rule)),
        StorageCase(
            name: "a minimum does not keep the way to a login against its word", status: 302,
            response: ["cache-control: no-store", "location: /login"], rule: .seconds(50),
            bounds: (.seconds(30), .seconds(60)), wanted: .no(.status)),
        StorageCase(
            name: "nor a refusal", status: 401, response: ["cache-control: private"], rule: .seconds(50),
            bounds: (.seconds(30), .seconds(60)), wanted: .no(.status)),
        StorageCase(
            name: "nor an outage", status: 503, response: ["cache-control: no-store, max-age=60"], rule: .seconds(50),
            bounds: (.seconds(30), .seconds(60)), wanted: .no(.status)),
        StorageCase(
            name: "a minimum keeps a 404 that says no-store", status: 404, response: ["cache-control: no-store"],
            rule: .seconds(50), bounds: (.seconds(30), .seconds(60)), wanted: .store(.seconds(30), .rule)),
        StorageCase(
            name: "a minimum keeps nothing that sets a cookie", response: ["set-cookie: a"], rule: .seconds(50),
            bounds: (.seconds(30), .seconds(60)), wanted: .no(.setsCookie)),
        StorageCase(
            name: "§5.2.2.5 no-store", response: ["cache-control: no-store, max-age=60"], wanted: .no(.noStore)),
        StorageCase(
            name: "§5.2.2.7 private", response: ["cache-control: private, max-age=60"], wanted: .no(.isPrivate)),
        StorageCase(
            name: "Set-Cookie", response: ["cache-control: public, max-age=60", "set-cookie: a=b"],
            wanted: .no(.setsCookie)),
        StorageCase(name: "the manifest's rule", rule: .seconds(90), wanted: .store(.seconds(90), .rule)),
        StorageCase(
            name: "the origin beats the rule", response: ["cache-control: max-age=0", "etag: \"a\""],
            rule: .seconds(90), wanted: .store(.zero, .maxAge)),
        StorageCase(
            name: "the rule beats the heuristic", response: ["last-modified: \(date(-1000))"], rule: .seconds(90),
            wanted: .store(.seconds(90), .rule)),
        StorageCase(
            name: "an error by rule is kept shortly", status: 404, rule: .seconds(86_400),
            wanted: .store(.seconds(10), .rule)),
        StorageCase(name: "a rule keeps no 500", status: 500, rule: .seconds(90), wanted: .no(.status)),
        StorageCase(
            name: "a rule does not share what Authorization got", request: ["authorization: Basic x"],
            rule: .seconds(90), wanted: .no(.authorization)),
    ]

    @Test("RFC 9111 §3 and §4.2", arguments: cases)
    func answersAreKeptByTheRules(row: StorageCase) {
        let decision = StorageDecision.decide(
            response(row.status, row.response), to: request(row.method, "/a", row.request), rule: row.cacheRule,
            times: times())
        switch (decision, row.wanted) {
        case (.no(let reason), .no(let wanted)): #expect(reason == wanted)
        case (.store(let plan), .store(let lifetime, let source)):
            #expect(plan.freshness.lifetime == lifetime && plan.freshness.source == source)
        default: Issue.record("\(decision), wanted \(row.wanted)")
        }
    }

    @Test(
        "RFC 9111 §4.2.3: the age on arrival",
        arguments: [
            ([], Duration.zero, Duration.zero),
            (["age: 7"], .seconds(2), .seconds(9)),
            (["age: 7, 100"], .zero, .seconds(7)),
            (["age: x"], .seconds(2), .seconds(2)),
            (["age: -5"], .zero, .zero),
            (["age: 99999999999999999999"], .zero, .seconds(1 << 31)),
            (["date: \(date(-30))"], .seconds(2), .seconds(30)),
            (["date: \(date(-30))", "age: 40"], .seconds(2), .seconds(42)),
            (["date: \(date(30))"], .seconds(1), .seconds(1)),
            (["date: yesterday"], .zero, .zero),
        ])
    func ageOnArrival(lines: [String], delay: Duration, wanted: Duration) {
        #expect(times(delay: delay).initialAge(of: fields(lines)) == wanted)
    }
}
