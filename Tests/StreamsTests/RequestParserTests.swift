import NIOCore
import Streams
import Testing
import TrafficRules

/// What a parser made of some bytes.
enum Parsing<Value: Equatable>: Equatable {
    case needsMore
    case value(Value, left: Int)
    case refused(Int)
}

func parse(_ text: String, in pieces: [Int] = [], limits: HTTP1Limits = HTTP1Limits()) -> Parsing<RequestParser.Parsed>
{
    parse(Array(text.utf8), in: pieces, limits: limits)
}

/// Feeds the bytes in pieces that end at the given positions; what is left counts from the whole input.
func parse(_ bytes: [UInt8], in pieces: [Int], limits: HTTP1Limits = HTTP1Limits()) -> Parsing<RequestParser.Parsed> {
    var parser = RequestParser(limits: limits)
    var buffer = ByteBuffer()
    var start = 0
    for end in pieces + [bytes.count] {
        buffer.writeBytes(bytes[start..<end])
        start = end
        do throws(MessageRefusal) {
            if let parsed = try parser.parse(&buffer) {
                return .value(parsed, left: buffer.readableBytes + bytes.count - end)
            }
        } catch {
            return .refused(error.status)
        }
    }
    return .needsMore
}

@Suite struct RequestParserTests {
    private static let small = HTTP1Limits(requestLine: 40, field: 30, head: 120, fieldCount: 4)

    @Test(arguments: [
        // RFC 9112 §2.2: line ends
        ("GET / HTTP/1.1\nHost: a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400), ("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        // §3: request line
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /\r\nHost: a\r\n\r\n", 400),
        (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / http/1.1\r\nHost: a\r\n\r\n", 400), ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505), ("GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505),
        ("GET /\u{7f} HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /ä HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET http://u@a/x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        // §3.2: Host
        ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: [::1]a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: []\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a[b]\r\n\r\n", 400),
        // §3.2.2: a target and a Host that do not agree
        ("GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET http://y:81/ HTTP/1.1\r\nHost: y\r\n\r\n", 400),
        ("GET http://y:443/ HTTP/1.1\r\nHost: y\r\n\r\n", 400), ("GET http://y/ HTTP/1.0\r\nHost: x\r\n\r\n", 400),
        ("GET http://y/ HTTP/1.1\r\n\r\n", 400),
        // §5: fields
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n", 400),
        // §6: framing
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 501),
        ("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nExpect: tea\r\n\r\n", 417),
    ])
    func whatCouldBeReadInTwoWaysIsRefused(text: String, status: Int) { check(text, .refused(status)) }

    @Test(arguments: [
        ("GET /" + String(repeating: "a", count: 40) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        ("GET /" + String(repeating: "a", count: 40) + "\n", 414),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 30) + "\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: 1\r\n", count: 5) + "\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: 12345678901234567890\r\n", count: 4) + "\r\n", 431),
    ])
    func whatIsTooLargeIsRefused(text: String, status: Int) { check(text, .refused(status), Self.small) }

    @Test(arguments: [
        ("GET /a?b HTTP/1.1\r\nHost: x:1\r\n\r\n", "/a?b", "x:1", BodyFraming.none, true),
        ("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "/", "x", .none, true),
        ("GET / HTTP/1.0\r\n\r\n", "/", "", .none, false),
        ("GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n", "/", "x", .none, true),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: a, Close\r\n\r\n", "/", "x", .none, false),
        ("GET HTTP://y/p HTTP/1.1\r\nHost: y\r\n\r\n", "/p", "y", .none, true),
        ("GET http://y?q HTTP/1.1\r\nHost: y:80\r\n\r\n", "/?q", "y", .none, true),
        ("GET https://y:443/ HTTP/1.1\r\nHost: Y\r\n\r\n", "/", "y:443", .none, true),
        ("GET http://y:/ HTTP/1.0\r\n\r\n", "/", "y:", .none, false),
        ("GET / HTTP/1.1\r\nHost: [::1]:8443\r\n\r\n", "/", "[::1]:8443", .none, true),
        ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "*", "x", .none, true),
        ("OPTIONS http://y HTTP/1.1\r\nHost: y\r\n\r\n", "*", "y", .none, true),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 007\r\n\r\n", "/", "x", .length(7), true),
        ("POST / HTTP/1.9\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n", "/", "x", .chunked, true),
    ])
    func aProperRequestIsRead(
        text: String, target: String, authority: String, framing: BodyFraming, keepsAlive: Bool
    ) throws {
        guard case .value(let parsed, left: 0) = parse(text) else {
            Issue.record("\(parse(text))")
            return
        }
        #expect(parsed.head.target == target)
        #expect(parsed.head.authority == authority)
        #expect(parsed.framing == framing)
        #expect(parsed.keepsAlive == keepsAlive)
        check(text, .value(parsed, left: 0))
    }

    /// Wherever in a value a byte stands, and however long that is: values are looked at several bytes at a time.
    @Test func eachByteOfAValueIsLookedAt() {
        // Line ends have their own rules.
        for byte in UInt8.min ... .max where byte != 10 {
            let isAllowed = byte == 9 || byte >= 32 && byte != 127
            for length in 0..<26 { check(byte, behind: length, isAllowed) }
        }
    }

    private func check(_ byte: UInt8, behind length: Int, _ isAllowed: Bool) {
        let value = [UInt8](repeating: 120, count: length) + [byte] + [UInt8](repeating: 0x80, count: 25 - length)
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nX: y".utf8) + value + Array("y\r\n\r\n".utf8)
        switch parse(bytes, in: []) {
        case .value: #expect(isAllowed, "\(byte) at \(length)")
        case let other: #expect(!isAllowed && other == .refused(400), "\(byte) at \(length)")
        }
    }

    @Test func theNextRequestIsLeftInTheBuffer() {
        let text = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        guard case .value(_, left: text.utf8.count) = parse(text + text) else {
            Issue.record("the second request was touched")
            return
        }
    }

    /// Also for the input cut in two at every byte.
    private func check(
        _ text: String, _ expected: Parsing<RequestParser.Parsed>, _ limits: HTTP1Limits = HTTP1Limits()
    ) {
        #expect(parse(text, limits: limits) == expected, "\(text.debugDescription)")
        for cut in 0...text.utf8.count {
            #expect(parse(text, in: [cut], limits: limits) == expected, "\(text.debugDescription) cut at \(cut)")
        }
    }
}
