import NIOCore
import NIOEmbedded
import NIOHTTP1
import Streams
import TestKit
import Testing
import TrafficRules

/// Our parser and llhttp (inside NIOHTTP1) on the same mutated requests. Two parsers that read one request in two ways are what request
/// smuggling is made of, so: what both accept must be the same request, and what only one accepts must have a reason that is
/// written down here.
@Suite struct DifferentialTests {
    /// What we refuse and llhttp accepts.
    private static let stricter: [String: String] = [
        "a line ends without CR": "RFC 9112 §2.2: a bare LF may be taken for a line end; not before a second parser",
        "several empty lines": "RFC 9112 §2.2: at least one is ignored; more are not needed",
        "an invalid method": "RFC 9112 §2.2: a lone CR before the request line is no empty line",
        "an invalid request line": "RFC 9112 §3: single spaces",
        "an invalid HTTP version": "RFC 9112 §3: single spaces",
        "no Host": "RFC 9112 §3.2",
        "several Host fields": "RFC 9112 §3.2",
        "an invalid Host": "RFC 9112 §3.2",
        "an invalid character in the target": "RFC 9112 §3.2: no fragment, nothing outside of printable ASCII",
        "an invalid target": "RFC 9112 §3.2: one of the four forms",
        "an invalid authority in the target": "RFC 9112 §3.2.2",
        "a Host that is not the target's": "RFC 9112 §3.2: a client sends the same in both",
        "an HTTP version that is not spoken here": "RFC 9112 §2.3",
        "an unknown expectation": "RFC 9110 §10.1.1",
        "a transfer coding other than chunked": "RFC 9112 §6.1",
        "Transfer-Encoding in HTTP/1.0": "RFC 9112 §6.1",
        "both Content-Length and Transfer-Encoding": "RFC 9112 §6.1",
        "an invalid Content-Length": "RFC 9112 §6.3",
        "a field line without a proper name": "RFC 9112 §5.2: no folding",
        "a control character in a field value": "RFC 9110 §5.5",
        "CONNECT is not for a surrogate": "RFC 9110 §9.3.6",
        "the request line is too long": "our limit",
        "the head is too large": "our limit",
    ]

    private enum Ours {
        case needsMore
        case accepted(RequestParser.Parsed, rest: [UInt8])
        case refused(String)
    }

    private struct Theirs {
        var head: HTTPRequestHead?
        var body: [UInt8] = []
        var isEnded = false
        var isRefused = false
    }

