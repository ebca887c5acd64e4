import NIOCore
import NIOEmbedded
import Streams
import Testing
import TrafficRules

/// An HTTP/2 connection from its client's side.
@Suite struct ServerTests {
    private static let open = Frame.headers(1, Block.post, flags: 4)

    @Test func answersOfOneTurnLeaveInOneWrite() throws {
        let stage = try ServerStage()
        stage.handler.onRequest = { $0.answer("hello") }
        try stage.send(.headers(1), .headers(3), .headers(5))
        #expect(try stage.channel.readOutbound(as: ByteBuffer.self) != nil)
        #expect(try stage.channel.readOutbound(as: ByteBuffer.self) == nil)
        stage.end()
    }

    @Test func bodiesAndTrailersPassBothWays() throws {
        let stage = try ServerStage()
        try stage.send(Self.open, .data(1, Array("ab".utf8)), .data(1, Array("c".utf8)))
        let request = try #require(stage.handler.requests.first)
        request.responder.readBody()
        try stage.send(.headers(1, Block.literal("x-sum", "7")))
        #expect(String(buffer: request.body) == "abc")
        #expect(request.ended == 1)
        #expect(request.trailers?.string(FieldName("x-sum")) == "7")
        request.responder.send(interim: ResponseHead(status: 103))
        request.responder.send(ResponseHead(status: 200), body: .chunked)
        request.responder.send(ByteBuffer(string: "xyz"))
        var trailers = HeaderFields()
        trailers.append(FieldName("grpc-status"), "0")
        request.responder.finish(trailers: trailers)
        #expect(stage.heads() == ["HEADERS 1", "HEADERS 1", "DATA 1", "HEADERS! 1"])
        #expect(request.gone == 0)
        stage.end()
    }

    /// gRPC knows a call that failed at once by this: a body, were it empty, would be an answer without a status.
    @Test func anAnswerWithoutABodyEndsWithItsHead() throws {
        let stage = try ServerStage()
        try stage.send(.headers(1))
        let request = try #require(stage.handler.requests.first)
        request.responder.send(ResponseHead(status: 200), body: .none)
        request.responder.finish(trailers: nil)
        #expect(stage.heads() == ["HEADERS! 1"])
        try stage.send(.headers(3))
        #expect(stage.handler.requests.count == 2)
        stage.end()
    }

    @Test func aBodyIsReadOnlyAsItIsAskedFor() throws {
        let stage = try ServerStage()
        try stage.send(Self.open)
        let request = try #require(stage.handler.requests.first)
        request.readsOn = false
        for _ in 0..<16 { try stage.send(.data(1, .init(repeating: 1, count: 16_000))) }
        #expect(request.body.readableBytes == 0)
        #expect(!stage.frames().contains { $0.kind == 8 })
        request.readsOn = true
        request.responder.readBody()
        #expect(request.body.readableBytes == 256_000)
        #expect(stage.frames().contains { $0.kind == 8 && $0.stream == 1 })
        stage.end()
    }

    /// One piece for each of a quarter of a million bytes would be a hundred times dearer than the body.
    @Test func aBodyThatComesByteByByteIsKeptInLargePieces() throws {
        let stage = try ServerStage()
        defer { stage.end() }
        try stage.send(.headers(1, Block.post, flags: 4))
        let request = try #require(stage.handler.requests.first)
        request.readsOn = false
        for _ in 0..<40 { try stage.send([Frame](repeating: .data(1, [120]), count: 1000).flatMap(\.bytes)) }
        #expect(request.body.readableBytes == 0)
        for wanted in [16 << 10, 32 << 10, 40_000] {
            request.responder.readBody()
            #expect(request.body.readableBytes == wanted)
        }
    }

    /// One frame for each byte of a task that writes byte by byte would be ten times dearer than the answer.
    @Test func anAnswerThatWaitsLeavesInLargeFrames() throws {
        let stage = try ServerStage()
        defer { stage.end() }
        try stage.send(.settings([(4, 0)]), .headers(1))
        let request = try #require(stage.handler.requests.first)
        request.responder.send(ResponseHead(status: 200), body: .chunked)
        for _ in 0..<20_000 { request.responder.send(ByteBuffer(string: "x")) }
        request.responder.finish(trailers: nil)
        _ = stage.frames()
        try stage.send(.window(1, 20_000))
        let sizes = stage.frames().filter { $0.kind == 0 }.map(\.payload.count)
        #expect(sizes == [16_384, 3_616])
    }

