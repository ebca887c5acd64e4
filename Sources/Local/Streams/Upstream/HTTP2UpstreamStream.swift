import NIOCore
import NIOHPACK
import NIOHTTP2
import TrafficRules

/// One request to a task over a shared HTTP/2 connection.
final class HTTP2UpstreamStream: UpstreamRequest {
    /// Bytes written and not yet sent, at which the client is no longer read, and at which it is again.
    private static let highWater = 64 << 10
    private static let lowWater = 32 << 10

    private struct End { var trailers: HeaderFields? }

    private let connection: HTTP2UpstreamConnection
    private var id: HTTP2StreamID?
    private var receiver: (any ResponseReceiver)?
    private var requestIsComplete = false
    private var unsent = 0
    private var hasHead = false
    private var pending = ByteBuffer()
    private var bodyWanted = false
    private var isProcessing = false
    /// The answer has come whole; its rest may still wait to be asked for.
    private var end: End?

    init(_ connection: HTTP2UpstreamConnection) { self.connection = connection }

    // MARK: The request

    var isWritable: Bool { unsent < Self.highWater }

    func send(_ head: RequestHead, body: BodyFraming, receiver: any ResponseReceiver) {
        requestIsComplete = body == .none
        let headers = HPACKHeaders(head, body: body)
        guard let id = connection.begin(self, headers, isEnd: requestIsComplete) else {
            // Nothing was written, so the request may go over any other connection.
            return receiver.failed(.cannotConnect("connection closed before its request"))
        }
        self.id = id
        self.receiver = receiver
    }

    func send(_ bytes: ByteBuffer) {
        guard let id, receiver != nil, !requestIsComplete, bytes.readableBytes > 0 else { return }
        let count = bytes.readableBytes
        unsent += count
        connection.write(.data(.init(data: .byteBuffer(bytes))), on: id) { [weak self] in self?.left(count) }
    }

    private func left(_ count: Int) {
        let wasFull = unsent > Self.lowWater
        unsent -= count
        if wasFull, unsent <= Self.lowWater { receiver?.taskWritabilityChanged(isWritable: true) }
    }

    func finishRequest(trailers: HeaderFields?) {
        guard let id, receiver != nil, !requestIsComplete else { return }
        requestIsComplete = true
        if let trailers, trailers.count > 0 {
            var headers = HPACKHeaders()
            headers.add(trailers)
            connection.write(.headers(.init(headers: headers, endStream: true)), on: id)
        } else {
            connection.write(.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true)), on: id)
        }
    }

    func readBody() {
        bodyWanted = true
        process()
    }

    /// There are no tunnels over these streams, so nothing is left to write.
    func finishWriting(within limit: TimeAmount) { cancel() }

    func cancel() {
        receiver = nil
        if let id { connection.reset(id, .cancel) }
    }

    // MARK: The answer

    func received(_ headers: HPACKHeaders, isEnd: Bool) {
        guard let receiver else { return }
        do throws(MessageRefusal) {
            if hasHead {
                end = End(trailers: try HeaderFields(headers))
                return process()
            }
            try received(ResponseHead(headers), isEnd: isEnd, receiver)
        } catch {
            fail(.invalidAnswer(error.reason))
        }
    }

    private func received(
        _ head: ResponseHead, isEnd: Bool, _ receiver: any ResponseReceiver
    ) throws(MessageRefusal) {
        if head.status < 200 {
            // RFC 9113 §8.1: an answer that ends so never came.
            guard !isEnd else { throw MessageRefusal(502, "an interim answer at the end") }
            // §8.6: a connection does not become one of another protocol, which a client over HTTP/1.1 would take it for.
            guard head.status != 101 else { throw MessageRefusal(502, "a change of protocol, which HTTP/2 has not") }
            return receiver.receive(interim: head)
        }
        var head = head
        let framing = try head.takeFraming()
        hasHead = true
        if isEnd { end = End() }
        receiver.receive(head: head, body: isEnd ? .none : framing)
        if isEnd { process() }
    }

    func received(_ bytes: ByteBuffer, padding: Int, isEnd: Bool) {
        if isEnd { end = End() }
        guard receiver != nil else { return }
        if let id, padding > 0, !isEnd { connection.returnWindow(padding, of: id) }
        pending.writeImmutableBuffer(bytes)
        process()
    }

    private func process() {
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        while bodyWanted, pending.readableBytes > 0 {
            let piece = pending
            pending = ByteBuffer()
            bodyWanted = false
            if let id, end == nil { connection.returnWindow(piece.readableBytes, of: id) }
            receiver?.receive(answer: piece)
        }
        guard let end, pending.readableBytes == 0, let receiver else { return }
        self.receiver = nil
        // RFC 9113 §8.1: the rest of a request that was answered is not needed.
        if !requestIsComplete, let id { connection.reset(id, .noError) }
        receiver.receiveAnswerEnd(trailers: end.trailers)
    }

    // MARK: Failures

    /// The stream has ended: by both sides, or by a reset.
    func closed(_ reason: NIOHTTP2.HTTP2ErrorCode?) {
        guard end == nil, receiver != nil else { return }
        if reason == .refusedStream { return fail(.cannotConnect("the task refused the stream")) }
        connectionClosed()
    }

    func connectionClosed() {
        guard end == nil else { return }
        fail(hasHead ? .closedWithinAnswer : .closedBeforeAnswer(wasReused: connection.hasServed))
    }

    func fail(_ failure: UpstreamFailure) {
        let receiver = receiver
        cancel()
        receiver?.failed(failure)
    }
}
