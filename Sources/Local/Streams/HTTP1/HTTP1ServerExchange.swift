import NIOCore
import TrafficRules

/// The answering side of one HTTP/1 request: decides the framing, the connection's fate and what is written.
final class HTTP1ServerExchange: Responder {
    private enum Writing {
        case pending
        case body(isChunked: Bool, isDropped: Bool)
        case tunnel
        case done
    }

    /// Bodies up to this size are copied behind their head: one buffer, one system call.
    private static let copyLimit = 16 << 10

    let eventLoop: any EventLoop
    private let version: RequestHead.Version
    private let isHead: Bool
    private let expectsContinue: Bool
    private let isWebSocket: Bool
    private let clock: LoopClock
    /// Until the answer is out or the connection ends: the handler holds the exchange no longer than that, and detaches it.
    private var server: HTTP1ServerHandler?
    private var writing = Writing.pending
    private var keepsAlive: Bool
    private var hasContinued = false

    init(server: HTTP1ServerHandler, loop: any EventLoop, request: borrowing RequestParser.Parsed, clock: LoopClock) {
        self.server = server
        eventLoop = loop
        version = request.head.version
        isHead = request.head.method == .head
        expectsContinue = request.expectsContinue
        isWebSocket = request.isWebSocket
        self.clock = clock
        keepsAlive = request.keepsAlive
    }

    var hasStarted: Bool { if case .pending = writing { false } else { true } }
    var isWritable: Bool { server?.isWritable ?? false }

    func detach() {
        server = nil
        writing = .done
    }

    func send(interim head: ResponseHead) {
        guard case .pending = writing, version == .http11 else { return }
        var bytes = ByteBuffer()
        HeadWriter.write(head, to: &bytes)
        server?.write(bytes)
    }

    func send(whole head: ResponseHead, body: ByteBuffer?, length: Int?) {
        guard case .pending = writing, let server else { return }
        let framing = BodyFraming.length(length ?? body?.readableBytes ?? 0)
        end(startAnswer(head, framing, with: .whole(body), server), server)
    }

    func send(prepared head: PreparedHead, own: HeaderFields, body: ByteBuffer) {
        guard case .pending = writing, let server else { return }
        let framing = BodyFraming.length(body.readableBytes)
        end(startAnswer(head.head, prepared: head.lines, own: own, framing, with: .whole(body), server), server)
    }

    private func end(_ start: Start, _ server: HTTP1ServerHandler) {
        writing = .done
        if let rest = start.rest {
            server.write(start.bytes, rest)
        } else {
            server.write(start.bytes)
        }
        server.finished(self, keepsAlive: keepsAlive)
    }

    func send(_ head: ResponseHead, body: BodyFraming) {
        guard case .pending = writing, let server else { return }
        let start = startAnswer(
            head, body, with: .follows(room: min(body.knownLength ?? 0, Self.copyLimit)), server)
        let isChunked = body.knownLength == nil && version == .http11
        writing = .body(isChunked: isChunked && start.hasBody, isDropped: !start.hasBody)
        server.writeHead(start.bytes)
    }

    func send(_ bytes: ByteBuffer) {
        switch writing {
        case .body(_, isDropped: true), .pending, .done:
            return
        case .body(isChunked: true, _):
            guard bytes.readableBytes > 0 else { return }
            var frame = ByteBuffer()
            HeadWriter.writeChunkSize(bytes.readableBytes, to: &frame)
            frame.writeImmutableBuffer(bytes)
            frame.writeStaticString("\r\n")
            server?.write(frame)
        case .body, .tunnel:
            server?.write(bytes)
        }
    }

    func finish(trailers: HeaderFields?) {
        switch writing {
        case .pending, .done:
            return
        case .tunnel:
            keepsAlive = false
        case .body(let isChunked, _):
            if isChunked {
                var end = ByteBuffer(string: "0\r\n")
                HeadWriter.write(trailers ?? HeaderFields(), to: &end)
                server?.write(end)
            }
        }
        writing = .done
        server?.finished(self, keepsAlive: keepsAlive)
    }

    func abort() {
        guard let server else { return }
        writing = .done
        server.abort(self)
    }

    func readBody() {
        if expectsContinue, !hasContinued, case .pending = writing {
            hasContinued = true
            server?.write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
        }
        server?.readBody(for: self)
    }

