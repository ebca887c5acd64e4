import NIOCore
import TrafficRules

/// One request over HTTP/2 and its answer: hands the body on as it is asked for, and keeps what the client's window or its
/// connection does not let through yet.
final class HTTP2ServerStream: Responder {
    private enum Writing {
        case pending
        case body(isDropped: Bool)
        case done

        var isDone: Bool { if case .done = self { true } else { false } }
    }

    /// Bytes that may wait before the sender is asked to pause, and when it may go on.
    private static let highWater = 64 << 10
    private static let lowWater = 32 << 10
    /// Bytes of one frame of data, so that streams have their turns.
    static let mostOfAFrame = 16 << 10

    let id: UInt32
    let eventLoop: any EventLoop
    private let isHead: Bool
    /// Until the stream ends (`leave`, `drop`), which the handler sees to on every way: it holds the stream as long.
    private var server: HTTP2ServerHandler?
    private var receiver: (any RequestReceiver)?
    private var writing = Writing.pending
    private var expectsContinue: Bool

    private var pieces: [ByteBuffer] = []
    private var inputEnded: Bool
    private var requestTrailers: HeaderFields?
    private var bodyWanted = false
    private var pace: BodyPace
    private var answerPace: BodyPace
    private let isCall: Bool
    private var endDelivered = false
    private var isDelivering = false

    private var waiting: [ByteBuffer] = []
    private var waitingBytes = 0
    private var endWaits = false
    private var trailersWait: HeaderFields?
    private var isFull = false
    /// In the line of those that may write.
    var isQueued = false

    /// When the client must have sent or taken something.
    private(set) var deadline = NIODeadline.distantFuture
    private var awaitsBody = false
    private var isLingering = false

    convenience init(
        _ id: UInt32, _ head: borrowing RequestHead, isEnd: Bool, server: HTTP2ServerHandler, loop: any EventLoop
    ) {
        self.init(
            id, isHead: head.method == .head, isCall: head.fields.isCall,
            expectsContinue: head.fields.contains(.expect), isEnd: isEnd, server: server, loop: loop)
    }

    /// Without a head that is served.
    init(
        _ id: UInt32, isHead: Bool = false, isCall: Bool = false, expectsContinue: Bool = false, isEnd: Bool,
        server: HTTP2ServerHandler, loop: any EventLoop
    ) {
        self.id = id
        self.server = server
        eventLoop = loop
        self.isHead = isHead
        self.isCall = isCall
        self.expectsContinue = expectsContinue
        inputEnded = isEnd
        pace = server.bodyPace
        answerPace = server.answerPace
    }

    // MARK: The request

    /// Called once, after the handler has seen the head.
    func begun(_ receiver: (any RequestReceiver)?) {
        guard !writing.isDone else { return }
        self.receiver = receiver
        deliver()
    }

    func receive(_ piece: ByteBuffer, isEnd: Bool) {
        inputEnded = inputEnded || isEnd
        if receiver == nil, writing.isDone {
            server?.consumed(piece.readableBytes, of: self)
        } else {
            Self.keep(piece, in: &pieces)
        }
        deliver()
    }

    /// Small ones are put together: whoever sends byte by byte would have many kept, each dearer than what is in it, and taken one by one
    /// from the front of an array.
    private static func keep(_ piece: ByteBuffer, in pieces: inout [ByteBuffer]) {
        guard piece.readableBytes > 0 else { return }
        guard let last = pieces.last, last.readableBytes + piece.readableBytes <= mostOfAFrame else {
            return pieces.append(piece)
        }
        pieces[pieces.count - 1].writeImmutableBuffer(piece)
    }

    func receive(trailers: HeaderFields) {
        requestTrailers = trailers
        inputEnded = true
        deliver()
    }

