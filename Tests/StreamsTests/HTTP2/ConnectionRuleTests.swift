import NIOCore
import Streams
import Testing
import TrafficRules

/// What a connection made of some frames.
enum Outcome: Equatable {
    /// The connection is lost, with this code.
    case connection(HTTP2ErrorCode)
    /// One stream was reset, and the connection goes on.
    case stream(UInt32, HTTP2ErrorCode)
    /// Nothing was wrong; so many requests came.
    case requests(Int)
    /// A request was answered with a status and no more.
    case refused(Int)
}

/// One connection as a server has it, answering every whole request with 204.
struct TrialConnection {
    var connection: HTTP2Connection
    private(set) var events: [HTTP2Event] = []
    private(set) var fault: HTTP2Fault?
    private var input = ByteBuffer()
    var answers = true
    var now = NIODeadline.uptimeNanoseconds(1_000_000_000)

    init(limits: HTTP2Connection.Limits = .init(), greets: Bool = true) {
        connection = HTTP2Connection(role: .server, limits: limits)
        if greets {
            receive(Frame.hello)
            connection.output.clear()
        }
    }

    mutating func receive(_ bytes: [UInt8]) {
        input.writeBytes(bytes)
        do throws(HTTP2Fault) {
            while fault == nil, let event = try connection.next(&input, at: now) {
                events.append(event)
                if answers, let id = event.wholeRequest { connection.send(id, ResponseHead(status: 204), isEnd: true) }
            }
        } catch {
            fault = error
        }
    }

    /// A whole request's head in as many frames as it needs.
    mutating func receive(head block: [UInt8], on stream: UInt32) {
        let pieces = stride(from: 0, to: block.count, by: 16_384).map {
            Array(block[$0..<min($0 + 16_384, block.count)])
        }
        for (index, piece) in pieces.enumerated() {
            let isLast: UInt8 = index == pieces.count - 1 ? 4 : 0
            receive(
                index == 0 ? .headers(stream, piece, flags: 1 | isLast) : .continuation(stream, piece, flags: isLast))
        }
    }

    mutating func receive(_ frames: Frame...) { for frame in frames { receive(frame.bytes) } }

    var sent: [Frame] { Frame.all(in: Array(connection.output.readableBytesView)) }

    var outcome: Outcome {
        if let fault { return .connection(fault.code) }
        for case .refused(_, let refusal, _) in events { return .refused(refusal.status) }
        if let reset = sent.first(where: { $0.kind == 3 }), let code = reset.payload.last {
            return .stream(reset.stream, HTTP2ErrorCode(rawValue: UInt32(code)) ?? .internalError)
        }
        return .requests(events.count { if case .request = $0 { true } else { false } })
    }
}

extension HTTP2Event {
    /// The stream whose request ends with this event.
    var wholeRequest: UInt32? {
        switch self {
        case .request(let id, _, _, isEnd: true), .data(let id, _, isEnd: true), .trailers(let id, _): id
        default: nil
        }
    }
}

/// Frames, and what becomes of them.
struct Rule: Sendable {
    let section: String
    let frames: [Frame]
    let expected: Outcome

    init(_ section: String, _ frames: [Frame], _ expected: Outcome) {
        (self.section, self.frames, self.expected) = (section, frames, expected)
    }
}

/// The sections that h2spec walks through, as cases: frames after a proper beginning, and what becomes of them.
@Suite struct ConnectionRuleTests {
    private static let big = [UInt8](repeating: 0, count: 16_385)

