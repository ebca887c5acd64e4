import NIOCore
import Streams
import Testing
import TrafficRules

/// Windows, and what a hostile client may make the server do and keep.
@Suite struct FlowAndFloodTests {
    private static let open = Frame.headers(1, Block.post, flags: 4)

    @Test func noMoreIsSentThanTheClientsWindowsAllow() {
        var trial = TrialConnection()
        trial.answers = false
        trial.receive(.settings([(4, 3)]), .headers(1))
        trial.connection.output.clear()
        trial.connection.send(1, ResponseHead(status: 200), isEnd: false)
        var body = ByteBuffer(string: "0123456789")
        #expect(trial.connection.send(1, &body, isEnd: true, most: 100) == 3)
        #expect(trial.connection.send(1, &body, isEnd: true, most: 100) == 0)
        // RFC 9113 §6.9.2: a smaller window may go below zero, and counts again from there.
        trial.receive(.settings([(4, 1)]))
        #expect(trial.connection.send(1, &body, isEnd: true, most: 100) == 0)
        trial.receive(.window(1, 2))
        #expect(trial.connection.send(1, &body, isEnd: true, most: 100) == 0)
        trial.receive(.window(1, 5))
        #expect(trial.connection.send(1, &body, isEnd: true, most: 100) == 5)
        trial.receive(.settings([(4, 100)]))
        #expect(trial.connection.send(1, &body, isEnd: true, most: 100) == 2)
        let frames = trial.sent.filter { $0.kind == 0 }
        #expect(frames.map(\.payload.count) == [3, 5, 2])
        #expect(frames.map(\.flags) == [0, 0, 1])
        #expect(trial.connection.openStreams == 0)
    }

    @Test func allStreamsShareTheConnectionsWindow() {
        var trial = TrialConnection()
        trial.answers = false
        trial.receive(.settings([(4, 1 << 20)]), .headers(1), .headers(3))
        var sent = 0
        for id in [1, 3] as [UInt32] {
            trial.connection.send(id, ResponseHead(status: 200), isEnd: false)
            var body = ByteBuffer(repeating: 1, count: 50_000)
            while let count = trial.connection.send(id, &body, isEnd: false, most: 16_384), count > 0 { sent += count }
        }
        #expect(sent == 65_535)
        trial.receive(.window(0, 10))
        #expect(trial.events.last == .windowOpened(0))
        var rest = ByteBuffer(repeating: 1, count: 100)
        #expect(trial.connection.send(3, &rest, isEnd: false, most: 100) == 10)
    }

    @Test func aClientThatSendsBeyondItsWindowIsStopped() {
        let limits = HTTP2Connection.Limits(streamWindow: 20_000, connectionWindow: 70_000)
        var stream = TrialConnection(limits: limits)
        stream.receive(
            Self.open, .data(1, .init(repeating: 0, count: 16_000)), .data(1, .init(repeating: 0, count: 5000)))
        #expect(stream.outcome == .stream(1, .flowControlError))
        var connection = TrialConnection(limits: limits)
        for id in stride(from: UInt32(1), through: 9, by: 2) {
            connection.receive(.headers(id, Block.post, flags: 4), .data(id, .init(repeating: 0, count: 15_000)))
        }
        #expect(connection.outcome == .connection(.flowControlError))
    }

    /// Nothing of the window is lost, however a body ends.
    @Test(arguments: ["taken", "refused", "reset by the client", "late", "padded"])
    func whatWasReceivedIsGivenBack(how: String) {
        let limits = HTTP2Connection.Limits(streamWindow: 40_000, connectionWindow: 70_000)
        var trial = TrialConnection(limits: limits)
        trial.answers = false
        for round in 0..<20 {
            let id = UInt32(round * 2 + 1)
            let piece = [UInt8](repeating: 0, count: 10_000)
            trial.receive(.headers(id, Block.post, flags: 4))
            if how == "late" { trial.connection.reset(id, .cancel) }
            if how == "padded" {
                trial.receive(.data(id, [250] + piece.prefix(250), flags: 8), .data(id, piece))
            } else {
                trial.receive(.data(id, piece), .data(id, piece))
            }
            switch how {
            case "taken": trial.connection.consumed(20_000, of: id)
            case "reset by the client": trial.receive(.reset(id))
            default: trial.connection.reset(id, .noError)
            }
        }
        #expect(trial.fault == nil)
        let given = trial.sent.filter { $0.kind == 8 && $0.stream == 0 }
            .reduce(0) { $0 + $1.payload.reduce(0) { $0 << 8 | Int($1) } }
        #expect(given > 20 * 10_000 - 70_000)
    }