    func switchProtocols(_ head: ResponseHead) {
        guard case .pending = writing, isWebSocket, let server else { return }
        writing = .tunnel
        var bytes = ByteBuffer()
        HeadWriter.write(head, to: &bytes)
        server.write(bytes)
        server.enterTunnel()
    }

    /// What is sent behind a head.
    private enum Content {
        /// All of it is here.
        case whole(ByteBuffer?)
        /// It comes later; the head's buffer has room for the beginning.
        case follows(room: Int)
    }

    /// What an answer begins with.
    private struct Start {
        /// Its head, and a small body.
        var bytes: ByteBuffer
        /// A body that is too large to be copied behind its head.
        var rest: ByteBuffer?
        /// Whether this kind of answer to this kind of request has one.
        var hasBody: Bool
    }

    /// Writes the head, and the fields that are only this answer's, with the framing that this request and this answer need.
    /// - Parameter prepared: the head's lines, where they are at hand.
    private func startAnswer(
        _ head: ResponseHead, prepared: [UInt8]? = nil, own: HeaderFields = HeaderFields(), _ framing: BodyFraming,
        with content: Content, _ server: HTTP1ServerHandler
    ) -> Start {
        let isBodiless = head.status == 204 || head.status == 304 || head.status < 200
        let hasBody = !isBodiless && !isHead
        if !server.requestIsComplete || server.isDraining { keepsAlive = false }
        let isUntilClose = framing.knownLength == nil && !isBodiless && version != .http11
        if isUntilClose { keepsAlive = false }
        let (joined, rest, room) = hasBody ? Self.parts(of: content) : (nil, nil, 0)
        // Its own lines follow those of the head, which so is written as it is and not copied first.
        let size = head.fields.byteCount + own.byteCount + Self.ownLines + room
        var bytes = Self.allocator.buffer(capacity: size)
        bytes.writeLines(atMost: size) { lines in
            if let prepared {
                lines.write(prepared)
            } else {
                HeadWriter.write(status: head.status, to: &lines)
                HeadWriter.write(allowed(head), to: &lines)
            }
            HeadWriter.write(own, to: &lines)
            if !isBodiless, !isUntilClose { writeFraming(framing, of: head, content, to: &lines) }
            writeConnection(head, to: &lines)
            joined?.withUnsafeReadableBytes { lines.write($0) }
        }
        return Start(bytes: bytes, rest: rest, hasBody: hasBody)
    }

    /// One allocation for an answer, and not one for each piece that outgrows the last.
    private static let allocator = ByteBufferAllocator()

    /// What is copied behind the head, what is written after it, and how much room is left for it.
    private static func parts(of content: Content) -> (joined: ByteBuffer?, rest: ByteBuffer?, room: Int) {
        switch content {
        case .whole(let body?) where body.readableBytes > copyLimit: (nil, body, 0)
        case .whole(let body?): (body, nil, body.readableBytes)
        case .whole(nil): (nil, nil, 0)
        case .follows(let room): (nil, nil, room)
        }
    }

    /// What is said of the connection and the moment, and the empty line.
    private func writeConnection(_ head: ResponseHead, to lines: inout LineWriter) {
        if !keepsAlive {
            lines.write("connection: close\r\n")
        } else if version == .http10 {
            lines.write("connection: keep-alive\r\n")
        }
        if !head.fields.contains(.date) {
            lines.write("date: ")
            lines.write(clock.httpDate)
            lines.write("\r\n")
        }
        lines.write("\r\n")
    }

    /// No fewer bytes than the status line and the lines that are added to a head take.
    private static let ownLines = HeadWriter.statusLine + 160

    /// A 304 may carry the length of what it stands for; these must not (RFC 9110 §8.6).
    private func allowed(_ head: ResponseHead) -> HeaderFields {
        guard head.status == 204 || head.status < 200 else { return head.fields }
        var fields = head.fields
        fields.removeAll(.contentLength)
        return fields
    }

    private func writeFraming(
        _ framing: BodyFraming, of head: ResponseHead, _ content: Content, to lines: inout LineWriter
    ) {
        guard let length = framing.knownLength else { return lines.write("transfer-encoding: chunked\r\n") }
        // A streamed answer to HEAD says nothing about the length of what it stands for.
        if case .follows = content, isHead { return }
        guard !head.fields.contains(.contentLength) else { return }
        lines.write("content-length: ")
        lines.write(decimal: length)
        lines.write("\r\n")
    }
}