    @Test func anAnswerWaitsForTheClientsWindowAndItsSenderIsTold() throws {
        let stage = try ServerStage()
        try stage.send(.headers(1))
        let request = try #require(stage.handler.requests.first)
        request.responder.send(ResponseHead(status: 200), body: .chunked)
        for _ in 0..<10 { request.responder.send(ByteBuffer(repeating: 1, count: 20_000)) }
        #expect(!request.responder.isWritable)
        #expect(stage.frames().filter { $0.kind == 0 }.reduce(0) { $0 + $1.payload.count } == 65_535)
        try stage.send(.window(1, 1 << 20), .window(0, 1 << 20))
        #expect(stage.frames().filter { $0.kind == 0 }.reduce(0) { $0 + $1.payload.count } == 200_000 - 65_535)
        #expect(request.room == [true])
        request.responder.finish(trailers: nil)
        #expect(stage.heads() == ["DATA! 1"])
        stage.end()
    }

    @Test func streamsShareTheConnectionInTurn() throws {
        let stage = try ServerStage()
        try stage.send(.settings([(4, 1 << 20)]), .window(0, 1 << 20))
        stage.channel.isWritable = false
        stage.handler.onRequest = { $0.answer(String(repeating: "x", count: 40_000)) }
        try stage.send(.headers(1), .headers(3))
        _ = stage.frames()
        stage.channel.isWritable = true
        stage.channel.pipeline.fireChannelWritabilityChanged()
        #expect(stage.heads() == ["DATA 1", "DATA 3", "DATA 1", "DATA 3", "DATA! 1", "DATA! 3"])
        stage.end()
    }

    /// The rest of the request is read for a moment, so that a client that takes a reset for a failure gets its answer.
    @Test(arguments: [true, false])
    func anEarlyAnswerLetsTheRequestEnd(hasTrailers: Bool) throws {
        let stage = try ServerStage()
        try stage.send(Self.open, .data(1, [1]))
        let request = try #require(stage.handler.requests.first)
        request.responder.readBody()
        request.answer(status: 413)
        #expect(stage.heads() == ["HEADERS! 1"])
        for _ in 0..<40 {
            try stage.send(.data(1, [UInt8](repeating: 1, count: 16_000)))
        }
        try stage.send(hasTrailers ? .headers(1, Block.literal("x-sum", "7")) : .data(1, [1], flags: 1), .headers(3))
        stage.loop.advanceTime(by: .seconds(3))
        #expect(stage.heads() == [])
        #expect(stage.handler.requests.count == 2)
        #expect(request.body.readableBytes == 1)
        #expect([request.ended, request.gone] == [0, 0])
        #expect(stage.isOpen)
        stage.end()
    }

    @Test func anEarlyAnswerEndsARequestThatGoesOn() throws {
        let stage = try ServerStage(limits: ConnectionLimits(lingering: .seconds(2)))
        try stage.send(Self.open, .data(1, [1]))
        let request = try #require(stage.handler.requests.first)
        request.responder.readBody()
        request.answer("no", status: 413)
        stage.loop.advanceTime(by: .milliseconds(1900))
        try stage.send(.data(1, [1]))
        #expect(stage.heads() == ["HEADERS 1", "DATA! 1"])
        stage.loop.advanceTime(by: .milliseconds(200))
        let frames = stage.frames().filter { $0.kind != 8 }
        #expect(frames.map(\.kind) == [3])
        #expect(frames.last?.payload == Frame.number(0))
        try stage.send(.data(1, [1, 2, 3]), .headers(3))
        #expect(stage.handler.requests.count == 2)
        #expect(request.gone == 0)
        #expect(stage.isOpen)
        stage.end()
    }

    @Test func aClientThatGivesAStreamUpIsHeardOfOnce() throws {
        let stage = try ServerStage()
        try stage.send(.headers(1), .headers(3))
        try stage.send(.reset(1))
        let requests = stage.handler.requests
        #expect(requests.map(\.gone) == [1, 0])
        requests[0].answer("late")
        #expect(stage.heads() == [])
        stage.channel.pipeline.fireChannelInactive()
        #expect(requests.map(\.gone) == [1, 1])
        stage.end()
    }

    @Test func aMalformedStreamEndsAloneAndIsCounted() throws {
        let stage = try ServerStage()
        stage.handler.onRequest = { $0.answer("ok") }
        try stage.send(.headers(1, Block.get + Block.literal("Upper", "x")), .headers(3))
        #expect(stage.heads() == ["RESET 1", "HEADERS 3", "DATA! 3"])
        #expect(stage.handler.refusals.map(\.status) == [400])
        #expect(stage.isOpen)
        stage.end()
    }

