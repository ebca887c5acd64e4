package import NIOCore
import NIOSSL
import TrafficRules

/// Speaks HTTP/1 with one client: takes requests off the bytes, one at a time, and hands them to the loop's handler.
/// Pipelined requests wait in the buffer until the answer before them is out.
package final class HTTP1ServerHandler: ChannelDuplexHandler, DeadlineOwner {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    fileprivate enum Reading {
        case head
        case body(remaining: Int)
        case chunks(ChunkedDecoder)
        /// The request is complete; its answer is not.
        case answerPending
        /// After 101: bytes of another protocol.
        case tunnel
        /// Whatever comes is dropped until the connection closes.
        case discarding
    }

    /// Bodies up to this size are copied behind a head that waits for them.
    private static let joined = 16 << 10

    private let handler: any RequestHandler
    private let httpLimits: HTTP1Limits
    private let limits: ConnectionLimits
    private let facts: ConnectionFacts
    private let clock: LoopClock
    private let turn: LoopTurn
    private let deadlines: LoopDeadlines
    private var parser: RequestParser
    private var buffer = ByteBuffer()
    private var reading = Reading.head
    private var exchange: HTTP1ServerExchange?
    private var receiver: (any RequestReceiver)?
    private var bodyWanted = false
    private let freshPace: BodyPace
    private var pace: BodyPace
    private var readHeld = false
    private var inputEnded = false
    private var isProcessing = false
    /// Bytes that the client had still to take when its time was last looked at.
    private var pending = Int.max
    private var farewell: BusyConnections?
    private var requestWasComplete = true
    private var hasLeft = false
    private var waitingHead: ByteBuffer?
    private var awaitsTurn = false
    private var deadline = ConnectionDeadline()
    private var context: ChannelHandlerContext?

    package init(
        handler: any RequestHandler, limits: ConnectionLimits, httpLimits: HTTP1Limits, facts: ConnectionFacts,
        clock: LoopClock, turn: LoopTurn, deadlines: LoopDeadlines
    ) {
        self.handler = handler
        self.limits = limits
        self.httpLimits = httpLimits
        self.facts = facts
        self.clock = clock
        self.turn = turn
        self.deadlines = deadlines
        parser = RequestParser(limits: httpLimits)
        freshPace = limits.pace()
        pace = freshPace
    }

    // MARK: Channel events

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { expect(.idle, limits.idle) }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    package func channelActive(context: ChannelHandlerContext) {
        expect(.idle, limits.idle)
        context.fireChannelActive()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if case .discarding = reading {
            // `lingering` bounds for how long, and nothing is kept.
            return
        }
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
        if exchange != nil {
            if context.channel.isWritable {
                expectAnswerProgress()
            } else {
                expect(.answer, limits.answer)
                pending = owed
            }
            receiver?.clientWritabilityChanged(isWritable: context.channel.isWritable)
        }
        if context.channel.isWritable { process() }
        context.fireChannelWritabilityChanged()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let farewell as FarewellEvent: drain(farewell.busy)
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Resets and TLS failures: nothing can be said to this client any more.
        context.close(promise: nil)
    }

    // MARK: From bytes to requests

    /// Enough is read ahead to notice a client that leaves, never more than one head's worth.
    private var mayRead: Bool {
        switch reading {
        case .discarding: true
        // Answers that the client does not take hold its next requests back.
        case .head: buffer.readableBytes < httpLimits.head || isWritable
        case .body, .chunks, .tunnel: bodyWanted || buffer.readableBytes == 0
        case .answerPending: buffer.readableBytes < httpLimits.head
        }
    }

    private func process() {
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        do throws(MessageRefusal) {
            while try step() {}
        } catch {
            refuse(error)
        }
        // Whoever filled it can use its memory again once nothing here holds it.
        if buffer.readableBytes == 0 { buffer = ByteBuffer() }
        if readHeld, mayRead, let context {
            readHeld = false
            context.read()
        }
    }

    /// One step; false when more bytes, more demand or the answer's end must come first.
    private func step() throws(MessageRefusal) -> Bool {
        switch reading {
        case .head:
            guard buffer.readableBytes > 0, isWritable else { return false }
            guard let parsed = try parser.parse(&buffer) else {
                if deadline.kind != .head { expect(.head, limits.head) }
                return false
            }
            begin(parsed)
            return true
        case .body(let remaining):
            guard bodyWanted, let piece = buffer.readSlice(length: min(remaining, buffer.readableBytes)),
                piece.readableBytes > 0
            else { return false }
            let left = remaining - piece.readableBytes
            reading = left == 0 ? .answerPending : .body(remaining: left)
            deliver(piece)
            if left == 0 { deliverEnd(nil) }
            return true
        case .chunks(var decoder):
            guard bodyWanted else { return false }
            let part = try decoder.next(&buffer)
            reading = .chunks(decoder)
            switch part {
            case .needsMore:
                return false
            case .data(let piece):
                deliver(piece)
            case .end(let trailers):
                reading = .answerPending
                deliverEnd(trailers)
            }
            return true
        case .tunnel:
            guard bodyWanted, buffer.readableBytes > 0 else { return false }
            let piece = buffer
            buffer = ByteBuffer()
            deliver(piece)
            return true
        case .answerPending, .discarding:
            return false
        }
    }

    private func begin(_ parsed: consuming RequestParser.Parsed) {
        guard let context else { return }
        let exchange = HTTP1ServerExchange(
            server: self, loop: context.eventLoop, request: parsed, clock: clock)
        self.exchange = exchange
        bodyWanted = false
        if parsed.framing != .none { pace = freshPace }
        switch parsed.framing {
        case .none, .untilClose: reading = .answerPending
        case .length(let count): reading = .body(remaining: count)
        case .chunked: reading = .chunks(ChunkedDecoder(limits: httpLimits))
        }
        expectAnswerProgress()
        let isComplete = parsed.framing == .none
        let receiver = handler.begin(
            IncomingRequest(
                head: parsed.head, body: parsed.framing, isWebSocket: parsed.isWebSocket, facts: facts), exchange)
        // The handler may have answered at once.
        guard self.exchange === exchange else { return }
        self.receiver = receiver
        if isComplete { receiver?.receiveEnd(trailers: nil) }
    }

    private func deliver(_ piece: ByteBuffer) {
        bodyWanted = false
        if exchange?.hasStarted == true {
            pace.forgive()
        } else if let now {
            pace.received(piece.readableBytes, at: now)
        }
        expectAnswerProgress()
        receiver?.receive(body: piece)
    }

    private func deliverEnd(_ trailers: HeaderFields?) {
        receiver?.receiveEnd(trailers: trailers)
    }

    private func refuse(_ refusal: MessageRefusal) {
        handler.refused(refusal, facts: facts)
        let receiver = receiver
        if let exchange, exchange.hasStarted {
            abort(exchange)
            receiver?.clientGone()
            return
        }
        requestWasComplete = false
        dropExchange()
        receiver?.clientGone()
        var head = ResponseHead(status: refusal.status)
        head.fields.append(.contentLength, "0")
        head.fields.append(.connection, "close")
        var bytes = ByteBuffer()
        HeadWriter.write(head, to: &bytes)
        write(bytes)
        linger()
    }

    // MARK: What the exchange asks for

    var isDraining: Bool { farewell != nil }
    var isWritable: Bool { context?.channel.isWritable ?? false }
    var requestIsComplete: Bool {
        if case .answerPending = reading { true } else { false }
    }

    /// The head of an answer whose body follows. What comes in the same turn of the loop leaves with it, for one TLS record
    /// and one system call instead of two; a body that comes later is not waited for.
    func writeHead(_ bytes: ByteBuffer) {
        guard let context else { return }
        waitingHead = bytes
        guard !awaitsTurn else { return }
        awaitsTurn = true
        turn.awaitEnd(self, on: context.eventLoop)
    }

    func endTurn() {
        awaitsTurn = false
        flushHead()
    }

    private func flushHead() {
        guard let head = waitingHead else { return }
        waitingHead = nil
        context?.writeAndFlush(wrapOutboundOut(head), promise: nil)
    }

    func write(_ bytes: ByteBuffer) {
        if reading.isTunnel { expect(.body, limits.idle) }
        guard var first = waitingHead else {
            context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            return
        }
        waitingHead = nil
        guard bytes.readableBytes <= Self.joined else { return write(first, bytes) }
        first.writeImmutableBuffer(bytes)
        context?.writeAndFlush(wrapOutboundOut(first), promise: nil)
    }

    func write(_ first: ByteBuffer, _ second: ByteBuffer) {
        context?.write(wrapOutboundOut(first), promise: nil)
        context?.writeAndFlush(wrapOutboundOut(second), promise: nil)
    }

    func readBody(for exchange: HTTP1ServerExchange) {
        guard exchange === self.exchange else { return }
        bodyWanted = true
        if case .head = reading { return }
        expectAnswerProgress()
        process()
    }

    func enterTunnel() {
        reading = .tunnel
        expect(.body, limits.idle)
        process()
    }

    /// The answer is out: the next request may come, or the connection ends.
    func finished(_ exchange: HTTP1ServerExchange, keepsAlive: Bool) {
        guard exchange === self.exchange else { return }
        requestWasComplete = requestIsComplete
        dropExchange()
        guard keepsAlive, requestWasComplete, !isDraining else { return linger() }
        reading = .head
        expect(.idle, limits.idle)
        process()
    }

    func abort(_ exchange: HTTP1ServerExchange) {
        guard exchange === self.exchange else { return }
        dropExchange()
        reading = .discarding
        flushHead()
        context?.close(promise: nil)
    }

    // MARK: Ends

    private func dropExchange() {
        exchange?.detach()
        exchange = nil
        receiver = nil
    }

    /// When the last byte is out, closes the output and reads on for a moment: closing at once would drop what is not
    /// written yet, and reset an answer that the client has not read yet.
    private func linger() {
        guard let context else { return }
        flushHead()
        reading = .discarding
        buffer.clear()
        pending = .max
        expect(.answer, limits.answer)
        lastByteOut(context).assumeIsolated().whenComplete { [weak self] _ in self?.closeOutput() }
        if readHeld {
            readHeld = false
            context.read()
        }
    }

    /// Behind TLS an empty write says nothing about what is encrypted and not yet taken, so it goes around it.
    private func lastByteOut(_ context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
        return (tls ?? context).writeAndFlush(wrapOutboundOut(ByteBuffer()))
    }

    private func closeOutput() {
        if isDraining { leave() }
        guard let context else { return }
        // TLS has its own farewell; a client that still sends would take it for an error, and miss the answer.
        if facts.tlsVersion != nil, requestWasComplete { return context.close(promise: nil) }
        expect(.lingering, limits.lingering)
        context.close(mode: .output, promise: nil)
    }

    /// Between requests the connection ends now; else with the answer under way.
    private func drain(_ busy: BusyConnections) {
        guard farewell == nil, !reading.isDiscarding else { return }
        farewell = busy
        busy.enter()
        switch reading {
        case .head where buffer.readableBytes == 0: linger()
        default: return
        }
    }

    private func leave() {
        guard !hasLeft else { return }
        hasLeft = true
        farewell?.leave()
    }

    private func end() {
        deadline.cancel(in: deadlines)
        let receiver = receiver
        // What a client sent through a tunnel before it left is still for the task.
        if case .tunnel = reading, buffer.readableBytes > 0 { receiver?.receive(body: buffer) }
        reading = .discarding
        buffer.clear()
        dropExchange()
        receiver?.clientGone()
        if farewell != nil { leave() }
    }

    // MARK: Deadlines

    private func expect(_ kind: ConnectionDeadline.Kind, _ delay: TimeAmount) {
        guard context != nil else { return }
        if kind != deadline.kind { pending = .max }
        deadline.set(kind, after: delay, in: deadlines, for: self)
    }

    /// While the request's body is awaited the client must send; while the task thinks nobody must do anything.
    private func expectAnswerProgress() {
        switch reading {
        case .tunnel: expect(.body, limits.idle)
        case .body, .chunks:
            guard bodyWanted, let now else { return deadline.relax() }
            expect(.body, TimeAmount(pace.waits(at: now) - now))
        case .answerPending, .head, .discarding: if isWritable { deadline.relax() }
        }
    }

    private var now: Duration? { context?.eventLoop.now.sinceBoot }

    package func deadlinePassed() {
        guard deadline.hasPassed(in: deadlines, for: self), let loop = context?.eventLoop else { return }
        switch deadline.kind {
        case .head:
            refuse(MessageRefusal(408, "the head took too long"))
        case .body where !bodyWanted:
            // The task is the slow one: its own time limits count.
            expectAnswerProgress()
        case .body where !reading.isTunnel && !pace.isOver(at: loop.now.sinceBoot):
            expectAnswerProgress()
        case .body where exchange.map { !$0.hasStarted } ?? false:
            refuse(MessageRefusal(408, "the body took too long"))
        case .idle where clientTakesBytes():
            expect(.idle, limits.idle)
        case .answer where clientTakesBytes():
            expect(.answer, limits.answer)
        case .handshake, .idle, .body, .answer, .lingering:
            context?.close(promise: nil)
        }
    }

    /// Whether the client has taken enough of what it is owed since this was last asked. A large answer may be out of our hands
    /// and still on its way.
    private func clientTakesBytes() -> Bool {
        let (left, before) = (owed, pending)
        pending = left
        return left > 0 && (before == .max || before - left >= limits.leastTaken)
    }

    private var owed: Int { (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }
}

extension HTTP1ServerHandler.Reading {
    fileprivate var isDiscarding: Bool { if case .discarding = self { true } else { false } }
    fileprivate var isTunnel: Bool { if case .tunnel = self { true } else { false } }
}
