package import NIOCore
package import TrafficRules

/// Heads as bytes. What is forwarded is always written anew from values, never copied raw.
package enum HeadWriter {
    /// `HTTP/1.1 200 OK` and the fields given, with the empty line. The caller has put in the framing field.
    package static func write(_ head: ResponseHead, to buffer: inout ByteBuffer) {
        buffer.writeLines(atMost: bound(head)) { lines in
            write(status: head.status, to: &lines)
            write(head.fields, to: &lines)
            lines.write("\r\n")
        }
    }

    /// The same without the empty line: more may follow.
    static func lines(of head: ResponseHead) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bound(head)) { room, count in
            var lines = LineWriter(UnsafeMutableRawBufferPointer(room))
            write(status: head.status, to: &lines)
            write(head.fields, to: &lines)
            count = lines.count
        }
    }

    /// No fewer bytes than the whole head takes.
    package static func bound(_ head: ResponseHead) -> Int { statusLine + head.fields.byteCount + 2 }

    /// No fewer bytes than a status line takes, with the longest phrase.
    static let statusLine = 64

    static func write(status: Int, to lines: inout LineWriter) {
        guard status != 200 else { return lines.write("HTTP/1.1 200 OK\r\n") }
        lines.write("HTTP/1.1 ")
        lines.write(decimal: status)
        lines.write(" ")
        lines.write(plain: ReasonPhrase.of(status))
        lines.write("\r\n")
    }

    package static func write(_ head: RequestHead, to buffer: inout ByteBuffer) {
        let method = head.method.description
        buffer.writeLines(atMost: method.utf8.count + head.target.utf8.count + head.fields.byteCount + 16) { lines in
            lines.write(plain: method)
            lines.write(" ")
            lines.write(plain: head.target)
            lines.write(" HTTP/1.1\r\n")
            write(head.fields, to: &lines)
            lines.write("\r\n")
        }
    }

    /// Field lines and the empty line; also what ends a chunked body.
    package static func write(_ fields: HeaderFields, to buffer: inout ByteBuffer) {
        buffer.writeLines(atMost: fields.byteCount + 2) { lines in
            write(fields, to: &lines)
            lines.write("\r\n")
        }
    }

    /// Field lines alone: more may follow.
    static func write(_ fields: HeaderFields, to lines: inout LineWriter) {
        fields.visitLines { lines.write($0) }
    }

    /// `size CRLF` before a chunk's data.
    package static func writeChunkSize(_ size: Int, to buffer: inout ByteBuffer) {
        buffer.writeString(String(size, radix: 16))
        buffer.writeStaticString("\r\n")
    }
}

extension ByteBuffer {
    /// Writes what `write` writes, of which there are at most `bound` bytes.
    mutating func writeLines(atMost bound: Int, _ write: (inout LineWriter) -> Void) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { room in
            var lines = LineWriter(room)
            write(&lines)
            return lines.count
        }
    }
}

/// RFC 9110 §15's phrases for what is common, `Status` for the rest: clients ignore them.
package enum ReasonPhrase {
    package static func of(_ status: Int) -> String { phrases[status] ?? "Status" }

    private static let phrases: [Int: String] = [
        100: "Continue", 101: "Switching Protocols", 103: "Early Hints", 200: "OK", 201: "Created", 202: "Accepted",
        204: "No Content", 206: "Partial Content", 301: "Moved Permanently", 302: "Found", 303: "See Other",
        304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request",
        401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
        408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required", 412: "Precondition Failed",
        413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type", 416: "Range Not Satisfiable",
        417: "Expectation Failed", 422: "Unprocessable Content", 425: "Too Early", 429: "Too Many Requests",
        431: "Request Header Fields Too Large", 464: "Incompatible Protocol", 500: "Internal Server Error",
        501: "Not Implemented",
        502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
        508: "Loop Detected", 505: "HTTP Version Not Supported",
    ]
}
