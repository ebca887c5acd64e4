import TestKit
import Testing
import TrafficRules

struct CompressionTests {
    private static let text = ["content-type: text/html; charset=utf-8"]
    private static let both = ["accept-encoding: gzip, br"]

    @Test(
        "RFC 9110 §12.5.3: the coding is the client's to choose from, and brotli goes first",
        arguments: [
            (["accept-encoding: gzip"], .encode(.gzip)), (["accept-encoding: br"], .encode(.brotli)),
            (["accept-encoding: gzip, br"], .encode(.brotli)), (["accept-encoding: gzip, br;q=0"], .encode(.gzip)),
            (["accept-encoding: *"], .encode(.brotli)), (["accept-encoding: identity"], .plain), ([], .plain),
            (["accept-encoding: deflate, zstd"], .plain), (["accept-encoding: *;q=0"], .plain),
        ] as [([String], Compression)])
    func negotiation(lines: [String], wanted: Compression) {
        #expect(Compression.decide(response(200, Self.text), length: 5000, to: fields(lines)) == wanted)
    }

    @Test(
        "What is never encoded, for whoever asks",
        arguments: [
            ("RFC 9110 §8.4: already encoded", 200, ["content-encoding: gzip"], 5000),
            ("RFC 9110 §7.7: no-transform", 200, ["cache-control: public, no-transform"], 5000),
            ("RFC 9110 §14.4: a part", 200, ["content-range: bytes 0-9/10"], 5000),
            ("a part's status", 206, [], 5000), ("no content", 204, [], 5000), ("an error", 500, [], 5000),
            ("small", 200, [], 999), ("large", 200, [], 10_000_001), ("of unknown length", 200, [], nil),
        ] as [(String, Int, [String], Int?)])
    func never(why: String, status: Int, lines: [String], length: Int?) {
        let answer = response(status, Self.text + lines)
        #expect(Compression.decide(answer, length: length, to: fields(Self.both)) == .never, "\(why)")
        #expect(Compression.decide(answer, length: length, to: HeaderFields()) == .never, "\(why)")
    }

    @Test(arguments: [
        ("text/css", true), ("TEXT/HTML;charset=x", true), ("application/json", true), ("image/svg+xml ; a=b", true),
        ("image/png", false), ("application/zip", false), ("text/event-stream", false), ("font/woff2", false),
        ("texthtml", false), ("", false),
    ])
    func types(type: String, isEncoded: Bool) {
        let decision = Compression.decide(
            response(200, ["content-type: " + type]), length: 1000, to: fields(Self.both))
        #expect(decision == (isEncoded ? .encode(.brotli) : .never))
    }

    @Test(
        "Errors that CloudFront encodes as well", arguments: [(403, true), (404, true), (410, false), (301, false)])
    func statuses(status: Int, isEncoded: Bool) {
        let decision = Compression.decide(response(status, Self.text), length: 1000, to: fields(Self.both))
        #expect((decision != .never) == isEncoded)
    }

    @Test(
        "RFC 9110 §8.8.1 and §12.5.5: the head of what is encoded",
        arguments: [
            (.never, ["etag: \"a\"", "content-length: 5000", "accept-ranges: bytes"]),
            (.plain, ["etag: \"a\"", "content-length: 5000", "accept-ranges: bytes", "vary: Accept-Encoding"]),
            (.encode(.gzip), ["vary: Accept-Encoding", "content-encoding: gzip", "etag: W/\"a\""]),
            (.encode(.brotli), ["vary: Accept-Encoding", "content-encoding: br", "etag: W/\"a\""]),
        ] as [(Compression, [String])])
    func heads(compression: Compression, wanted: [String]) {
        let told = response(200, ["etag: \"a\"", "content-length: 5000", "accept-ranges: bytes"])
        #expect(compression.applied(to: told).fields == fields(wanted))
    }

    @Test("A weak tag, another Vary and a digest")
    func otherFields() {
        let told = response(200, ["etag: W/\"a\"", "vary: accept", "content-digest: x", "repr-digest: y"])
        let wanted = ["etag: W/\"a\"", "vary: accept", "vary: Accept-Encoding", "content-encoding: gzip"]
        #expect(Compression.encode(.gzip).applied(to: told).fields == fields(wanted))
        let known = response(200, ["vary: Accept, ACCEPT-ENCODING"])
        #expect(Compression.plain.applied(to: known) == known)
    }