    private static let beginnings: [Rule] = [
        // RFC 9113 §4.1: what is unknown is ignored
        Rule(
            "4.1 unknown type", [Frame(kind: 0x16, flags: 255, stream: 0, payload: [1]), .headers(1)],
            Outcome.requests(1)
        ),
        Rule("4.1 undefined flags", [.ping(flags: 0x16), .headers(1)], .requests(1)),
        Rule("4.1 reserved bit", [.headers(1 | 1 << 31)], .requests(1)),
        // §4.2
        Rule(
            "4.2 the largest frame",
            [.headers(1, Block.post, flags: 4), .data(1, [UInt8](repeating: 0, count: 16_384), flags: 1)],
            .requests(1)
        ),
        Rule("4.2 DATA too large", [.headers(1, Block.post, flags: 4), .data(1, big)], .connection(.frameSizeError)),
        Rule("4.2 HEADERS too large", [.headers(1, big)], .connection(.frameSizeError)),
        // §4.3
        Rule("4.3 no HPACK", [.headers(1, [0x40])], .connection(.compressionError)),
        Rule("4.3 PRIORITY within a head", [.headers(1, flags: 1), .priority(1)], .connection(.protocolError)),
        Rule("4.3 another head within", [.headers(1, flags: 1), .headers(3)], .connection(.protocolError)),
        // §5.1: idle
        Rule("5.1 idle: DATA", [.data(1, [1], flags: 1)], .connection(.protocolError)),
        Rule("5.1 idle: RST_STREAM", [.reset(1)], .connection(.protocolError)),
        Rule("5.1 idle: WINDOW_UPDATE", [.window(1, 100)], .connection(.protocolError)),
        Rule("5.1 idle: CONTINUATION", [.continuation(1, Block.get)], .connection(.protocolError)),
        Rule("5.1 idle: PRIORITY", [.priority(3), .headers(3)], .requests(1)),
    ]

    private static let states: [Rule] = [
        // §5.1: closed
        Rule("5.1 closed: DATA", [.headers(1), .data(1, [1])], .connection(.streamClosed)),
        Rule("5.1 closed: HEADERS", [.headers(1), .headers(1)], .connection(.streamClosed)),
        Rule("5.1 closed: CONTINUATION", [.headers(1), .continuation(1, Block.get)], .connection(.protocolError)),
        Rule(
            "5.1 closed: WINDOW_UPDATE, RST_STREAM, PRIORITY", [.headers(1), .window(1, 1), .reset(1), .priority(1)],
            .requests(1)
        ),
        Rule(
            "5.1 reset by the client: DATA", [.headers(1, Block.post, flags: 4), .reset(1), .data(1, [1])],
            .stream(1, .streamClosed)
        ),
        Rule(
            "5.1 reset by the client: HEADERS", [.headers(1, Block.post, flags: 4), .reset(1), .headers(1)],
            .stream(1, .streamClosed)
        ),
        // §5.1.1
        Rule("5.1.1 an even number", [.headers(2)], .connection(.protocolError)),
        Rule("5.1.1 a smaller number", [.headers(5), .headers(3)], .connection(.protocolError)),
        // RFC 7540 §5.3.1
        Rule(
            "5.3.1 HEADERS on itself", [.headers(1, Frame.number(1) + [16] + Block.get, flags: 37)],
            .stream(1, .protocolError)
        ),
        Rule(
            "5.3.1 PRIORITY on itself", [.headers(1, Block.post, flags: 4), .priority(1, on: 1)],
            .stream(1, .protocolError)
        ),
        // §5.5
        Rule(
            "5.5 an extension within a head", [.headers(1, flags: 1), Frame(kind: 0x20)], .connection(.protocolError)),
    ]