    /// A body that is taken as it comes gets half of the connection's window, step by step; one that waits for its task keeps its own.
    @Test(arguments: [(0, [10_000 + 40_000, 20_000 + 20_000, 30_000]), (1, [19_998, 19_998, 19_998])])
    func theWindowOfABodyThatIsTakenGrows(left: Int, increments: [Int]) {
        let limits = HTTP2Connection.Limits(streamWindow: 40_000, connectionWindow: 200_000)
        var trial = TrialConnection(limits: limits)
        trial.answers = false
        trial.receive(.headers(1, Block.post, flags: 4))
        for _ in 0..<6 {
            trial.receive(.data(1, [UInt8](repeating: 0, count: 10_000)))
            trial.connection.consumed(10_000 - left, of: 1)
        }
        let given = trial.sent.filter { $0.kind == 8 && $0.stream == 1 }
            .map { $0.payload.reduce(0) { $0 << 8 | Int($1) } }
        #expect(given == increments)
    }

    @Test func streamsBeyondTheLimitAreRefusedAndMayBeTriedAgain() {
        var trial = TrialConnection(limits: .init(streams: 2))
        trial.answers = false
        trial.receive(.headers(1), .headers(3), .headers(5))
        #expect(trial.outcome == .stream(5, .refusedStream))
        trial.connection.send(1, ResponseHead(status: 204), isEnd: true)
        trial.receive(.headers(7))
        #expect(trial.events.contains { $0.wholeRequest == 7 })
    }

    struct Flood: Sendable {
        let what: String
        let rounds: UInt32
        let frames: @Sendable (UInt32) -> [Frame]

        init(_ what: String, _ rounds: UInt32, _ frames: @escaping @Sendable (UInt32) -> [Frame]) {
            (self.what, self.rounds, self.frames) = (what, rounds, frames)
        }

        static let all: [Flood] = [
            Flood("rapid reset", 300) { [.headers($0 * 2 + 1), .reset($0 * 2 + 1)] },
            Flood("mistakes that reset", 300) { [.headers($0 * 2 + 1), .window($0 * 2 + 1, 0)] },
            Flood("malformed heads", 300) { [.headers($0 * 2 + 1, Block.method)] },
            Flood("PING", 2000) { _ in [.ping()] }, Flood("answers to no PING", 2000) { _ in [.ping(flags: 1)] },
            Flood("SETTINGS", 2000) { _ in [.settings([(4, 100)])] },
            Flood("PRIORITY", 2000) { [.priority($0 * 2 + 1)] },
            Flood("unknown frames", 2000) { _ in [Frame(kind: 99)] }, Flood("GOAWAY", 2000) { _ in [.goAway()] },
            Flood("empty DATA", 2000) { $0 == 0 ? [open] : [.data(1)] },
            Flood("WINDOW_UPDATE of the connection", 2000) { _ in [.window(0, 1)] },
            Flood("WINDOW_UPDATE of a stream", 2000) { $0 == 0 ? [open] : [.window(1, 1)] },
            Flood("WINDOW_UPDATE of a stream that has ended", 2000) {
                $0 == 0 ? [.headers(1), .reset(1)] : [.window(1, 1)]
            },
            Flood("empty CONTINUATION", 100) { $0 == 0 ? [.headers(1, flags: 0)] : [.continuation(1, [], flags: 0)] },
            Flood("long CONTINUATION", 10) { round in
                let block = [UInt8](repeating: 0x82, count: 16_000)
                return round == 0 ? [.headers(1, block, flags: 0)] : [.continuation(1, block, flags: 0)]
            },
            Flood("refused streams", 500) { [.headers($0 * 2 + 1, Block.post, flags: 4)] },
        ]
    }

