import NIOCore
import NIOEmbedded
import Streams
import Testing
import TrafficRules

/// A connection and a request of it hold each other while the request is under way. However that ends, whoever answered may keep the
/// request's answering side, and that keeps nothing of the connection.
@Suite struct LifetimeTests {
    /// What has become of the request when its connection ends.
    enum Course: CaseIterable {
        case answered, streamed, answeredEarly, aborted, givenUp, uploading, uploaded, waiting, refused
    }

    /// How the connection ends.
    enum End: CaseIterable { case lost, closedHalfway, broken }

    private struct Weak { weak var object: AnyObject? }

    @Test(arguments: Course.allCases, End.allCases)
    func nothingOfAnHTTP2ConnectionOutlivesIt(course: Course, end: End) throws {
        let stage = try ServerStage()
        let connection = try Weak(
            object: stage.channel.pipeline.syncOperations.handler(type: HTTP2ServerHandler.self))
        if course == .refused {
            try stage.send(.headers(1, Block.named(2, "CONNECT") + Block.authority))
        } else if [.answeredEarly, .uploading, .uploaded].contains(course) {
            try stage.send(.headers(1, Block.post, flags: 4), .data(1, [1], flags: course == .uploaded ? 1 : 0))
        } else {
            try stage.send(.headers(1))
        }
        if course == .givenUp { try stage.send(.reset(1)) }
        try answer(stage.handler.requests.first, course)
        if end == .broken { try stage.send(.data(0)) }
        close(stage.channel, end)
        try expectNothingLeft(stage.handler, connection, course)
    }

    @Test(arguments: Course.allCases, End.allCases)
    func nothingOfAnHTTP1ConnectionOutlivesIt(course: Course, end: End) throws {
        let channel = EmbeddedChannel()
        let handler = StagedHandler()
        let connection = try add(to: channel, handler)
        func send(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }
        if course == .refused {
            try send("GET / HTTP/1.1\r\n\r\n")
        } else if [.answeredEarly, .uploading, .uploaded].contains(course) {
            try send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n\(course == .uploaded ? "ab" : "a")")
        } else {
            try send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        }
        try answer(handler.requests.first, course)
        if end == .broken { _ = try? send("\n\n") }
        close(channel, end)
        try expectNothingLeft(handler, connection, course)
    }

    /// A connection that stays open keeps no request that is over.
    @Test func nothingOfARequestOutlivesItsAnswer() throws {
        let stage = try ServerStage()
        stage.handler.onRequest = { $0.answer("hello") }
        try stage.send(.headers(1))
        let stream = try Weak(object: #require(stage.handler.requests.first).responder)
        stage.handler.forget()
        #expect(stream.object == nil)
        #expect(stage.heads() == ["HEADERS 1", "DATA! 1"])
        #expect(stage.isOpen)
        stage.end()
    }

    private func add(to channel: EmbeddedChannel, _ handler: StagedHandler) throws -> Weak {
        let connection = HTTP1ServerHandler(
            handler: handler, limits: ConnectionLimits(), httpLimits: HTTP1Limits(),
            facts: ConnectionFacts(clientAddress: "::1", clientPort: 1, serverPort: 2), clock: LoopClock(),
            turn: LoopTurn(), deadlines: LoopDeadlines(channel.eventLoop))
        try channel.pipeline.syncOperations.addHandler(connection)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return Weak(object: connection)
    }

    private func answer(_ request: StagedRequest?, _ course: Course) throws {
        guard course != .refused else {
            #expect(request == nil)
            return
        }
        let request = try #require(request)
        switch course {
        case .answered, .answeredEarly: request.answer("hello")
        case .streamed:
            request.responder.send(ResponseHead(status: 200), body: .chunked)
            request.responder.send(ByteBuffer(string: "hello"))
        case .aborted: request.responder.abort()
        case .uploading, .uploaded: request.responder.readBody()
        case .givenUp, .waiting, .refused: break
        }
    }

    private func close(_ channel: EmbeddedChannel, _ end: End) {
        if end == .closedHalfway { channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        channel.embeddedEventLoop.run()
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    private func expectNothingLeft(_ handler: StagedHandler, _ connection: Weak, _ course: Course) throws {
        #expect(connection.object == nil)
        let answering = handler.requests.map { Weak(object: $0.responder) }
        #expect(answering.isEmpty == (course == .refused))
        handler.forget()
        #expect(answering.allSatisfy { $0.object == nil })
    }
}