    private static let streams: [Rule] = [
        // §6.1
        Rule("6.1 DATA on 0", [.data(0, [1])], .connection(.protocolError)),
        Rule("6.1 padding", [.headers(1, Block.post, flags: 4), .data(1, [2, 65, 0, 0], flags: 9)], .requests(1)),
        Rule(
            "6.1 too much padding", [.headers(1, Block.post, flags: 4), .data(1, [4, 65, 0, 0], flags: 9)],
            .connection(.protocolError)
        ),
        Rule(
            "6.1 no padding", [.headers(1, Block.post, flags: 4), .data(1, [], flags: 8)], .connection(.protocolError)),
        // §6.2
        Rule("6.2 HEADERS on 0", [.headers(0)], .connection(.protocolError)),
        Rule("6.2 padding", [.headers(1, [3] + Block.get + [0, 0, 0], flags: 13)], .requests(1)),
        Rule("6.2 too much padding", [.headers(1, [200] + Block.get, flags: 13)], .connection(.protocolError)),
        Rule("6.2 no priority", [.headers(1, [1, 2], flags: 37)], .connection(.frameSizeError)),
        // §6.3
        Rule("6.3 PRIORITY on 0", [.priority(0)], .connection(.protocolError)),
        Rule(
            "6.3 PRIORITY of 4 bytes",
            [.headers(1, Block.post, flags: 4), Frame(kind: 2, stream: 1, payload: [0, 0, 0, 1])],
            .stream(1, .frameSizeError)
        ),
        // §6.4
        Rule("6.4 RST_STREAM on 0", [.reset(0)], .connection(.protocolError)),
        Rule(
            "6.4 RST_STREAM of 3 bytes",
            [.headers(1, Block.post, flags: 4), Frame(kind: 3, stream: 1, payload: [0, 0, 1])],
            .connection(.frameSizeError)
        ),
    ]

    private static let settings: [Rule] = [
        // §6.5
        Rule(
            "6.5 SETTINGS answer with content", [Frame(kind: 4, flags: 1, payload: [0])], .connection(.frameSizeError)),
        Rule("6.5 SETTINGS on a stream", [Frame(kind: 4, stream: 1)], .connection(.protocolError)),
        Rule("6.5 SETTINGS of 5 bytes", [Frame(kind: 4, payload: [0, 3, 0, 0, 0])], .connection(.frameSizeError)),
        Rule("6.5.2 ENABLE_PUSH 2", [.settings([(2, 2)])], .connection(.protocolError)),
        Rule("6.5.2 a window of 2^31", [.settings([(4, 1 << 31)])], .connection(.flowControlError)),
        Rule("6.5.2 frames of 2^14-1", [.settings([(5, 16_383)])], .connection(.protocolError)),
        Rule("6.5.2 frames of 2^24", [.settings([(5, 1 << 24)])], .connection(.protocolError)),
        Rule("6.5.2 an unknown setting", [.settings([(255, 7)]), .headers(1)], .requests(1)),
        // §6.6
        Rule(
            "6.6 PUSH_PROMISE", [Frame(kind: 5, flags: 4, stream: 1, payload: [0, 0, 0, 2] + Block.get)],
            .connection(.protocolError)
        ),
        // §6.7
        Rule("6.7 an answer nobody asked for", [.ping(flags: 1), .headers(1)], .requests(1)),
        Rule(
            "6.7 PING on a stream", [Frame(kind: 6, stream: 1, payload: [0, 0, 0, 0, 0, 0, 0, 0])],
            .connection(.protocolError)
        ),
        Rule("6.7 PING of 6 bytes", [.ping([1, 2, 3, 4, 5, 6])], .connection(.frameSizeError)),
        // §6.8, §7
        Rule(
            "6.8 GOAWAY on a stream", [Frame(kind: 7, stream: 1, payload: [0, 0, 0, 0, 0, 0, 0, 0])],
            .connection(.protocolError)
        ),
        Rule("6.8 GOAWAY of 7 bytes", [Frame(kind: 7, payload: [0, 0, 0, 0, 0, 0, 0])], .connection(.frameSizeError)),
        Rule("7 GOAWAY with an unknown code", [.goAway(0, 0xff), .headers(1)], .requests(1)),
        Rule(
            "7 RST_STREAM with an unknown code", [.headers(1, Block.post, flags: 4), .reset(1, 0xff), .headers(3)],
            .requests(2)
        ),
    ]