    @Test func aLostConnectionSaysWhyAndCloses() throws {
        let stage = try ServerStage()
        try stage.send(.headers(1))
        try stage.send(.headers(2))
        #expect(stage.frames().last == .goAway(1, 1))
        #expect(!stage.isOpen)
        #expect(stage.handler.requests.first?.gone == 1)
    }

    // MARK: The end

    /// RFC 9113 §6.8: what was on its way when the first GOAWAY left is answered; nothing accepted is dropped.
    @Test func aFarewellDropsNoRequestThatWasAccepted() throws {
        let stage = try ServerStage()
        let busy = BusyConnections()
        try stage.send(.headers(1))
        stage.channel.pipeline.fireUserInboundEventTriggered(FarewellEvent(busy: busy))
        let announced = stage.frames()
        #expect(announced.first == .goAway(0x7fff_ffff))
        let ping = try #require(announced.last)
        #expect(ping.kind == 6)
        // On their way before the client saw the GOAWAY.
        try stage.send(.headers(3), Frame.headers(5, Block.post, flags: 4))
        try stage.send(Frame(kind: 6, flags: 1, payload: ping.payload))
        #expect(stage.frames().contains(.goAway(5)))
        // Behind it: nobody promised to serve this, and the client knows.
        try stage.send(.headers(7), .data(5, [1], flags: 1))
        let requests = stage.handler.requests
        #expect(requests.count == 3)
        #expect(busy.count == 1)
        for request in requests.reversed() {
            #expect(stage.isOpen)
            request.answer("whole")
        }
        #expect(stage.heads() == ["HEADERS 5", "DATA! 5", "HEADERS 3", "DATA! 3", "HEADERS 1", "DATA! 1"])
        #expect(!stage.isOpen)
        #expect(requests.map(\.gone) == [0, 0, 0])
        #expect(busy.count == 0)
    }

    /// The last answer's bytes leave before the connection closes, however little of it the client took so far.
    @Test func aFarewellWaitsForAnAnswerThatWaitsForItsWindow() throws {
        let stage = try ServerStage()
        let busy = BusyConnections()
        stage.handler.onRequest = { $0.answer(String(repeating: "x", count: 100_000)) }
        try stage.send(.headers(1))
        stage.channel.pipeline.fireUserInboundEventTriggered(FarewellEvent(busy: busy))
        let ping = try #require(stage.frames().last)
        try stage.send(Frame(kind: 6, flags: 1, payload: ping.payload))
        #expect(stage.isOpen)
        try stage.send(.window(1, 50_000), .window(0, 50_000))
        #expect(stage.heads().last == "DATA! 1")
        #expect(!stage.isOpen)
        #expect(busy.count == 0)
    }

    // MARK: Time

    private static let limits = ConnectionLimits(
        idle: .seconds(60), head: .seconds(10), body: .seconds(20), answer: .seconds(30))

    @Test func anIdleConnectionEndsWithAGoodbye() throws {
        let stage = try ServerStage(limits: Self.limits)
        stage.handler.onRequest = { $0.answer("ok") }
        stage.loop.advanceTime(by: .seconds(50))
        try stage.send(.headers(1))
        stage.loop.advanceTime(by: .seconds(59))
        #expect(stage.isOpen)
        stage.loop.advanceTime(by: .seconds(2))
        #expect(stage.frames().last == .goAway(1))
        #expect(!stage.isOpen)
    }

    @Test func anOpenStreamKeepsItsConnectionAsLongAsTheTaskThinks() throws {
        let stage = try ServerStage(limits: Self.limits)
        try stage.send(.headers(1))
        stage.loop.advanceTime(by: .minutes(30))
        #expect(stage.isOpen)
        stage.handler.requests.first?.answer("ok")
        #expect(stage.heads().last == "DATA! 1")
        stage.end()
    }

    @Test func aHeadThatIsNeverFinishedEndsTheConnection() throws {
        let stage = try ServerStage(limits: Self.limits)
        try stage.send(.headers(1, flags: 0))
        stage.loop.advanceTime(by: .seconds(9))
        try stage.send(.continuation(1, [0x82], flags: 0))
        #expect(stage.isOpen)
        stage.loop.advanceTime(by: .seconds(2))
        #expect(stage.frames().last == .goAway(0, 11))
        #expect(!stage.isOpen)
    }