    /// Each of these costs us more than its sender.
    @Test(arguments: Flood.all)
    func floodsEndTheConnection(flood: Flood) {
        let (what, rounds, frames) = (flood.what, flood.rounds, flood.frames)
        var trial = TrialConnection()
        trial.answers = false
        var round: UInt32 = 0
        while trial.fault == nil, round < rounds {
            for frame in frames(round) { trial.receive(frame) }
            round += 1
        }
        #expect(trial.outcome == .connection(.enhanceYourCalm), "\(what)")
        #expect(trial.connection.output.readableBytes < 64 << 10, "\(what)")
    }

    /// CVE-2019-9511: a window that is opened byte by byte, so that an answer is cut into frames of one byte.
    @Test func aWindowThatIsOpenedByteByByteEndsTheConnection() {
        var trial = TrialConnection()
        trial.answers = false
        trial.receive(.settings([(4, 0)]), .headers(1))
        trial.connection.send(1, ResponseHead(status: 200), isEnd: false)
        var body = ByteBuffer(repeating: 1, count: 1 << 20)
        var rounds = 0
        while trial.fault == nil, rounds < 5000 {
            trial.receive(.window(1, 1))
            _ = trial.connection.send(1, &body, isEnd: true, most: 16_384)
            trial.connection.output.clear()
            rounds += 1
        }
        #expect(trial.outcome == .connection(.enhanceYourCalm))
        #expect(rounds < 1100)
    }

    /// How many bytes a client takes before it says so: in pieces of an answer, and on stream and connection.
    @Test(arguments: [(4096, 16_384, 3000), (50, 50, 5000), (16_384, 16_384, 3000)])
    func aClientThatTakesItsAnswerIsNoFlood(step: Int, piece: Int, pieces: Int) {
        var trial = TrialConnection()
        trial.answers = false
        trial.receive(.settings([(4, 1 << 20)]), .window(0, 1 << 20), .headers(1))
        trial.connection.send(1, ResponseHead(status: 200), isEnd: false)
        for _ in 0..<pieces {
            var data = ByteBuffer(repeating: 1, count: piece)
            while data.readableBytes > 0, let sent = trial.connection.send(1, &data, isEnd: false, most: 16_384),
                sent > 0
            {}
            for _ in 0..<(piece / step) { trial.receive(.window(1, UInt32(step)), .window(0, UInt32(step))) }
            trial.connection.output.clear()
        }
        #expect(trial.fault == nil)
    }

    /// The same at the pace of a client at work.
    @Test func aClientAtWorkIsNoFlood() {
        var trial = TrialConnection()
        for round in 0..<5000 as Range<UInt32> {
            trial.now = trial.now + .milliseconds(100)
            trial.receive(.headers(round * 2 + 1, Block.post, flags: 4), .reset(round * 2 + 1), .ping(), .settings())
            trial.connection.output.clear()
        }
        #expect(trial.fault == nil)
    }

    /// Callers of gRPC reset a call that was answered before they ended it; nothing is given up by that.
    @Test func resetsOfAnsweredStreamsAreNoFlood() {
        var trial = TrialConnection()
        trial.answers = false
        for id in stride(from: 1, to: 1001, by: 2) as StrideTo<UInt32> {
            trial.receive(.headers(id, Block.post, flags: 4))
            trial.connection.send(id, ResponseHead(status: 200), isEnd: true)
            trial.receive(.reset(id))
            trial.connection.output.clear()
        }
        #expect(trial.fault == nil)
        #expect(trial.connection.openStreams == 0)
    }

    @Test func aHeadLargerThanAFrameIsContinued() throws {
        var trial = TrialConnection()
        trial.answers = false
        trial.receive(.headers(1))
        trial.connection.output.clear()
        var head = ResponseHead(status: 200)
        head.fields.append(.location, String(repeating: "a", count: 40_000))
        trial.connection.send(1, head, isEnd: true)
        let frames = trial.sent
        #expect(frames.map(\.kind) == [1, 9, 9])
        #expect(frames.map(\.flags) == [1, 0, 4])
        #expect(frames.map(\.payload.count).reduce(0, +) > 40_000)
    }
}