    private static let windows: [Rule] = [
        // §6.9
        Rule("6.9 WINDOW_UPDATE of 0", [.window(0, 0)], .connection(.protocolError)),
        Rule(
            "6.9 WINDOW_UPDATE of 0 on a stream", [.headers(1, Block.post, flags: 4), .window(1, 0)],
            .stream(1, .protocolError)
        ),
        Rule("6.9 WINDOW_UPDATE of 3 bytes", [Frame(kind: 8, payload: [0, 0, 1])], .connection(.frameSizeError)),
        Rule("6.9.1 beyond 2^31-1", [.window(0, 0x7fff_ffff)], .connection(.flowControlError)),
        Rule(
            "6.9.1 beyond 2^31-1 on a stream", [.headers(1, Block.post, flags: 4), .window(1, 0x7fff_ffff)],
            .stream(1, .flowControlError)
        ),
        Rule(
            "6.9.2 settings beyond 2^31-1",
            [.headers(1, Block.post, flags: 4), .window(1, 0x7fff_0000), .settings([(4, 0x7fff_ffff)])],
            .connection(.flowControlError)
        ),
        // §6.10
        Rule(
            "6.10 in three pieces",
            [
                .headers(1, Block.method, flags: 1), .continuation(1, Block.scheme, flags: 0),
                .continuation(1, Block.path + Block.authority),
            ],
            .requests(1)
        ),
        Rule(
            "6.10 after an end", [.headers(1, Block.post, flags: 4), .continuation(1, [0x82])],
            .connection(.protocolError)
        ),
        Rule("6.10 of another stream", [.headers(1, flags: 1), .continuation(3, [])], .connection(.protocolError)),
        Rule("6.10 on 0", [.headers(1, flags: 1), .continuation(0, [])], .connection(.protocolError)),
        Rule("6.10 DATA within", [.headers(1, flags: 0), .data(1, [1])], .connection(.protocolError)),
    ]

    @Test(arguments: beginnings + states + streams + settings + windows)
    func frames(rule: Rule) {
        let (section, frames, expected) = (rule.section, rule.frames, rule.expected)
        var trial = TrialConnection()
        for frame in frames { trial.receive(frame) }
        #expect(trial.outcome == expected, "\(section)")
        // However the bytes come, they mean the same.
        var bytewise = TrialConnection(greets: false)
        for byte in Frame.hello + frames.flatMap(\.bytes) { bytewise.receive([byte]) }
        #expect(bytewise.outcome == expected, "\(section), byte by byte")
    }

    /// RFC 9113 §5.1, half-closed (remote): the client has ended its side, the answer is still due.
    @Test(arguments: [
        (Frame.data(1, [1]), Outcome.stream(1, .streamClosed)), (.headers(1), .stream(1, .streamClosed)),
        (.continuation(1, Block.get), .connection(.protocolError)), (.window(1, 5), .requests(1)),
        (.priority(1), .requests(1)),
    ])
    func afterTheClientsEnd(frame: Frame, expected: Outcome) {
        var trial = TrialConnection()
        trial.answers = false
        trial.receive(.headers(1), frame)
        #expect(trial.outcome == expected)
    }