    // MARK: Kept

    private static let kept = [
        "content-type: text/css", "cache-control: max-age=60", "etag: \"a\"", "content-length: 5000",
        "last-modified: \(date(-100))", "date: \(date(0))",
    ]

    private func encoded(_ coding: ContentCoding = .gzip) throws -> StoredResponse {
        let (answer, asked) = (response(200, Self.kept), request(.get, "/a", ["accept-encoding: \(coding.rawValue)"]))
        guard case .store(let plan) = StorageDecision.decide(answer, to: asked, rule: nil, times: times()) else {
            throw Missing()
        }
        return StoredResponse(
            answer, to: asked, plan: plan,
            compression: Compression.decide(answer, length: 5000, to: asked.fields))
    }

    private struct Missing: Error {}

    @Test("Each coding is a variant of its own, and clients that take the same share one")
    func variants() throws {
        let gzip = try encoded(.gzip)
        #expect(gzip.hasVariants)
        #expect(gzip.wanted(by: fields(["accept-encoding: gzip, deflate"])) == gzip.variant)
        #expect(gzip.wanted(by: fields(["accept-encoding: gzip, br"])) != gzip.variant)
        #expect(gzip.wanted(by: fields([])) != gzip.variant)
        #expect(try encoded(.brotli).variant != gzip.variant)
    }

    @Test("RFC 9111 §4.3.1: the origin is asked with its own tag")
    func conditions() throws {
        var sent = fields([])
        try encoded().addConditions(to: &sent)
        #expect(sent == fields(["if-none-match: \"a\"", "if-modified-since: \(date(-100))"]))
    }

    @Test(
        "RFC 9110 §13.1.2: a client's condition is compared weakly, §13.1.5: a part's strongly",
        arguments: [("\"a\"", true), ("W/\"a\"", true), ("\"b\"", false)])
    func clientConditions(tag: String, isUnchanged: Bool) throws {
        let stored = try encoded()
        #expect(stored.isUnchanged(for: fields(["if-none-match: " + tag]), now: noon) == isUnchanged)
        let asked = fields(["range: bytes=0-1", "if-range: " + tag])
        #expect(stored.part(for: asked, length: 10, now: noon, boundary: "-") == nil)
    }

    @Test("RFC 9111 §4.3.4: a 304 with the origin's strong tag freshens what is encoded")
    func refreshed() throws {
        let asked = request(.get, "/a", ["accept-encoding: gzip"])
        let stored = try encoded()
        let fresh = try #require(
            stored.refreshed(
                by: response(304, ["etag: \"a\"", "cache-control: max-age=70"]), to: asked, rule: nil, times: times()))
        #expect(fresh.lifetime == .seconds(70))
        #expect(fresh.head.fields.string(.etag) == "W/\"a\"")
        #expect(fresh.head.fields.string(FieldName("content-encoding")) == "gzip")
        #expect(fresh.head.fields.string(.contentLength) == nil)
        #expect(fresh.variant == stored.variant && fresh.coding == .gzip)
        #expect(
            stored.refreshed(by: response(304, ["etag: \"b\""]), to: asked, rule: nil, times: times()) == nil)
    }

    @Test("RFC 9111 §4.3.5: HEAD is compared with what the origin told")
    func told() throws {
        let asked = request(.head, "/a", ["accept-encoding: gzip"])
        let same = try encoded().told(
            byHead: response(200, ["etag: \"a\"", "content-length: 5000", "cache-control: max-age=9"]), to: asked,
            rule: nil, times: times())
        guard case .refreshed(let fresh) = same else { throw Missing() }
        #expect(fresh.coding == .gzip && fresh.head.fields.string(.etag) == "W/\"a\"")
        let other = try encoded().told(
            byHead: response(200, ["content-length: 5001"]), to: asked, rule: nil, times: times())
        #expect(other == .outdated)
    }
}
