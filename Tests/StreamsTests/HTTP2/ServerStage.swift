import NIOCore
import NIOEmbedded
import Streams
import Testing
import TrafficRules

/// A server's side of one HTTP/2 connection in an embedded channel: the test is the client, and what handles requests.
final class ServerStage {
    let channel = EmbeddedChannel()
    let handler = StagedHandler()
    private var received: [UInt8] = []

    init(limits: ConnectionLimits = ConnectionLimits(), greets: Bool = true) throws {
        try channel.pipeline.syncOperations.addHandler(
            HTTP2ServerHandler(
                handler: handler, limits: limits, httpLimits: HTTP1Limits(),
                facts: ConnectionFacts(clientAddress: "::1", clientPort: 1, serverPort: 2), clock: LoopClock(),
                scratch: LoopScratch(), deadlines: LoopDeadlines(channel.eventLoop)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        if greets {
            try send(Frame.hello)
            _ = frames()
        }
    }

    var isOpen: Bool { channel.isActive }
    var loop: EmbeddedEventLoop { channel.embeddedEventLoop }

    func send(_ bytes: [UInt8]) throws {
        try channel.writeInbound(ByteBuffer(bytes: bytes))
        loop.run()
    }

    func send(_ frames: Frame...) throws { try send(frames.flatMap(\.bytes)) }

    /// What has come since this was last asked.
    func frames() -> [Frame] {
        loop.run()
        while let buffer = try? channel.readOutbound(as: ByteBuffer.self) {
            received.append(contentsOf: buffer.readableBytesView)
        }
        let frames = Frame.all(in: received)
        received.removeFirst(frames.reduce(0) { $0 + 9 + $1.payload.count })
        return frames
    }

    /// Kind, flags and stream of each frame but window updates.
    func heads() -> [String] {
        frames().filter { $0.kind != 8 }.map {
            "\(Self.names[Int($0.kind)])\($0.flags & 1 == 1 ? "!" : "") \($0.stream)"
        }
    }

    private static let names = [
        "DATA", "HEADERS", "PRIORITY", "RESET", "SETTINGS", "PUSH", "PING", "GOAWAY", "WINDOW", "CONTINUATION",
    ]

    func end() { _ = try? channel.finish(acceptAlreadyClosed: true) }
}

/// Keeps what it is asked, and answers when the test says so.
final class StagedHandler: RequestHandler {
    private(set) var requests: [StagedRequest] = []
    private(set) var refusals: [MessageRefusal] = []
    /// Called for each request at once.
    var onRequest: ((StagedRequest) -> Void)?

    func begin(_ request: IncomingRequest, _ responder: any Responder) -> (any RequestReceiver)? {
        let staged = StagedRequest(request, responder)
        requests.append(staged)
        onRequest?(staged)
        return staged
    }

    func refused(_ refusal: MessageRefusal, facts: ConnectionFacts) { refusals.append(refusal) }

    /// Holds no request any more.
    func forget() { requests = [] }
}

/// One request as it was heard of.
final class StagedRequest: RequestReceiver {
    let request: IncomingRequest
    let responder: any Responder
    private(set) var body = ByteBuffer()
    private(set) var trailers: HeaderFields?
    private(set) var ended = 0
    private(set) var gone = 0
    private(set) var room: [Bool] = []
    var readsOn = true

    init(_ request: IncomingRequest, _ responder: any Responder) {
        self.request = request
        self.responder = responder
    }

    func receive(body piece: ByteBuffer) {
        body.writeImmutableBuffer(piece)
        if readsOn { responder.readBody() }
    }

    func receiveEnd(trailers: HeaderFields?) {
        ended += 1
        self.trailers = trailers
    }

    func clientGone() { gone += 1 }
    func clientWritabilityChanged(isWritable: Bool) { room.append(isWritable) }

    func answer(_ text: String = "", status: Int = 200) {
        responder.send(whole: ResponseHead(status: status), body: ByteBuffer(string: text), length: nil)
    }
}
