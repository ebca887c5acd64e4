package import NIOCore
import NIOSSL
import TrafficRules

/// Speaks HTTP/2 with one client: one handler for the connection and all its streams. `HTTP2Connection` decides; what
/// comes and goes in one turn of the loop is written at once.
package final class HTTP2ServerHandler: ChannelDuplexHandler, DeadlineOwner {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    /// Bytes written in one go, and kept by a connection that does not take them.
    private static let most = 128 << 10

    let limits: ConnectionLimits
    private let handler: any RequestHandler
    private let facts: ConnectionFacts
    private let clock: LoopClock
    /// What each stream begins with.
    let bodyPace: BodyPace
    let answerPace: BodyPace
    private let scratch: LoopScratch
    private let deadlines: LoopDeadlines
    private var connection: HTTP2Connection
    private var streams = StreamTable<HTTP2ServerStream>()
    private var line = CircularBuffer<HTTP2ServerStream>()
    private var buffer = ByteBuffer()
    private var context: ChannelHandlerContext?
    private var isReading = false
    /// When what is being read came.
    private var readAt = NIODeadline.now()
    private var flushIsDue = false
    private var isFlushing = false
    private var readHeld = false
    private var isClosed = false

    /// Its earliest deadline on the loop's wheel, and when that is.
    private var place: DeadlineWheel.Place?
    private var placedAt = NIODeadline.distantFuture
    /// When the last stream ended; the connection's beginning before that.
    private var idleSince: NIODeadline
    private var headSince: NIODeadline?
    /// Since when, and with how many bytes, the client takes nothing.
    private var stalled: (since: NIODeadline, bytes: Int)?
    private var farewell = Farewell.none

    /// The steps of RFC 9113 §6.8.
    private enum Farewell {
        case none
        /// The first GOAWAY is out, and a PING whose answer tells that no stream is on its way any more.
        case announced(BusyConnections)
        /// The second GOAWAY is out: the connection ends with its last stream.
        case last(BusyConnections)
        /// The last byte is on its way.
        case leaving
    }

    private static let farewellPing: UInt64 = 0x7465_7272_6163_6521
    private static let anyStream: UInt32 = 0x7fff_ffff

    package init(
        handler: any RequestHandler, limits: ConnectionLimits, httpLimits: HTTP1Limits, facts: ConnectionFacts,
        clock: LoopClock, scratch: LoopScratch, deadlines: LoopDeadlines
    ) {
        self.handler = handler
        self.limits = limits
        bodyPace = limits.pace()
        answerPace = limits.answerPace()
        self.facts = facts
        self.clock = clock
        self.scratch = scratch
        self.deadlines = deadlines
        idleSince = .now()
        connection = HTTP2Connection(
            role: .server,
            limits: .init(streams: limits.streams, headerList: httpLimits.head, fieldCount: httpLimits.fieldCount))
    }

    // MARK: Channel events

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        idleSince = context.eventLoop.now
        expect(by: idleSince + limits.idle)
        flush()
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    package func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if isClosed { return }
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.writeBuffer(&bytes)
        }
        isReading = true
        readAt = context.eventLoop.now
        scratch.lend(to: &connection.output)
        process(at: readAt)
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        flush()
        context.fireChannelReadComplete()
    }

    /// A client that does not take its answers is not read from: what it asks for would only pile up.
    package func read(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            context.read()
        } else {
            readHeld = true
        }
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stalled = nil
            flush()
            if readHeld {
                readHeld = false
                context.read()
            }
        } else {
            watchStall(context)
        }
        context.fireChannelWritabilityChanged()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as FarewellEvent: announce(event.busy)
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: From frames to requests

    private func process(at now: NIODeadline) {
        do throws(HTTP2Fault) {
            while !isClosed, let event = try connection.next(&buffer, at: now) { act(on: event) }
        } catch {
            lose(error)
        }
        headSince = connection.isWithinHead ? headSince ?? now : nil
        if let headSince { expect(by: headSince + limits.head) }
        if buffer.readableBytes == 0 { buffer = ByteBuffer() }
    }

    private func act(on event: consuming HTTP2Event) {
        switch consume event {
        case .request(let id, let head, let length, let isEnd):
            begin(id, head, length, isEnd: isEnd)
        case .refused(let id, let refusal, let isEnd):
            refuse(id, refusal, isEnd: isEnd)
        case .malformed(_, let reason):
            handler.refused(MessageRefusal(400, reason), facts: facts)
        case .data(let id, let bytes, let isEnd):
            if let stream = streams[id] {
                stream.receive(bytes, isEnd: isEnd)
                if isEnd, stream.isAnswered { ended(stream) }
            } else {
                connection.consumed(bytes.readableBytes, of: id)
            }
        case .trailers(let id, let fields):
            guard let stream = streams[id] else { return }
            stream.receive(trailers: fields)
            if stream.isAnswered { ended(stream) }
        case .reset(let id, _):
            let stream = streams.remove(id)
            stream?.gone()
            idleIfEmpty()
        case .windowOpened(0):
            for stream in streams.all where stream.isWaiting { enqueue(stream) }
        case .windowOpened(let id):
            if let stream = streams[id], stream.isWaiting { enqueue(stream) }
        case .pong(Self.farewellPing):
            pongCame()
        case .pong, .goAway, .answer:
            return
        }
    }

    private func begin(_ id: UInt32, _ head: consuming RequestHead, _ length: Int?, isEnd: Bool) {
        guard let loop = context?.eventLoop else { return }
        let stream = HTTP2ServerStream(id, head, isEnd: isEnd, server: self, loop: loop)
        streams.insert(stream, as: id)
        let framing: BodyFraming = isEnd ? .none : length.map { .length($0) } ?? .chunked
        stream.begun(handler.begin(IncomingRequest(head: head, body: framing, facts: facts), stream))
    }

    private func refuse(_ id: UInt32, _ refusal: MessageRefusal, isEnd: Bool) {
        handler.refused(refusal, facts: facts)
        guard let loop = context?.eventLoop else { return }
        let stream = HTTP2ServerStream(id, isEnd: isEnd, server: self, loop: loop)
        streams.insert(stream, as: id)
        stream.send(whole: Refusals.answer(refusal.status), body: nil, length: 0)
    }

    // MARK: What streams ask for

    func consumed(_ count: Int, of stream: HTTP2ServerStream) {
        connection.consumed(count, of: stream.id)
        flushSoon()
    }

    func send(_ head: ResponseHead, length: Int?, isEnd: Bool, isInterim: Bool = false, of stream: HTTP2ServerStream) {
        let date = isInterim || head.fields.contains(.date) ? nil : clock.httpDate
        connection.send(stream.id, head, length: length, date: date, isEnd: isEnd)
        flushSoon()
    }

    func send(_ head: PreparedHead, own: HeaderFields, length: Int, isEnd: Bool, of stream: HTTP2ServerStream) {
        connection.send(
            stream.id, head, own: own, length: head.hasLength ? nil : length,
            date: head.hasDate ? nil : clock.httpDate, isEnd: isEnd)
        flushSoon()
    }

    /// Writes a whole body and the answer's end, if nobody stands before it and all of it may go now. If not, `body` is what is left.
    func writeAll(_ body: inout ByteBuffer, of stream: HTTP2ServerStream) -> Bool {
        guard line.isEmpty else { return false }
        while mayWrite,
            let sent = connection.send(stream.id, &body, isEnd: true, most: HTTP2ServerStream.mostOfAFrame)
        {
            if body.readableBytes == 0 { return true }
            if sent == 0 { return false }
        }
        return false
    }

    /// At once when nobody stands before it, so that a small answer is one piece.
    func wantsToWrite(_ stream: HTTP2ServerStream) {
        guard !stream.isQueued else { return }
        if line.isEmpty, mayWrite { while mayWrite, stream.writeSome(to: &connection) {} }
        if stream.isAnswered {
            ended(stream)
        } else if stream.isWaiting {
            enqueue(stream)
        }
        flushSoon()
    }

    /// Its answer is out. What is left of the request is of no interest, and RFC 9113 §8.1 lets us say so by a reset; but there
    /// are clients that take one for a failure and drop the answer (curl 7.88, Python's httpx). So the rest is read for a
    /// moment, as fast as it comes.
    func ended(_ stream: HTTP2ServerStream) {
        guard stream.requestIsComplete else { return stream.linger() }
        guard streams.remove(stream.id) != nil else { return }
        stream.leave()
        idleIfEmpty()
        flushSoon()
    }

    func reset(_ stream: HTTP2ServerStream, _ code: HTTP2ErrorCode) {
        connection.reset(stream.id, code)
        streams.remove(stream.id)
        idleIfEmpty()
        flushSoon()
    }

    private func idleIfEmpty() {
        guard streams.isEmpty, let context else { return }
        idleSince = isReading ? readAt : context.eventLoop.now
        if case .last = farewell { flushSoon() }
    }

    // MARK: Writing

    private var mayWrite: Bool {
        connection.output.readableBytes < Self.most && context?.channel.isWritable ?? false
    }

    private func enqueue(_ stream: HTTP2ServerStream) {
        guard !stream.isQueued, connection.mayContinue(stream.id) || stream.endsWithoutData else { return }
        stream.isQueued = true
        line.append(stream)
        flushSoon()
    }

    /// Streams in turn, a frame each. One that has room again is told so, once its turn is over.
    private func pump() {
        while mayWrite, let stream = line.popFirst() {
            stream.isQueued = false
            let goesOn = stream.writeSome(to: &connection)
            if stream.isAnswered {
                ended(stream)
                continue
            }
            if goesOn, stream.isWaiting { enqueue(stream) }
            if stream.hasRoomAgain() { stream.tellRoom() }
        }
    }

    private func flushSoon() {
        guard !isReading, !flushIsDue, !isFlushing, let context else { return }
        flushIsDue = true
        context.eventLoop.assumeIsolated().execute { [weak self] in
            self?.flushIsDue = false
            self?.flush()
        }
    }

    /// Hands over what there is, and goes on as long as the client takes it. A write may make the channel writable again
    /// before it returns, which leads back here.
    private func flush() {
        guard let context, !isClosed, !isFlushing else { return }
        isFlushing = true
        repeat {
            pump()
            var bytes = ByteBuffer()
            swap(&bytes, &connection.output)
            guard bytes.readableBytes > 0 else { break }
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            scratch.give(bytes)
        } while !isClosed && (connection.output.readableBytes > 0 || !line.isEmpty && context.channel.isWritable)
        isFlushing = false
        if !context.channel.isWritable { watchStall(context) }
        if case .last(let busy) = farewell, streams.isEmpty { leave(busy) }
    }

    // MARK: Ends

    private func announce(_ busy: BusyConnections) {
        guard case .none = farewell, !isClosed else { return }
        busy.enter()
        farewell = .announced(busy)
        connection.goAway(last: Self.anyStream)
        connection.ping(Self.farewellPing)
        flush()
    }

    private func pongCame() {
        guard case .announced(let busy) = farewell else { return }
        farewell = .last(busy)
        connection.goAway(last: connection.lastStream)
        flushSoon()
    }

    /// Behind TLS an empty write says nothing about what is encrypted and not yet taken, so it goes around it.
    private func leave(_ busy: BusyConnections) {
        guard let context else { return }
        farewell = .leaving
        let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
        (tls ?? context).writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { [weak self] _ in
            self?.context?.close(promise: nil)
            busy.leave()
        }
    }

    /// The whole connection is lost: says so, and closes.
    private func lose(_ fault: HTTP2Fault) {
        guard !isClosed else { return }
        handler.refused(MessageRefusal(400, fault.reason), facts: facts)
        connection.goAway(last: connection.lastStream, fault.code)
        closeAfterOutput()
    }

    private func closeAfterOutput() {
        let output = connection.output
        endStreams()
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
        context.close(promise: nil)
    }

    private func end() {
        if let place { deadlines.remove(place) }
        place = nil
        endStreams()
        switch farewell {
        case .announced(let busy), .last(let busy): busy.leave()
        case .none, .leaving: break
        }
        farewell = .leaving
    }

    private func endStreams() {
        isClosed = true
        buffer.clear()
        line.removeAll()
        let open = streams.all
        streams.removeAll()
        for stream in open { stream.gone() }
    }

    // MARK: Time

    /// One place on the wheel for the connection: it is told at the earliest moment, and looks at everything.
    func expect(by deadline: NIODeadline) {
        guard deadline < placedAt, context != nil, !isClosed else { return }
        if let place { deadlines.remove(place) }
        placedAt = deadline
        place = deadlines.insert(self, at: deadline)
    }

    package func deadlinePassed() {
        place = nil
        placedAt = .distantFuture
        guard let context, !isClosed else { return }
        let now = context.eventLoop.now
        if let headSince, headSince + limits.head <= now {
            return lose(HTTP2Fault(.enhanceYourCalm, "the head took too long"))
        }
        if let stalled, stalled.since + limits.answer <= now, !clientTookBytes(context, now) {
            return context.close(promise: nil)
        }
        for stream in streams.all where stream.deadline <= now { stream.timedOut() }
        if streams.isEmpty, idleSince + limits.idle <= now {
            connection.goAway(last: connection.lastStream)
            return closeAfterOutput()
        }
        if let next = nextDeadline { expect(by: next) }
    }

    private var nextDeadline: NIODeadline? {
        var next = streams.isEmpty ? idleSince + limits.idle : NIODeadline.distantFuture
        for stream in streams.all { next = min(next, stream.deadline) }
        if let headSince { next = min(next, headSince + limits.head) }
        if let stalled { next = min(next, stalled.since + limits.answer) }
        return next == .distantFuture ? nil : next
    }

    private func watchStall(_ context: ChannelHandlerContext) {
        guard stalled == nil else { return }
        let now = context.eventLoop.now
        stalled = (now, bufferedBytes(context))
        expect(by: now + limits.answer)
    }

    private func clientTookBytes(_ context: ChannelHandlerContext, _ now: NIODeadline) -> Bool {
        let left = bufferedBytes(context)
        guard let last = stalled?.bytes, last - left >= limits.leastTaken else { return false }
        stalled = (now, left)
        return true
    }

    private func bufferedBytes(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}