    @Test(arguments: [
        ("no preface", Array("GET / HTTP/1.1\r\n\r\n".utf8)),
        ("a wrong preface", Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r".utf8)),
        ("no SETTINGS", Frame.preface + Frame.headers(1).bytes),
        ("a SETTINGS answer", Frame.preface + Frame.settingsAnswer.bytes),
    ])
    func whatDoesNotBeginAsHTTP2Ends(section: String, bytes: [UInt8]) {
        var trial = TrialConnection(greets: false)
        trial.receive(bytes)
        #expect(trial.outcome == .connection(.protocolError), "\(section)")
    }

    private static let malformed: [(String, [UInt8])] = [
        ("8.2.1 upper case", Block.get + Block.literal("X-A", "b")),
        ("8.2.1 a blank in a name", Block.get + Block.literal("x a", "b")),
        ("8.2.1 an empty name", Block.get + Block.literal("", "b")),
        ("8.2.1 NUL", Block.get + Block.literal("x", "a\0b")),
        ("8.2.1 a line end", Block.get + Block.literal("x", "a\r\nb: c")),
        ("8.2.1 a blank before a value", Block.get + Block.literal("x", " a")),
        ("8.2.1 a blank behind a value", Block.get + Block.literal("x", "a\t")),
        ("8.2.2 connection", Block.get + Block.literal("connection", "keep-alive")),
        ("8.2.2 keep-alive", Block.get + Block.literal("keep-alive", "1")),
        ("8.2.2 proxy-connection", Block.get + Block.literal("proxy-connection", "x")),
        ("8.2.2 transfer-encoding", Block.get + Block.literal("transfer-encoding", "chunked")),
        ("8.2.2 upgrade", Block.get + Block.literal("upgrade", "x")),
        ("8.2.2 te", Block.get + Block.literal("te", "trailers, deflate")),
        ("8.2.2 te twice", Block.get + Block.literal("te", "trailers") + Block.literal("te", "deflate")),
        ("8.3.1 an empty scheme", Block.method + Block.named(6, "") + Block.path + Block.authority),
        ("8.3.1 a line end in the scheme", Block.method + Block.named(6, "h\r\nx") + Block.path + Block.authority),
        ("8.3.1 two ports", Block.method + Block.scheme + Block.path + Block.named(1, "a:1:2")),
        ("8.3 an unknown pseudo-header field", Block.get + Block.literal(":x", "y")),
        ("8.3 an answer's", Block.get + [0x88]),
        ("8.3 behind a field", Block.method + Block.scheme + Block.literal("x", "y") + Block.path + Block.authority),
        ("8.3.1 no method", Block.scheme + Block.path + Block.authority),
        ("8.3.1 no scheme", Block.method + Block.path + Block.authority),
        ("8.3.1 no path", Block.method + Block.scheme + Block.authority),
        ("8.3.1 an empty path", Block.method + Block.scheme + Block.named(4, "") + Block.authority),
        ("8.3.1 two methods", Block.method + Block.get),
        ("8.3.1 two schemes", Block.scheme + Block.get), ("8.3.1 two paths", Block.path + Block.get),
        ("8.3.1 two authorities", Block.authority + Block.get),
        ("8.3.1 no authority", Block.method + Block.scheme + Block.path),
        ("8.3.1 another Host", Block.get + Block.literal("host", "other")),
        ("8.3.1 a user in the authority", Block.method + Block.scheme + Block.path + Block.named(1, "a@b")),
        ("8.3.1 a path without a slash", Block.method + Block.scheme + Block.named(4, "x") + Block.authority),
        ("8.3.1 a blank in the path", Block.method + Block.scheme + Block.named(4, "/a b") + Block.authority),
        ("8.3.1 a fragment", Block.method + Block.scheme + Block.named(4, "/a#b") + Block.authority),
        ("8.3.1 * for GET", Block.method + Block.scheme + Block.named(4, "*") + Block.authority),
        ("8.3.1 a method with a blank", Block.named(2, "G T") + Block.scheme + Block.path + Block.authority),
        ("8.1.1 a length without a body", Block.get + Block.literal("content-length", "1")),
        ("8.1.1 two lengths", Block.get + Block.literal("content-length", "0") + Block.literal("content-length", "0")),
        ("8.1.1 a length that is none", Block.get + Block.literal("content-length", "+0")),
    ]

    /// RFC 9113 §8: what is no request resets its stream, and leaves the others alone.
    @Test(arguments: malformed)
    func malformedRequestsResetTheirStream(section: String, block: [UInt8]) {
        var trial = TrialConnection()
        trial.receive(.headers(1, block), .headers(3))
        #expect(trial.outcome == .stream(1, .protocolError), "\(section)")
        #expect(trial.events.count { if case .request(3, _, _, _) = $0 { true } else { false } } == 1, "\(section)")
    }

    @Test(arguments: [
        (
            "8.1 a second head without an end",
            [Frame.headers(1, Block.post, flags: 4), .headers(1, Block.literal("x", "y"), flags: 4)]
        ),
        ("8.1 a pseudo-header field in trailers", [.headers(1, Block.post, flags: 4), .headers(1, Block.method)]),
        (
            "8.1.1 less than promised",
            [.headers(1, Block.post + Block.literal("content-length", "2"), flags: 4), .data(1, [1], flags: 1)]
        ),
        (
            "8.1.1 more than promised, in two frames",
            [
                .headers(1, Block.post + Block.literal("content-length", "2"), flags: 4), .data(1, [1]),
                .data(1, [1, 2], flags: 1),
            ]
        ),
        (
            "8.1.1 trailers instead of the body",
            [
                .headers(1, Block.post + Block.literal("content-length", "2"), flags: 4),
                .headers(1, Block.literal("x", "y")),
            ]
        ),
    ])
    func malformedBodiesResetTheirStream(section: String, frames: [Frame]) {
        var trial = TrialConnection()
        for frame in frames { trial.receive(frame) }
        trial.receive(.headers(3))
        #expect(trial.outcome == .stream(1, .protocolError), "\(section)")
        #expect(trial.events.contains { $0.wholeRequest == 3 }, "\(section)")
    }

    @Test(arguments: [
        ("CONNECT", Block.named(2, "CONNECT") + Block.authority, 405),
        ("a long path", Block.method + Block.scheme + Block.authority + Block.named(4, "/" + text(16 << 10)), 414),
        ("a long field", Block.get + Block.literal("x", text(64 << 10 - 200)), 431),
        ("many fields", Block.get + [UInt8](repeating: 0x90, count: 197), 431),
        ("a small bomb", bomb + [UInt8](repeating: 0xbe, count: 60), 431),
        ("an unknown expectation", Block.post + Block.literal("expect", "tea"), 417),
    ])
    func whatIsNotServedIsAnsweredAndTheTableStays(what: String, block: [UInt8], status: Int) {
        var trial = TrialConnection()
        trial.receive(head: block, on: 1)
        #expect(trial.outcome == .refused(status), "\(what)")
        trial.receive(.headers(3))
        #expect(trial.events.contains { $0.wholeRequest == 3 }, "\(what)")
    }

    private static func text(_ count: Int) -> String { String(repeating: "a", count: count) }

    /// A field of 4 KB that the table keeps.
    private static var bomb: [UInt8] { Block.get + [0x40] + Block.string(text(4000)) + Block.string("x") }

    /// Three bytes for each 4 KB, read and kept once more: nobody reads on when that is far beyond the limit.
    @Test(arguments: [[0xbe], [0x7e, 1, 65], [0x0f, 0x2f, 1, 65]] as [[UInt8]])
    func aLargeBombEndsItsConnection(field: [UInt8]) {
        var trial = TrialConnection()
        trial.receive(head: Self.bomb + [[UInt8]](repeating: field, count: 9000 / field.count).joined(), on: 1)
        #expect(trial.outcome == .connection(.enhanceYourCalm))
    }

    /// RFC 7541's errors, each the connection's.
    @Test(arguments: [
        ("2.3.3 an index beyond the tables", Block.get + [0xff, 0x00]),
        ("2.3.3 a name's index beyond", Block.get + [0x7f, 0x20, 1, 65]),
        ("4.2 a size behind a field", Block.get + [0x20]),
        ("5.1 an integer without end", Block.get + [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ("5.2 padding of 8 bits", Block.get + [0, 1, 120, 0x82, 0x1f, 0xff]),
        ("5.2 padding of zeros", Block.get + [0, 1, 120, 0x81, 0x18]),
        ("5.2 an end of string", Block.get + [0, 1, 120, 0x84, 0xff, 0xff, 0xff, 0xff]),
        ("5.2 a string beyond", Block.get + [0, 1, 120, 9]),
        ("6.1 the index 0", Block.get + [0x80]), ("6.3 a size beyond the limit", [0x3f, 0xe2, 0x1f] + Block.get),
    ])
    func wrongCompressionEndsTheConnection(section: String, block: [UInt8]) {
        var trial = TrialConnection()
        trial.receive(.headers(1, block))
        #expect(trial.outcome == .connection(.compressionError), "\(section)")
    }
}
