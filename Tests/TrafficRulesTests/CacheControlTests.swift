import TestKit
import Testing
import TrafficRules

struct CacheControlTests {
    private static func directives(
        _ flags: CacheControl.Flags = [], maxAge: Int? = nil, shared: Int? = nil, minFresh: Int? = nil,
        maxStale: Int? = nil, revalidating: Int? = nil, onError: Int? = nil
    ) -> CacheControl {
        var result = CacheControl()
        result.flags = flags
        (result.maxAge, result.sharedMaxAge) = (maxAge, shared)
        (result.minFresh, result.maxStale) = (minFresh, maxStale)
        (result.staleWhileRevalidate, result.staleIfError) = (revalidating, onError)
        return result
    }

    @Test(
        "RFC 9111 §5.2: directives are read, whatever their case and spacing",
        arguments: [
            (["max-age=5"], directives(maxAge: 5)),
            (["Max-Age=5, PUBLIC"], directives(.isPublic, maxAge: 5)),
            ([" ,, max-age=5 ,"], directives(maxAge: 5)),
            (["max-age=\"5\""], directives(maxAge: 5)),
            (["max-age = 5"], directives(maxAge: 5)),
            (["s-maxage=7", "max-age=5"], directives(maxAge: 5, shared: 7)),
            (["no-store, no-cache, private"], directives([.noStore, .noCache, .isPrivate])),
            (["must-revalidate, proxy-revalidate"], directives([.mustRevalidate, .proxyRevalidate])),
            (
                ["must-understand, no-transform, immutable, only-if-cached"],
                directives([.mustUnderstand, .noTransform, .immutable, .onlyIfCached])
            ),
            (["stale-while-revalidate=3, stale-if-error=4"], directives(revalidating: 3, onError: 4)),
            (["min-fresh=9, max-stale=8"], directives(minFresh: 9, maxStale: 8)),
            (["max-stale"], directives(maxStale: CacheControl.longestDelta)),
            (["community=\"UCI\", foo"], directives()),
            ([""], directives()), ([","], directives()), (["="], directives()),
        ])
    func directivesAreRead(lines: [String], wanted: CacheControl) {
        check(lines, wanted)
    }

    @Test(
        "RFC 9111 §4.2.1: what is malformed or doubled serves less from the cache",
        arguments: [
            (["max-age"], directives(maxAge: 0)),
            (["max-age="], directives(maxAge: 0)),
            (["max-age=abc"], directives(maxAge: 0)),
            (["max-age=-1"], directives(maxAge: 0)),
            (["max-age=1.5"], directives(maxAge: 0)),
            (["max-age=5 6"], directives(maxAge: 0)),
            (["max-age='5'"], directives(maxAge: 0)),
            (["max-age=99999999999999999999999999"], directives(maxAge: CacheControl.longestDelta)),
            (["max-age=10, max-age=5"], directives(maxAge: 5)),
            (["max-age=5, max-age=10"], directives(maxAge: 5)),
            (["max-age=10", "max-age=x"], directives(maxAge: 0)),
            (["min-fresh=1, min-fresh=9"], directives(minFresh: 9)),
            (["min-fresh=x"], directives(minFresh: .max)),
            (["max-stale=x"], directives(maxStale: 0)),
            (["no-store=1"], directives(.noStore)),
            (["private=\"set-cookie\""], directives(.isPrivate)),
            (["no-cache=\"set-cookie, vary\", max-age=5"], directives(.noCache, maxAge: 5)),
            (["public=yes"], directives()),
            (["foo=\"no-store\""], directives()),
            (["foo=\"a, no-store"], directives(.noStore)),
            (["foo=\"a\\\", no-store\", max-age=5"], directives(maxAge: 5)),
            (["foo=\"a", "no-store"], directives(.noStore)),
            (["nostore, no-storex, xno-store"], directives()),
        ])
    func theSaferReadingCounts(lines: [String], wanted: CacheControl) {
        check(lines, wanted)
    }

    private func check(_ lines: [String], _ wanted: CacheControl) {
        #expect(CacheControl(fields(lines.map { "cache-control: " + $0 })) == wanted)
    }

    @Test("Whatever comes, reading ends, values stay in range, and an added no-store line is seen")
    func anyInputIsRead() {
        var random = SeededGenerator(seed: 9111)
        let words = [
            "max-age", "s-maxage", "no-store", "no-cache", "private", "=", "=", ",", ",", "\"", "\\", " ", "\t", "5",
            "99999999999999999999", "-", "max-stale", "min-fresh", "\u{0}", "é",
        ]
        for _ in 0..<50_000 {
            var line: [UInt8] = []
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                if Bool.random(using: &random) {
                    line.append(UInt8.random(in: 0...255, using: &random))
                } else {
                    line += Array((words.randomElement(using: &random) ?? "").utf8)
                }
            }
            var read = CacheControl()
            read.read(line[...])
            for value in [read.maxAge, read.sharedMaxAge, read.maxStale, read.staleIfError] {
                #expect(value.map { (0...CacheControl.longestDelta).contains($0) } ?? true, "\(line)")
            }
            read.read(Array("no-store".utf8)[...])
            #expect(read.has(.noStore))
        }
    }
}