    private static let seeds = [
        "GET /a?b=c HTTP/1.1\r\nHost: a:1\r\nAccept: */*\r\nX: y\r\n\r\n",
        "POST http://a/b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        "OPTIONS * HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\na;x=y\r\n0123456789\r\n0\r\nT: 1\r\n\r\n",
        "DELETE /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    ]

    private static let splices = [
        "\r", "\n", "\r\n", " ", "\t", ":", "\0", "0", "1", "f", "Content-Length: 3\r\n", "content-length: 3, 3\r\n",
        "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n", "transfer-encoding:identity\r\n",
        "http://b", "Host: c\r\n", ";", ",", "%", "\u{ff}", "\r\n ", "+", "-", "0x",
    ].map { Array($0.utf8) }

    @Test func bothReadTheSame() {
        var random = SeededGenerator(seed: 9112)
        var (agreed, bodies) = (0, 0)
        for round in 0..<FuzzRounds.count {
            let bytes = Self.mutated(Self.seeds[round % Self.seeds.count], &random)
            let (ours, theirs) = (Self.ours(bytes), Self.theirs(bytes))
            switch ours {
            case .needsMore:
                #expect(theirs.head == nil, "we wait where llhttp has a head: \(Self.shown(bytes))")
            case .refused(let reason):
                guard theirs.head != nil, !theirs.isRefused else { continue }
                #expect(Self.stricter[reason] != nil, "refused by us alone, for \(reason): \(Self.shown(bytes))")
            case .accepted(let parsed, let rest):
                guard let head = theirs.head else {
                    #expect(Self.isKnownLeniency(parsed, bytes), "accepted by us alone: \(Self.shown(bytes))")
                    continue
                }
                agreed += 1
                #expect(Self.isSame(parsed, head), "read in two ways: \(Self.shown(bytes))")
                bodies += Self.compareBodies(parsed, rest, theirs, bytes)
            }
        }
        #expect(agreed > FuzzRounds.count / 20)
        #expect(bodies > FuzzRounds.count / 50)
    }

    // MARK: What may differ

    /// llhttp has a list of methods, which RFC 9110 §9.1 does not; and it knows the versions 1.0 and 1.1 only, where RFC 9110 §2.5 reads a
    /// later 1.x as 1.1. And it refuses a tab behind a length, where RFC 9110 §5.5 leaves white space out of the value.
    private static func isKnownLeniency(_ parsed: RequestParser.Parsed, _ bytes: [UInt8]) -> Bool {
        if case .other = parsed.head.method { return true }
        if parsed.head.fields.contains(.contentLength), bytes.contains(9) { return true }
        let line = bytes.drop { $0 == 13 || $0 == 10 }.prefix { $0 != 13 }
        return parsed.head.version == .http11 && !line.reversed().starts(with: "1.1/PTTH".utf8)
    }

    private static func isSame(_ parsed: RequestParser.Parsed, _ head: HTTPRequestHead) -> Bool {
        let ours = parsed.head
        var wanted = head.uri
        if let scheme = ["http://", "https://"].first(where: { wanted.lowercased().hasPrefix($0) }) {
            // Absolute form is split into authority and target.
            let rest = wanted.dropFirst(scheme.count)
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            guard ours.authority == authority else { return false }
            let target = String(rest.dropFirst(authority.count))
            wanted = target.isEmpty && ours.method == .options ? "*" : target.hasPrefix("/") ? target : "/" + target
        }
        var fields: [String] = []
        ours.fields.visit { name, value in
            if !name.elementsEqual("host".utf8) { fields.append(String(decoding: name + [58] + value, as: UTF8.self)) }
        }
        // RFC 9110 §5.5: white space around a value is not part of it; llhttp leaves what stands behind.
        let others = head.headers.filter { $0.name.lowercased() != "host" }.map { name, value in
            "\(name.lowercased()):\(String(decoding: value.utf8.reversed().drop { $0 == 32 || $0 == 9 }.reversed(), as: UTF8.self))"
        }
        return ours.method.description == head.method.rawValue && ours.target == wanted && fields == others
            && (ours.version == .http10) == (head.version == .http1_0)
    }

    /// Returns 1 when both have a whole body.
    private static func compareBodies(
        _ parsed: RequestParser.Parsed, _ rest: [UInt8], _ theirs: Theirs, _ bytes: [UInt8]
    ) -> Int {
        switch parsed.framing {
        case .none, .untilClose:
            #expect(theirs.body.isEmpty, "only llhttp reads a body: \(shown(bytes))")
        case .length(let count):
            #expect(theirs.body == Array(rest.prefix(count)), "bodies differ: \(shown(bytes))")
            return theirs.isEnded ? 1 : 0
        case .chunked:
            guard case .ended(let data, _, _) = chunks(rest, in: []), theirs.isEnded, !theirs.isRefused else {
                return 0
            }
            #expect(data == String(decoding: theirs.body, as: UTF8.self), "chunks differ: \(shown(bytes))")
            return 1
        }
        return 0
    }

    // MARK: The two

    private static func ours(_ bytes: [UInt8]) -> Ours {
        var parser = RequestParser()
        var buffer = ByteBuffer(bytes: bytes)
        do throws(MessageRefusal) {
            guard let parsed = try parser.parse(&buffer) else { return .needsMore }
            return .accepted(parsed, rest: Array(buffer.readableBytesView))
        } catch {
            return .refused(error.reason)
        }
    }

    private static func theirs(_ bytes: [UInt8]) -> Theirs {
        var result = Theirs()
        let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
        let channel = EmbeddedChannel(handler: decoder)
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        do { try channel.writeInbound(ByteBuffer(bytes: bytes)) } catch { result.isRefused = true }
        // Of the first request only; what follows it is another one's.
        while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head):
                if result.head != nil { return result }
                result.head = head
            case .body(let piece): result.body += piece.readableBytesView
            case .end:
                result.isEnded = true
                return result
            }
        }
        return result
    }

    private static func mutated(_ seed: String, _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(seed.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0...4, using: &random) {
            case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1 where place < bytes.count: bytes.remove(at: place)
            case 2:
                let length = Int.random(in: 0...20, using: &random)
                bytes.insert(contentsOf: bytes.dropFirst(place).prefix(length), at: place)
            default: bytes.insert(contentsOf: splices.randomElement(using: &random) ?? [], at: place)
            }
        }
        return bytes
    }

    private static func shown(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).debugDescription }
}
