import TestKit
import Testing
import TrafficRules

struct RangeTests {
    private static func part(_ offset: Int, _ count: Int) -> ByteRange.Outcome {
        .part(ByteRange(offset: offset, count: count))
    }

    @Test(
        "RFC 9110 §14.1.2 and §14.2: of ten bytes",
        arguments: [
            ("bytes=0-0", part(0, 1)), ("bytes=0-9", part(0, 10)), ("bytes=0-99", part(0, 10)),
            ("bytes=9-", part(9, 1)),
            ("bytes=3-4", part(3, 2)), ("bytes=-1", part(9, 1)), ("bytes=-10", part(0, 10)), ("bytes=-99", part(0, 10)),
            ("Bytes=0-1", part(0, 2)), ("bytes=10-", .unsatisfiable), ("bytes=10-11", .unsatisfiable),
            ("bytes=-0", .unsatisfiable), ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=4-3", .whole),
            ("bytes=0-1,3-4", part(0, 5)), ("bytes=8-,0-1", part(0, 10)), ("bytes=0-1,a", .whole),
            ("bytes=20-,0-1", part(0, 2)), ("bytes=20-,-0", .unsatisfiable), ("bytes=,,0-1,", part(0, 2)),
            ("bytes=", .whole), ("bytes=,", .whole), ("bytes=-", .whole), ("bytes=a-b", .whole),
            ("items=0-1", .whole),
            ("bytes 0-1", .whole), ("bytes=+0-1", .whole), ("bytes=0--1", .whole), ("", .whole),
        ])
    func ranges(value: String, wanted: ByteRange.Outcome) {
        #expect(ByteRange.decide(fields(["range: " + value]), length: 10) == wanted)
    }

    private static func parts(_ ranges: (Int, Int)...) -> ByteRange.Outcome {
        .parts(ranges.map { ByteRange(offset: $0.0, count: $0.1) })
    }

    @Test(
        "RFC 9110 §14.2, §15.3.7.2 and §17.15: several ranges of a thousand bytes",
        arguments: [
            ("0-99,200-299", parts((0, 100), (200, 100))), ("200-299,0-99", parts((200, 100), (0, 100))),
            ("0-0,-1", parts((0, 1), (999, 1))), ("0-0, 5000-, 500-500", parts((0, 1), (500, 1))),
            ("0-99,50-149", part(0, 150)), ("0-99,180-199", part(0, 200)), ("0-99,181-199", parts((0, 100), (181, 19))),
            // The third joins the two before it; a fourth stands alone.
            ("0-0,200-200,80-120,900-", parts((0, 201), (900, 100))),
            ("900-,500-500,0-0,501-", parts((500, 500), (0, 1))),
            // As large as the whole.
            ("0-399,500-999", .whole), ("0-,0-,0-", part(0, 1000)),
            (
                "0-0,100-100,200-200,300-300,400-400,500-500,600-600,700-700,800-800",
                parts(
                    (0, 1), (100, 1), (200, 1), (300, 1), (400, 1), (500, 1), (600, 1), (700, 1), (800, 1))
            ),
            ("0-0,500-x", .whole), ("0-0;500-501", .whole),
        ])
    func severalRanges(list: String, wanted: ByteRange.Outcome) {
        #expect(ByteRange.decide(fields(["range: bytes=" + list]), length: 1000) == wanted)
    }

    @Test("RFC 9110 §17.15: a list of many ranges counts as none")
    func floods() {
        func outcome(_ count: Int) -> ByteRange.Outcome {
            let list = (0..<count).map { "\($0 * 1000)-\($0 * 1000)" }.joined(separator: ",")
            return ByteRange.decide(fields(["range: bytes=" + list]), length: 1 << 20)
        }
        #expect(outcome(16) == .parts((0..<16).map { ByteRange(offset: $0 * 1000, count: 1) }))
        #expect(outcome(17) == .whole)
        #expect(outcome(5000) == .whole)
    }

    @Test func severalFieldsAndNoContent() {
        #expect(ByteRange.decide(fields(["range: bytes=0-1", "range: bytes=0-1"]), length: 10) == .whole)
        #expect(ByteRange.decide(fields(["range: bytes=0-"]), length: 0) == .unsatisfiable)
        #expect(ByteRange.decide(fields(["range: bytes=-5"]), length: 0) == .unsatisfiable)
    }

    @Test("Whatever is asked for lies within the content")
    func anyRange() {
        var random = SeededGenerator(seed: 206)
        let alphabet = Array("bytes=0123456789--,, ".utf8)
        for _ in 0..<20_000 {
            let tail = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            var asked = HeaderFields()
            asked.append(.range, Array("bytes=".utf8) + tail)
            let length = Int.random(in: 0...500, using: &random)
            let ranges: [ByteRange] =
                switch ByteRange.decide(asked, length: length) {
                case .part(let range): [range]
                case .parts(let ranges): ranges
                case .whole, .unsatisfiable: []
                }
            #expect(ranges.allSatisfy { $0.offset >= 0 && $0.count > 0 && $0.end <= length })
            let inOrder = ranges.sorted { $0.offset < $1.offset }
            #expect(zip(inOrder, inOrder.dropFirst()).allSatisfy { $0.end + 80 < $1.offset })
        }
    }