    @Test func aBodyThatStopsIs408() throws {
        let stage = try ServerStage(limits: Self.limits)
        try stage.send(Self.open)
        let request = try #require(stage.handler.requests.first)
        request.responder.readBody()
        stage.loop.advanceTime(by: .seconds(9))
        try stage.send(.data(1, [UInt8](repeating: 1, count: 9 * 240)))
        stage.loop.advanceTime(by: .seconds(19))
        #expect(request.gone == 0)
        stage.loop.advanceTime(by: .seconds(2))
        #expect(request.gone == 1)
        #expect(stage.heads() == ["HEADERS! 1"])
        stage.loop.advanceTime(by: .seconds(3))
        #expect(stage.heads() == ["RESET 1"])
        #expect(stage.isOpen)
        stage.end()
    }

    /// Limits of 20 s and 240 bytes a second: 20 s, and a twelfth of a second for twenty bytes.
    @Test(arguments: [("POST", true), ("application/grpc", false), ("answered", false)])
    func aBodyThatTricklesIs408(what: String, isRefused: Bool) throws {
        let stage = try ServerStage(limits: Self.limits)
        defer { stage.end() }
        let type = what == "application/grpc" ? Block.literal("content-type", what) : []
        try stage.send(.headers(1, Block.post + type, flags: 4))
        let request = try #require(stage.handler.requests.first)
        request.responder.readBody()
        if what == "answered" { request.responder.send(ResponseHead(status: 200), body: .chunked) }
        _ = stage.frames()
        for _ in 0..<20 {
            stage.loop.advanceTime(by: .seconds(2))
            try stage.send(.data(1, [1]))
        }
        #expect((request.gone == 1) == isRefused)
        guard isRefused else { return }
        #expect(stage.heads().first == "HEADERS! 1")
        #expect(request.body.readableBytes == 10)
    }

    /// A task that takes its time is not the client's slowness.
    @Test func aBodyThatNobodyWaitsForCostsNoTime() throws {
        let stage = try ServerStage(limits: Self.limits)
        defer { stage.end() }
        try stage.send(.headers(1, Block.post, flags: 4))
        let request = try #require(stage.handler.requests.first)
        request.readsOn = false
        for _ in 0..<10 {
            try stage.send(.data(1, [1]))
            request.responder.readBody()
            stage.loop.advanceTime(by: .seconds(19))
        }
        #expect(request.gone == 0)
        #expect(request.body.readableBytes == 10)
    }

    @Test func anAnswerThatIsNotTakenIsGivenUp() throws {
        let stage = try ServerStage(limits: Self.limits)
        try stage.send(.headers(1))
        let request = try #require(stage.handler.requests.first)
        request.responder.send(ResponseHead(status: 200), body: .chunked)
        request.responder.send(ByteBuffer(repeating: 1, count: 100_000))
        stage.loop.advanceTime(by: .seconds(29))
        try stage.send(.window(1, 30 * 240), .window(0, 30 * 240))
        stage.loop.advanceTime(by: .seconds(29))
        #expect(request.gone == 0)
        stage.loop.advanceTime(by: .seconds(2))
        #expect(request.gone == 1)
        #expect(stage.heads().last == "RESET 1")
        #expect(stage.isOpen)
        stage.end()
    }

    /// 30 s, and a 240th of a second for each byte that the window lets through.
    @Test(arguments: [(1, 16), (600, 30)])
    func anAnswerThatIsTakenInATrickleIsGivenUp(step: UInt32, rounds: Int) throws {
        let stage = try ServerStage(limits: Self.limits)
        defer { stage.end() }
        try stage.send(.headers(1))
        let request = try #require(stage.handler.requests.first)
        request.responder.send(ResponseHead(status: 200), body: .chunked)
        request.responder.send(ByteBuffer(repeating: 1, count: 200_000))
        var passed = 0
        while request.gone == 0, passed < 30 {
            passed += 1
            stage.loop.advanceTime(by: .seconds(2))
            try stage.send(.window(1, step), .window(0, step))
        }
        // Six hundred bytes in two seconds are enough, one is not.
        #expect(abs(passed - rounds) <= 1)
        #expect((request.gone == 1) == (step == 1))
        #expect(stage.isOpen)
    }

    @Test func aConnectionThatTakesNothingIsClosed() throws {
        let stage = try ServerStage(limits: Self.limits)
        stage.channel.isWritable = false
        stage.channel.pipeline.fireChannelWritabilityChanged()
        stage.loop.advanceTime(by: .seconds(31))
        #expect(!stage.isOpen)
    }
}
