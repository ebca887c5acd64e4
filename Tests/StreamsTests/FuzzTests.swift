import NIOCore
import Streams
import TestKit
import Testing
import TrafficRules

/// 50 000 mutated messages for each parser: none crashes it, pieces read as the whole does, and what is accepted says the
/// same again when it is written out.
@Suite struct FuzzTests {
    private static let splices = [
        "\r", "\n", "\r\n", " ", "\t", ":", "\0", "0", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n",
        "http://b",
        "Host: c\r\n", ";", ",", "%", "\u{ff}",
    ].map { Array($0.utf8) }

    @Test func requests() {
        let seeds = [
            "GET /a?b=c HTTP/1.1\r\nHost: a:1\r\nAccept: */*\r\n\r\n",
            "POST http://a/b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc",
            "OPTIONS * HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ]
        let limits = HTTP1Limits(requestLine: 60, field: 60, head: 160, fieldCount: 5)
        fuzz(seeds, seed: 1) { bytes, cuts in
            let whole = parse(bytes, in: [], limits: limits)
            #expect(parse(bytes, in: cuts, limits: limits) == whole)
            guard case .value(let parsed, _) = whole, parsed.head.version == .http11 else { return }
            var written = ByteBuffer()
            HeadWriter.write(parsed.head, to: &written)
            #expect(parse(Array(written.readableBytesView), in: []) == .value(parsed, left: 0))
        }
    }

    @Test func chunkedBodies() {
        let seeds = [
            "5\r\nhello\r\n0\r\n\r\n", "3;a=b\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nX: 1\r\nY: 2\r\n\r\nGET",
        ]
        let limits = HTTP1Limits(field: 20, head: 40, fieldCount: 3, chunkLine: 20)
        fuzz(seeds, seed: 2) { bytes, cuts in
            #expect(chunks(bytes, in: cuts, limits: limits) == chunks(bytes, in: [], limits: limits))
        }
    }

    @Test func answers() {
        let seeds = [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello",
            "HTTP/1.0 304\r\nConnection: keep-alive\r\n\r\n",
            "HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ]
        fuzz(seeds, seed: 3) { bytes, cuts in
            let whole = answer(bytes, in: [])
            #expect(answer(bytes, in: cuts) == whole)
            guard case .value(let parsed, _) = whole else { return }
            var written = ByteBuffer()
            HeadWriter.write(parsed.head, to: &written)
            guard
                case .value(let again, left: 0) = answer(
                    Array(written.readableBytesView), in: [], limits: HTTP1Limits())
            else {
                Issue.record("what was accepted is refused when it is written again")
                return
            }
            #expect(again.head == parsed.head)
            #expect(again.framing == parsed.framing)
        }
    }

    private func answer(
        _ bytes: [UInt8], in pieces: [Int],
        limits: HTTP1Limits = HTTP1Limits(field: 40, head: 90, fieldCount: 4)
    ) -> Parsing<ResponseParser.Parsed> {
        var parser = ResponseParser(limits: limits)
        var (buffer, start) = (ByteBuffer(), 0)
        for end in pieces + [bytes.count] {
            buffer.writeBytes(bytes[start..<end])
            start = end
            do throws(MessageRefusal) {
                if let parsed = try parser.parse(&buffer, answering: .get) {
                    return .value(parsed, left: buffer.readableBytes + bytes.count - end)
                }
            } catch {
                return .refused(error.status)
            }
        }
        return .needsMore
    }

    private func fuzz(_ seeds: [String], seed: UInt64, _ check: (_ bytes: [UInt8], _ cuts: [Int]) -> Void) {
        var random = SeededGenerator(seed: seed)
        for round in 0..<FuzzRounds.count {
            var bytes = Array(seeds[round % seeds.count].utf8)
            for _ in 0..<Int.random(in: 0...3, using: &random) { mutate(&bytes, &random) }
            let cuts = (0..<3).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
            check(bytes, cuts)
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1 where place < bytes.count: bytes.remove(at: place)
        case 2:
            let length = Int.random(in: 0...10, using: &random)
            bytes.insert(contentsOf: bytes.dropFirst(place).prefix(length), at: place)
        default:
            bytes.insert(contentsOf: Self.splices.randomElement(using: &random) ?? [], at: place)
        }
    }
}