    private static let kept = [
        "cache-control: max-age=60", "etag: \"a\"", "last-modified: \(date(-100))", "date: \(date(0))",
        "content-length: 10",
    ]

    @Test(
        "RFC 9110 §13.1.5: If-Range holds for this very representation only",
        arguments: [
            ([], true), (["if-range: \"a\""], true), (["if-range: \"b\""], false), (["if-range: W/\"a\""], false),
            (["if-range: \(date(-100))"], true), (["if-range: \(date(-99))"], false), (["if-range: \(date(0))"], false),
            (["if-range: soon"], false),
        ])
    func conditions(lines: [String], isPart: Bool) throws {
        let stored = try #require(keep(Self.kept))
        let part = stored.part(for: fields(["range: bytes=2-4"] + lines), length: 10, now: noon, boundary: "-")
        #expect((part != nil) == isPart)
        guard let part else { return }
        #expect(part.head.status == 206 && part.pieces == [.range(ByteRange(offset: 2, count: 3))])
        #expect(part.head.fields.string(.contentRange) == "bytes 2-4/10")
        #expect(part.head.fields.string(.contentLength) == "3")
        #expect(part.head.fields.string(.etag) == "\"a\"")
    }

    @Test("RFC 9110 §8.8.2.2: a date less than a minute before Date is weak")
    func weakDate() throws {
        let stored = try #require(
            keep(["cache-control: max-age=60", "last-modified: \(date(-59))", "date: \(date(0))"]))
        let asked = fields(["range: bytes=0-1", "if-range: \(date(-59))"])
        #expect(stored.part(for: asked, length: 10, now: noon, boundary: "-") == nil)
    }

    @Test("RFC 9110 §14.6: several parts, each with its type and its range")
    func multipart() throws {
        let stored = try #require(keep(Self.kept + ["content-type: text/css"]))
        let asked = fields(["range: bytes=-1,0-1"])
        let answer = try #require(stored.part(for: asked, length: 1000, now: noon, boundary: "b-1"))
        #expect(answer.head.status == 206)
        #expect(answer.head.fields.string(.contentType) == "multipart/byteranges; boundary=b-1")
        #expect(answer.head.fields.string(.contentRange) == nil)
        #expect(answer.head.fields.string(.etag) == "\"a\"")
        let body = answer.pieces.map { piece in
            switch piece {
            case .bytes(let bytes): text(bytes)
            case .range(let range): String(repeating: "x", count: range.count)
            }
        }.joined()
        #expect(
            body == """
                --b-1\r\nContent-Type: text/css\r\nContent-Range: bytes 999-999/1000\r\n\r\nx\r\n\
                --b-1\r\nContent-Type: text/css\r\nContent-Range: bytes 0-1/1000\r\n\r\nxx\r\n--b-1--\r\n
                """)
        #expect(answer.head.fields.string(.contentLength) == "\(body.utf8.count)")
        #expect(answer.length == body.utf8.count)
    }

    @Test func onlyA200HasParts() throws {
        let stored = try #require(keep(["cache-control: max-age=60"], status: 404))
        #expect(stored.part(for: fields(["range: bytes=0-1"]), length: 10, now: noon, boundary: "-") == nil)
        let good = try #require(keep(["cache-control: max-age=60"]))
        let none = try #require(good.part(for: fields(["range: bytes=10-"]), length: 10, now: noon, boundary: "-"))
        #expect(none.head.status == 416 && none.pieces.isEmpty)
        #expect(none.head.fields.string(.contentRange) == "bytes */10")
    }
}

struct CacheStatusTests {
    @Test(
        "RFC 9211 §2",
        arguments: [
            (CacheStatus.hit(ttl: .seconds(30)), [], "terrace; hit; ttl=30"),
            (.hit(ttl: .seconds(-5)), [], "terrace; hit; ttl=-5"),
            (
                .forwarded(.uriMiss, status: 200, stored: true, collapsed: false), [],
                "terrace; fwd=uri-miss; fwd-status=200; stored"
            ),
            (
                .forwarded(.stale, status: 304, stored: false, collapsed: true), [],
                "terrace; fwd=stale; fwd-status=304; collapsed"
            ),
            (
                .forwarded(.method, status: nil, stored: false, collapsed: false), ["cache-status: origin; hit"],
                "origin; hit, terrace; fwd=method"
            ),
            (.unsatisfied, [], "terrace; detail=only-if-cached"),
        ])
    func values(status: CacheStatus, before: [String], wanted: String) {
        var head = fields(before)
        status.append(to: &head, by: "terrace")
        #expect(head.string(FieldName("cache-status")) == wanted)
        #expect(head.values(FieldName("cache-status")).count == 1)
    }
}
