import NIOCore
import Streams
import Testing
import TrafficRules

/// A chunked body as it was read: its data, its trailers' names, or the refusal.
enum Chunks: Equatable {
    case needsMore(String)
    case ended(String, trailers: Int, left: Int)
    case refused(Int)
}

func chunks(_ bytes: [UInt8], in pieces: [Int], limits: HTTP1Limits = HTTP1Limits()) -> Chunks {
    var decoder = ChunkedDecoder(limits: limits)
    var (buffer, data, start) = (ByteBuffer(), ByteBuffer(), 0)
    for end in pieces + [bytes.count] {
        buffer.writeBytes(bytes[start..<end])
        start = end
        do throws(MessageRefusal) {
            while true {
                let part = try decoder.next(&buffer)
                if case .needsMore = part { break }
                if case .data(let piece) = part { data.writeImmutableBuffer(piece) }
                if case .end(let trailers) = part {
                    let left = buffer.readableBytes + bytes.count - end
                    return .ended(String(buffer: data), trailers: trailers.count, left: left)
                }
            }
        } catch {
            return .refused(error.status)
        }
    }
    return .needsMore(String(buffer: data))
}

enum Framed: Equatable {
    case by(BodyFraming)
    case refused
}

@Suite struct BodyAndAnswerTests {
    @Test(arguments: [
        ("5\r\nhello\r\n0\r\n\r\n", Chunks.ended("hello", trailers: 0, left: 0)),
        ("5;a=b\r\nhello\r\n00\r\n\r\nGET", .ended("hello", trailers: 0, left: 3)),
        ("A ;x\r\n0123456789\r\n0\r\nX: 1\r\nY: 2\r\n\r\n", .ended("0123456789", trailers: 2, left: 0)),
        ("5\r\nhel", .needsMore("hel")), ("5\nhello\r\n0\r\n\r\n", .refused(400)),
        ("5\r\nhelloX\r\n0\r\n\r\n", .refused(400)), ("\r\n", .refused(400)), ("0x5\r\nhello\r\n", .refused(400)),
        ("-1\r\n", .refused(400)), ("5 \r\nhello\r\n", .refused(400)), ("5 5\r\nhello\r\n", .refused(400)),
        ("5;\u{1}\r\nhello\r\n", .refused(400)), ("fffffffffffffffff\r\n", .refused(400)),
        ("8000000000000000\r\n", .refused(400)), (String(repeating: "0", count: 300) + "\r\n", .refused(400)),
        ("0\r\nX : 1\r\n\r\n", .refused(400)), ("0\r\n X: 1\r\n\r\n", .refused(400)),
        ("0\r\nX: 1\n\r\n", .refused(400)),
    ])
    func chunksAreReadStrictly(text: String, expected: Chunks) {
        let bytes = Array(text.utf8)
        #expect(chunks(bytes, in: []) == expected, "\(text.debugDescription)")
        for cut in 0...bytes.count {
            #expect(chunks(bytes, in: [cut]) == expected, "\(text.debugDescription) at \(cut)")
        }
    }

    /// RFC 9112 §6.3; what is refused a client sees as 502.
    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", Method.get, Framed.by(.length(5))),
        ("HTTP/1.1 200\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", .get, .by(.length(5))),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .get, .by(.chunked)),
        ("HTTP/1.1 200 OK\r\n\r\n", .get, .by(.untilClose)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", .head, .by(.none)),
        ("HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n", .get, .by(.none)),
        ("HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n", .get, .by(.none)),
        ("HTTP/1.1 103 Early\r\n\r\n", .get, .by(.none)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", .get, .refused),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", .get, .refused),
        ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", .head, .refused),
        ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .get, .refused),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", .get, .refused), ("HTTP/2 200\r\n\r\n", .get, .refused),
        ("HTTP/1.1 99 No\r\n\r\n", .get, .refused), ("\r\n\r\n", .get, .refused),
        ("ICY 200 OK\r\n\r\n", .get, .refused),
    ])
    func answersAreFramedStrictly(text: String, method: Method, expected: Framed) {
        for cut in 0...text.utf8.count { #expect(framed(text, cut, method) == expected, "cut at \(cut)") }
    }

    private func framed(_ text: String, _ cut: Int, _ method: Method) -> Framed? {
        var parser = ResponseParser()
        var buffer = ByteBuffer()
        do throws(MessageRefusal) {
            buffer.writeBytes(text.utf8.prefix(cut))
            if let parsed = try parser.parse(&buffer, answering: method) { return .by(parsed.framing) }
            buffer.writeBytes(text.utf8.dropFirst(cut))
            return try parser.parse(&buffer, answering: method).map { .by($0.framing) }
        } catch {
            return error.status == 502 ? .refused : nil
        }
    }
}