    private func deliver() {
        guard !isDelivering else { return }
        isDelivering = true
        defer { isDelivering = false }
        while bodyWanted, let receiver, !pieces.isEmpty {
            let piece = pieces.removeFirst()
            bodyWanted = false
            if awaitsBody { relax() }
            count(piece.readableBytes)
            server?.consumed(piece.readableBytes, of: self)
            receiver.receive(body: piece)
        }
        if pieces.isEmpty, inputEnded, !endDelivered, let receiver {
            endDelivered = true
            if awaitsBody { relax() }
            receiver.receiveEnd(trailers: requestTrailers)
        }
    }

    /// The client gave the stream up, or the connection is lost.
    func gone() {
        let receiver = receiver
        let wasDone = writing.isDone && waiting.isEmpty && !endWaits
        drop()
        if !wasDone { receiver?.clientGone() }
    }

    /// It has ended as it should. What is asked of it from now on finds nobody.
    func leave() { server = nil }

    private func drop() {
        writing = .done
        receiver = nil
        leave()
        pieces = []
        waiting = []
        waitingBytes = 0
        endWaits = false
        trailersWait = nil
        relax()
    }

    // MARK: Responder

    var isWritable: Bool { server != nil && waitingBytes < Self.highWater }

    func readBody() {
        guard !writing.isDone else { return }
        bodyWanted = true
        if expectsContinue, case .pending = writing {
            expectsContinue = false
            send(interim: ResponseHead(status: 100))
        }
        if !inputEnded, pieces.isEmpty {
            let now = eventLoop.now.sinceBoot
            expect(TimeAmount(pace.waits(at: now) - now), body: true)
        }
        deliver()
    }

    /// A call of gRPC, or an answer that has begun, is a conversation: only silence ends it.
    private func count(_ bytes: Int) {
        if case .pending = writing, !isCall { return pace.received(bytes, at: eventLoop.now.sinceBoot) }
        pace.forgive()
    }

    func send(interim head: ResponseHead) {
        guard case .pending = writing else { return }
        server?.send(head, length: nil, isEnd: false, isInterim: true, of: self)
    }

    func send(whole head: ResponseHead, body: ByteBuffer?, length: Int?) {
        guard case .pending = writing, let server else { return }
        let size = body?.readableBytes ?? 0
        let sendsBody = !isHead && size > 0
        server.send(head, length: framedLength(head, length ?? size), isEnd: !sendsBody, of: self)
        end(with: sendsBody ? body : nil, server)
    }

    func send(prepared head: PreparedHead, own: HeaderFields, body: ByteBuffer) {
        guard case .pending = writing, let server else { return }
        let sendsBody = !isHead && body.readableBytes > 0
        server.send(head, own: own, length: body.readableBytes, isEnd: !sendsBody, of: self)
        end(with: sendsBody ? body : nil, server)
    }

    /// Behind the head of a whole answer. A body that goes at once waits nowhere.
    private func end(with body: ByteBuffer?, _ server: HTTP2ServerHandler) {
        writing = .done
        if var body, !server.writeAll(&body, of: self) {
            write(body, isEnd: true)
        } else {
            server.ended(self)
        }
        receiver = nil
        dropInput()
    }

    func send(_ head: ResponseHead, body: BodyFraming) {
        guard case .pending = writing, let server else { return }
        let isDropped = isHead || head.status == 204 || head.status == 304 || body == .none
        let length = isHead ? nil : body.knownLength
        writing = .body(isDropped: isDropped)
        server.send(head, length: framedLength(head, length), isEnd: isDropped, of: self)
    }

    func send(_ bytes: ByteBuffer) {
        guard case .body(isDropped: false) = writing, bytes.readableBytes > 0 else { return }
        write(bytes, isEnd: false)
    }

    func finish(trailers: HeaderFields?) {
        guard case .body(let isDropped) = writing else { return }
        writing = .done
        receiver = nil
        dropInput()
        guard !isDropped else {
            server?.ended(self)
            return
        }
        if let trailers, trailers.count > 0 { trailersWait = trailers }
        write(ByteBuffer(), isEnd: true)
    }

