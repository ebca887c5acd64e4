import NIOCore
import NIOHPACK
import NIOHTTP2
import TrafficRules

/// One HTTP/2 stream: takes the request off its frames and answers it. Framing, flow control and the protocol's own
/// errors are NIOHTTP2's.
final class HTTP2StreamHandler: ChannelDuplexHandler, Responder {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private enum Writing {
        case pending
        case body(isDropped: Bool)
        case done

        var isDone: Bool { if case .done = self { true } else { false } }
    }

    let eventLoop: any EventLoop
    private let handler: any RequestHandler
    private let limits: ConnectionLimits
    private let facts: ConnectionFacts
    private let clock: LoopClock
    private var context: ChannelHandlerContext?
    private var receiver: (any RequestReceiver)?
    private var writing = Writing.pending
    private var method = Method.get
    private var isBegun = false
    private var inputEnded = false
    private var pieces = CircularBuffer<ByteBuffer>()
    private var trailers: HeaderFields?
    private var endDelivered = false
    private var bodyWanted = false
    private var readHeld = false
    private var deadline = ConnectionDeadline()
    private var expectsContinue = false
    /// Writes that the client's flow control window has not let through yet.
    private var outstanding = 0

    init(
        handler: any RequestHandler, loop: any EventLoop, limits: ConnectionLimits, facts: ConnectionFacts,
        clock: LoopClock
    ) {
        self.handler = handler
        eventLoop = loop
        self.limits = limits
        self.facts = facts
        self.clock = clock
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let headers) where !isBegun:
            isBegun = true
            inputEnded = headers.endStream
            begin(headers.headers)
        case .headers(let headers):
            guard let fields = HTTP2Heads.fields(headers.headers) else { return broken() }
            trailers = fields
            inputEnded = true
        case .data(let data):
            if case .byteBuffer(let bytes) = data.data, bytes.readableBytes > 0, !writing.isDone {
                pieces.append(bytes)
            }
            inputEnded = inputEnded || data.endStream
        default:
            return
        }
        deliver()
    }

    /// Window updates follow reads, so a held read is the back-pressure that the client feels.
    func read(context: ChannelHandlerContext) {
        if pieces.isEmpty || bodyWanted || !isBegun {
            context.read()
        } else {
            readHeld = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        receiver?.clientWritabilityChanged(isWritable: isWritable)
        context.fireChannelWritabilityChanged()
    }

    // MARK: The request

    private func begin(_ headers: HPACKHeaders) {
        let head: RequestHead
        do throws(MessageRefusal) {
            head = try HTTP2Heads.request(headers)
        } catch {
            handler.refused(error, facts: facts)
            send(whole: Refusals.answer(error.status), body: nil, length: nil)
            return
        }
        method = head.method
        expectsContinue = head.fields.contains(.expect)
        let length = head.fields.first(.contentLength).flatMap(ContentLength.parse)
        let framing: BodyFraming = inputEnded ? .none : length.map { .length($0) } ?? .chunked
        let receiver = handler.begin(IncomingRequest(head: head, body: framing, facts: facts), self)
        if case .done = writing { return }
        self.receiver = receiver
    }

    private func deliver() {
        while bodyWanted, receiver != nil, let piece = pieces.popFirst() {
            bodyWanted = false
            deadline.relax()
            receiver?.receive(body: piece)
        }
        if pieces.isEmpty, inputEnded, !endDelivered, receiver != nil {
            endDelivered = true
            deadline.relax()
            receiver?.receiveEnd(trailers: trailers)
        }
        if readHeld, pieces.isEmpty {
            readHeld = false
            context?.read()
        }
    }

    // MARK: Responder

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func readBody() {
        bodyWanted = true
        if expectsContinue, case .pending = writing {
            expectsContinue = false
            send(interim: ResponseHead(status: 100))
        }
        if !inputEnded { expect(.body, limits.body) }
        deliver()
    }

    func send(interim head: ResponseHead) {
        guard case .pending = writing else { return }
        write(.headers(.init(headers: HTTP2Heads.response(head, date: nil))))
        context?.flush()
    }

    func send(whole head: ResponseHead, body: ByteBuffer?, length: Int?) {
        guard case .pending = writing else { return }
        let sendsBody = method != .head && (body?.readableBytes ?? 0) > 0
        writeHead(head, length: length ?? body?.readableBytes ?? 0, isEnd: !sendsBody)
        writing = .done
        if sendsBody, let body { write(body: body, isEnd: true) }
        context?.flush()
        finished()
    }

    func send(_ head: ResponseHead, body: BodyFraming) {
        guard case .pending = writing else { return }
        let isDropped = method == .head || head.status == 204 || head.status == 304
        writeHead(head, length: method == .head ? nil : body.knownLength, isEnd: isDropped)
        writing = .body(isDropped: isDropped)
        context?.flush()
    }

    func send(_ bytes: ByteBuffer) {
        guard case .body(isDropped: false) = writing else { return }
        write(body: bytes, isEnd: false)
        context?.flush()
    }

    func finish(trailers: HeaderFields?) {
        guard case .body(let isDropped) = writing else { return }
        writing = .done
        if !isDropped {
            if let trailers, trailers.count > 0 {
                write(.headers(.init(headers: HTTP2Heads.trailers(trailers), endStream: true)))
            } else {
                write(body: ByteBuffer(), isEnd: true)
            }
            context?.flush()
        }
        finished()
    }

    func abort() {
        if case .done = writing { return }
        writing = .done
        receiver = nil
        reset(.internalError)
    }

    /// WebSocket over HTTP/2 (RFC 8441) is not offered, so no client asks for it.
    func switchProtocols(_ head: ResponseHead) { abort() }

    private func writeHead(_ head: ResponseHead, length: Int?, isEnd: Bool) {
        var head = head
        if let length, head.status != 204, head.status != 304, !head.fields.contains(.contentLength) {
            head.fields.append(.contentLength, String(length))
        }
        write(.headers(.init(headers: HTTP2Heads.response(head, date: clock.httpDate), endStream: isEnd)))
    }

    private func write(_ payload: HTTP2Frame.FramePayload) {
        begunWrite(context?.write(wrapOutboundOut(payload)))
    }

    /// In pieces, so that each that the client takes counts as progress.
    private func write(body: ByteBuffer, isEnd: Bool) {
        var rest = body
        repeat {
            let piece = rest.readSlice(length: min(rest.readableBytes, 256 << 10)) ?? ByteBuffer()
            let isLast = isEnd && rest.readableBytes == 0
            write(.data(.init(data: .byteBuffer(piece), endStream: isLast)))
        } while rest.readableBytes > 0
    }

    private func begunWrite(_ written: EventLoopFuture<Void>?) {
        guard let written else { return }
        outstanding += 1
        expect(.answer, limits.answer)
        written.assumeIsolated().whenComplete { [weak self] _ in self?.endedWrite() }
    }

    private func endedWrite() {
        outstanding -= 1
        if outstanding > 0 { return expect(.answer, limits.answer) }
        if deadline.kind == .answer { deadline.relax() }
        // After an early answer the rest of the request is of no interest (RFC 9113 §8.1: RST_STREAM with NO_ERROR).
        // Before its last byte is out it would take the answer with it.
        resetIfEarly()
    }

    private func resetIfEarly() {
        guard case .done = writing, !inputEnded, outstanding == 0 else { return }
        inputEnded = true
        reset(.noError)
    }

    private func reset(_ code: HTTP2ErrorCode) {
        context?.writeAndFlush(wrapOutboundOut(.rstStream(code)), promise: nil)
    }

    private func broken() {
        let receiver = receiver
        abort()
        receiver?.clientGone()
    }

    private func finished() {
        receiver = nil
        pieces.removeAll()
        resetIfEarly()
        if readHeld {
            readHeld = false
            context?.read()
        }
    }

    private func end() {
        deadline.cancel()
        let receiver = receiver
        self.receiver = nil
        if case .done = writing { return }
        writing = .done
        receiver?.clientGone()
    }

    private func expect(_ kind: ConnectionDeadline.Kind, _ delay: TimeAmount) {
        deadline.set(kind, after: delay, on: eventLoop) { [weak self] in self?.timerFired() }
    }

    private func timerFired() {
        guard deadline.fired(on: eventLoop, expired: { [weak self] in self?.timerFired() }) else { return }
        let receiver = receiver
        switch (deadline.kind, writing) {
        case (.body, .pending):
            send(whole: Refusals.answer(408), body: nil, length: 0)
        default:
            writing = .done
            self.receiver = nil
            reset(.cancel)
        }
        receiver?.clientGone()
    }
}

enum Refusals {
    /// The listener's own answer to a message that is none.
    static func answer(_ status: Int) -> ResponseHead {
        var head = ResponseHead(status: status)
        head.fields.append(.contentLength, "0")
        return head
    }
}
