package import NIOCore
package import TrafficRules

/// One HTTP/1.1 connection to a task: one request at a time, then back to its pool.
package final class UpstreamConnection: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private enum Reading {
        case idle
        case head
        case body(BodyFraming, remaining: Int, decoder: ChunkedDecoder)
        case tunnel
        case closed
    }

    /// What the pool is told when the exchange is over.
    enum Ending { case reusable, closing }

    /// Whether an earlier request went over it.
    package private(set) var isReused = false

    private let limits: HTTP1Limits
    private var parser: ResponseParser
    private var buffer = ByteBuffer()
    private var reading = Reading.idle
    private var receiver: (any ResponseReceiver)?
    private var method = Method.get
    private var sendsChunks = false
    private var requestIsComplete = true
    private var keepsAlive = true
    private var hasAnswered = false
    private var bodyWanted = false
    private var readHeld = false
    private var isProcessing = false
    private var flushIsDue = false
    /// The task has closed; what it sent before is still handed on as it is asked for.
    private var inputHasEnded = false
    private var context: ChannelHandlerContext?
    var onEnding: ((UpstreamConnection, Ending) -> Void)?

    init(limits: HTTP1Limits) {
        self.limits = limits
        parser = ResponseParser(limits: limits)
    }

    // MARK: Requests

    package var isWritable: Bool { context?.channel.isWritable ?? false }

    /// Writes a request head and, with `body` `.none`, the whole request. The framing field is put in here.
    package func send(_ head: RequestHead, body: BodyFraming, receiver: any ResponseReceiver) {
        guard let context, case .idle = reading else {
            // Nothing was written, so the request may go over any other connection.
            receiver.failed(.cannotConnect("connection closed before its request"))
            return
        }
        self.receiver = receiver
        reading = .head
        method = head.method
        hasAnswered = false
        bodyWanted = false
        keepsAlive = true
        requestIsComplete = body == .none
        sendsChunks = body == .chunked
        var bytes = ByteBuffer()
        switch body {
        case .none, .untilClose:
            let wantsLength = head.method == .post || head.method == .put || head.method == .patch
            HeadWriter.write(wantsLength ? framed(head, .contentLength, "0") : head, to: &bytes)
        case .length(let count): HeadWriter.write(framed(head, .contentLength, String(count)), to: &bytes)
        case .chunked: HeadWriter.write(framed(head, .transferEncoding, "chunked"), to: &bytes)
        }
        if requestIsComplete {
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        } else {
            write(bytes)
        }
    }

    private func framed(_ head: RequestHead, _ name: FieldName, _ value: String) -> RequestHead {
        var framed = head
        framed.fields.set(name, value)
        return framed
    }

    package func send(_ bytes: ByteBuffer) {
        guard receiver != nil, let context, bytes.readableBytes > 0 else { return }
        guard sendsChunks else { return write(bytes) }
        var frame = context.channel.allocator.buffer(capacity: bytes.readableBytes + 16)
        HeadWriter.writeChunkSize(bytes.readableBytes, to: &frame)
        frame.writeImmutableBuffer(bytes)
        frame.writeStaticString("\r\n")
        write(frame)
    }

    /// What belongs to a body leaves with what comes in the same turn of the loop, its head first of all.
    private func write(_ bytes: ByteBuffer) {
        guard let context else { return }
        context.write(wrapOutboundOut(bytes), promise: nil)
        guard !flushIsDue else { return }
        flushIsDue = true
        context.eventLoop.assumeIsolated().execute { [weak self] in
            self?.flushIsDue = false
            self?.context?.flush()
        }
    }

    package func finishRequest(trailers: HeaderFields?) {
        guard receiver != nil, !requestIsComplete else { return }
        requestIsComplete = true
        guard sendsChunks else { return }
        var end = ByteBuffer(string: "0\r\n")
        HeadWriter.write(trailers ?? HeaderFields(), to: &end)
        write(end)
    }

    /// Asks for one more piece of the answer's body.
    package func readBody() {
        bodyWanted = true
        process()
    }

    /// Nobody receives any more, but what was written still goes out; `limit` bounds how long a task may take for it.
    package func finishWriting(within limit: TimeAmount) {
        guard receiver != nil, let context else { return cancel() }
        receiver = nil
        let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
        let timer = context.eventLoop.scheduleTask(in: limit) { connection.value.close() }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
            timer.cancel()
            connection.value.close()
        }
    }

    /// The answer is of no interest any more; the connection closes, for its rest cannot be skipped.
    package func cancel() {
        receiver = nil
        close()
    }

    // MARK: Channel events

    package func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    package func handlerRemoved(context: ChannelHandlerContext) {
        inputEnded()
        self.context = nil
    }

    package func channelInactive(context: ChannelHandlerContext) {
        inputEnded()
        context.fireChannelInactive()
    }

    /// A reset: what came before may be cut anywhere, also in an answer that ends with its connection.
    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .closed = reading { return }
        fail(closedFailure)
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if case .idle = reading { return close() }
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.writeBuffer(&bytes)
        }
        process()
    }

    package func read(context: ChannelHandlerContext) {
        if mayRead {
            context.read()
        } else {
            readHeld = true
        }
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        receiver?.taskWritabilityChanged(isWritable: context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    // MARK: From bytes to the answer

    private var mayRead: Bool {
        switch reading {
        case .idle, .head, .closed: true
        case .body, .tunnel: bodyWanted || buffer.readableBytes == 0
        }
    }

    private func process() {
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        do throws(MessageRefusal) {
            while try step() {}
            if inputHasEnded { endIfUsedUp() }
        } catch {
            fail(.invalidAnswer(error.reason))
        }
        // Whoever filled it can use its memory again once nothing here holds it.
        if buffer.readableBytes == 0 { buffer = ByteBuffer() }
        if readHeld, mayRead, let context {
            readHeld = false
            context.read()
        }
    }

    private func step() throws(MessageRefusal) -> Bool {
        switch reading {
        case .head:
            guard buffer.readableBytes > 0 else { return false }
            hasAnswered = true
            guard let parsed = try parser.parse(&buffer, answering: method) else { return false }
            try received(parsed)
            return true
        case .body(let framing, let remaining, var decoder):
            guard bodyWanted else { return false }
            if framing == .chunked {
                let part = try decoder.next(&buffer)
                reading = .body(framing, remaining: 0, decoder: decoder)
                return took(part)
            }
            let limit = framing == .untilClose ? Int.max : remaining
            guard let piece = buffer.readSlice(length: min(limit, buffer.readableBytes)), piece.readableBytes > 0
            else { return false }
            let left = framing == .untilClose ? 0 : remaining - piece.readableBytes
            reading = .body(framing, remaining: left, decoder: decoder)
            deliver(piece)
            if framing != .untilClose, left == 0 { finished(trailers: nil) }
            return true
        case .tunnel:
            guard bodyWanted, buffer.readableBytes > 0 else { return false }
            let piece = buffer
            buffer = ByteBuffer()
            deliver(piece)
            return true
        case .idle, .closed:
            return false
        }
    }

    private func received(_ parsed: ResponseParser.Parsed) throws(MessageRefusal) {
        keepsAlive = parsed.keepsAlive
        switch parsed.head.status {
        case 101:
            reading = .tunnel
            keepsAlive = false
            receiver?.switched(head: parsed.head)
        case 100..<200:
            receiver?.receive(interim: parsed.head)
        default:
            switch parsed.framing {
            case .none:
                receiver?.receive(head: parsed.head, body: .none)
                finished(trailers: nil)
            case .length(let count):
                reading = .body(parsed.framing, remaining: count, decoder: ChunkedDecoder(limits: limits))
                receiver?.receive(head: parsed.head, body: parsed.framing)
            case .chunked, .untilClose:
                reading = .body(parsed.framing, remaining: 0, decoder: ChunkedDecoder(limits: limits))
                receiver?.receive(head: parsed.head, body: parsed.framing)
            }
        }
    }

    private func took(_ part: ChunkedDecoder.Part) -> Bool {
        switch part {
        case .needsMore:
            return false
        case .data(let piece):
            deliver(piece)
        case .end(let trailers):
            finished(trailers: trailers)
        }
        return true
    }

    private func deliver(_ piece: ByteBuffer) {
        bodyWanted = false
        receiver?.receive(answer: piece)
    }

    private func finished(trailers: HeaderFields?) {
        if case .closed = reading { return }
        let receiver = receiver
        self.receiver = nil
        let isReusable =
            keepsAlive && requestIsComplete && !inputHasEnded && buffer.readableBytes == 0 && context != nil
        if isReusable {
            reading = .idle
            isReused = true
            onEnding?(self, .reusable)
        } else {
            close()
        }
        receiver?.receiveAnswerEnd(trailers: trailers)
    }

    private func fail(_ failure: UpstreamFailure) {
        let receiver = receiver
        self.receiver = nil
        close()
        receiver?.failed(failure)
    }

    /// A slow client may not have asked yet for what the task sent before it closed: that is no answer cut short.
    private func inputEnded() {
        if case .closed = reading { return }
        inputHasEnded = true
        process()
    }

    /// Called when no step is possible: all bytes are handed on, or wait to be asked for, or the last ones are missing.
    private func endIfUsedUp() {
        switch reading {
        case .closed:
            return
        case .idle, .head:
            fail(closedFailure)
        case .tunnel, .body(.untilClose, _, _):
            if buffer.readableBytes == 0 { finished(trailers: nil) }
        case .body:
            // A step was asked for and not possible, or nothing is left to make one of.
            if bodyWanted || buffer.readableBytes == 0 { fail(.closedWithinAnswer) }
        }
    }

    private var closedFailure: UpstreamFailure {
        hasAnswered ? .closedWithinAnswer : .closedBeforeAnswer(wasReused: isReused)
    }

    private func close() {
        if case .closed = reading { return }
        reading = .closed
        buffer.clear()
        onEnding?(self, .closing)
        context?.close(promise: nil)
    }
}