    func abort() {
        if writing.isDone { return }
        let server = server
        drop()
        server?.reset(self, .internalError)
    }

    /// WebSocket over HTTP/2 (RFC 8441) is not offered, so no client asks for it.
    func switchProtocols(_ head: ResponseHead) { abort() }

    private func framedLength(_ head: ResponseHead, _ length: Int?) -> Int? {
        head.status == 204 || head.status == 304 || head.fields.contains(.contentLength) ? nil : length
    }

    private func dropInput() {
        for piece in pieces { server?.consumed(piece.readableBytes, of: self) }
        pieces = []
        if awaitsBody { relax() }
    }

    // MARK: Writing as the client lets through

    /// A window has opened or the connection takes bytes again.
    var isWaiting: Bool { endWaits || !waiting.isEmpty }

    /// Only its end is left, which no window holds back.
    var endsWithoutData: Bool { endWaits && waiting.isEmpty }

    private func write(_ bytes: ByteBuffer, isEnd: Bool) {
        Self.keep(bytes, in: &waiting)
        waitingBytes += bytes.readableBytes
        endWaits = endWaits || isEnd
        server?.wantsToWrite(self)
        if isWaiting { expectTaking() }
        if waitingBytes >= Self.highWater { isFull = true }
    }

    /// One frame's worth; false when nothing more can go now.
    func writeSome(to connection: inout HTTP2Connection) -> Bool {
        let isLast = endWaits && waiting.count <= 1
        guard var piece = waiting.first ?? (endWaits ? ByteBuffer() : nil) else { return false }
        let endsWithData = isLast && trailersWait == nil
        if piece.readableBytes > 0 || endsWithData {
            guard let sent = connection.send(id, &piece, isEnd: endsWithData, most: Self.mostOfAFrame) else {
                return false
            }
            guard sent > 0 || endsWithData && piece.readableBytes == 0 else { return false }
            waitingBytes -= sent
            answerPace.received(sent, at: eventLoop.now.sinceBoot)
            if piece.readableBytes > 0 {
                waiting[0] = piece
                expectTaking()
                return true
            }
            if !waiting.isEmpty { waiting.removeFirst() }
        }
        guard isLast, waiting.isEmpty else { return true }
        if let trailersWait { connection.send(id, trailers: trailersWait) }
        endWaits = false
        relax()
        return false
    }

    /// True once when there is room again after there was none.
    func hasRoomAgain() -> Bool {
        guard isFull, waitingBytes <= Self.lowWater else { return false }
        isFull = false
        return true
    }

    func tellRoom() { receiver?.clientWritabilityChanged(isWritable: true) }

    /// All of the answer has been handed to the connection.
    var isAnswered: Bool { writing.isDone && !isWaiting }

    /// Nothing of the request is still to come.
    var requestIsComplete: Bool { inputEnded }

    // MARK: Time

    private func relax() {
        deadline = .distantFuture
        awaitsBody = false
    }

    /// What waits is for the client to let through.
    private func expectTaking() {
        let now = eventLoop.now.sinceBoot
        expect(TimeAmount(answerPace.waits(at: now) - now), body: false)
    }

    /// Reads on after the answer, and keeps nothing of it.
    func linger() {
        guard !isLingering else { return }
        isLingering = true
        if let server { expect(server.limits.lingering, body: false) }
    }

    private func expect(_ delay: TimeAmount, body: Bool) {
        awaitsBody = body
        deadline = eventLoop.now + delay
        server?.expect(by: deadline)
    }

    func timedOut() {
        if awaitsBody, !bodyWanted || !pieces.isEmpty { return relax() }
        let receiver = receiver
        if awaitsBody, case .pending = writing {
            send(whole: Refusals.answer(408), body: nil, length: 0)
        } else {
            let (server, code) = (server, isAnswered ? HTTP2ErrorCode.noError : .cancel)
            drop()
            server?.reset(self, code)
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
