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
            (["max-age = 5"], directives(maxAge: 0)),
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
            (["private=set-cookie"], directives(.isPrivate)), (["private=\"\""], directives(.isPrivate)),
            (["no-cache=\"set-cookie vary\", max-age=5"], directives(.noCache, maxAge: 5)),
            (["no-cache=\"a\\b\""], directives(.noCache)),
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

    private static let withheldCases: [([String], [String], CacheControl.Flags)] = [
        (["private=\"set-cookie\""], ["set-cookie"], []),
        (["no-cache=\"Set-Cookie, Vary\", private=\"x\""], ["set-cookie", "vary", "x"], []),
        (["no-cache=\"a\"", "no-cache"], ["a"], .noCache), (["no-cache=\" a ,, b \""], ["a", "b"], []),
    ]

    @Test("RFC 9111 §5.2.2.4 and §5.2.2.7: the qualified forms withhold fields", arguments: withheldCases)
    func fieldsAreWithheld(lines: [String], names: [String], flags: CacheControl.Flags) {
        let read = CacheControl(fields(lines.map { "cache-control: " + $0 }))
        #expect(read.withheld == names.map { FieldName($0) })
        #expect(read.flags == flags)
    }

    private static let targetedCases: [(String, Int?, CacheControl.Flags)] = [
        ("max-age=60", 60, []), ("max-age=60, no-store;x=\"y\";z, private", 60, [.noStore, .isPrivate]),
        ("max-age=60, max-age=5", 5, []), ("max-age=?1", nil, []), ("no-store=?0", nil, []),
        ("foo=(1 \"a\";b :YQ==:), max-age=1", 1, []), ("  max-age=7", 7, []), ("max-age=7 ;a", nil, []),
        ("private=\"set-cookie\", max-age=3", 3, []), ("no-cache=1", nil, .noCache),
    ]

    @Test("RFC 9213: CDN-Cache-Control is a structured dictionary", arguments: targetedCases)
    func targeted(value: String, maxAge: Int?, flags: CacheControl.Flags) {
        let read = CacheControl(response: fields(["cache-control: max-age=1000", "cdn-cache-control: " + value]))
        let isWellFormed = read.isTargeted
        #expect(read.maxAge == (isWellFormed ? maxAge : 1000))
        #expect(read.flags == flags)
        #expect(isWellFormed == (value != "max-age=7 ;a"))
    }

    @Test(arguments: [
        "", "MAX-AGE=5", "max-age=", "max-age=5,", "a b", "\"a\"", "max-age=5;", "max-age=(1", "a=1234567890123456",
        "a=1.", "a=\"x",
    ])
    func aBrokenTargetedFieldIsAbsent(value: String) {
        let read = CacheControl(response: fields(["cache-control: max-age=9", "cdn-cache-control: " + value]))
        #expect(!read.isTargeted && read.maxAge == 9)
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
            var both = HeaderFields()
            both.append(FieldName("cdn-cache-control"), line)
            let targeted = CacheControl(response: both)
            for value in [targeted.maxAge, targeted.sharedMaxAge, targeted.staleIfError] {
                #expect(value.map { (0...CacheControl.longestDelta).contains($0) } ?? true, "\(line)")
            }
        }
    }
}
