package import NIOCore
package import TrafficRules

/// What came over an HTTP/2 connection, for whoever acts on it.
package enum HTTP2Event: Sendable, Equatable {
    /// A new stream's request; `length` is its `content-length`.
    case request(UInt32, RequestHead, length: Int?, isEnd: Bool)
    /// The answer on a stream of ours, or an interim one.
    case answer(UInt32, ResponseHead, length: Int?, isEnd: Bool)
    /// A new stream whose head is well-formed and not served here; it gets an answer and nothing else.
    case refused(UInt32, MessageRefusal, isEnd: Bool)
    /// A new stream whose head is none (RFC 9113 §8.1.1); it has been reset.
    case malformed(UInt32, reason: String)
    case data(UInt32, ByteBuffer, isEnd: Bool)
    /// Ends the stream's input.
    case trailers(UInt32, HeaderFields)
    /// The stream is gone: the peer gave it up, or broke its rules.
    case reset(UInt32, HTTP2ErrorCode)
    /// Data may be sent that had to wait: on one stream, or (0) on any.
    case windowOpened(UInt32)
    case pong(UInt64)
    case goAway(last: UInt32)
}

/// One HTTP/2 connection without its I/O, RFC 9113: takes frames off bytes and says what they mean, writes frames into
/// `output`, and keeps the states and windows of the streams. What breaks a stream's rules ends that stream; what breaks
/// the connection's is thrown.
package struct HTTP2Connection {
    package enum Role: Sendable { case server, client }

    /// Figures that bound what a peer can make us keep.
    package struct Limits: Sendable, Equatable {
        /// Streams that a peer may have open at once.
        package var streams: Int
        /// Bytes of one header list by RFC 9113 §6.5.2, and of one header block as it is sent.
        package var headerList: Int
        package var fieldCount: Int
        /// Bytes of a body that may be under way on one stream, and on all of a connection.
        package var streamWindow: Int
        package var connectionWindow: Int

        package init(
            streams: Int = 100, headerList: Int = 64 << 10, fieldCount: Int = 200, streamWindow: Int = 256 << 10,
            connectionWindow: Int = 1 << 20
        ) {
            self.streams = streams
            self.headerList = headerList
            self.fieldCount = fieldCount
            self.streamWindow = streamWindow
            self.connectionWindow = connectionWindow
        }
    }

    /// A header block of several frames, on its way.
    struct PartialHead {
        var stream: UInt32
        var isEnd: Bool
        var block: ByteBuffer
        var frames = 1
        /// Depends on itself (RFC 7540 §5.3.1): no reason to lose the table that all heads share.
        var isFaulty: Bool
    }

    /// More CONTINUATION frames than a block within its limit needs, even in small pieces (CVE-2024-27316).
    static let mostFramesOfAHead = 64

    let role: Role
    let limits: Limits
    /// Frames to be sent, in order.
    package var output = ByteBuffer()
    var peer = HTTP2Settings()
    var decoder = HPACKDecoder()
    var list: HeaderList
    var streams = StreamTable<HTTP2Stream>()
    var ended = EndedStreams()
    var guardian = FloodGuard()
    var partialHead: PartialHead?
    /// The highest stream that the peer opened.
    package internal(set) var lastStream: UInt32 = 0
    /// The next stream that we open (client).
    var nextStream: UInt32 = 1
    var sendWindow = 65_535
    var receiveWindow: Int
    /// Taken off the connection's window and not given back yet.
    var uncredited = 0
    var awaitsPreface: Bool
    var awaitsSettings = true
    var hasSentHead = false
    /// Streams beyond are not taken any more.
    package private(set) var acceptsStreams = true

    package init(role: Role, limits: Limits = Limits()) {
        self.role = role
        self.limits = limits
        list = HeaderList(limit: limits.headerList, fieldCount: limits.fieldCount)
        receiveWindow = limits.connectionWindow
        awaitsPreface = role == .server
        start()
    }

    package var openStreams: Int { streams.count }

    /// Whether a head is on its way of which only a part has come.
    package var isWithinHead: Bool { partialHead != nil }

    private mutating func start() {
        var settings: [(HTTP2Settings.Key, Int)] = [
            (.initialWindowSize, limits.streamWindow), (.maxHeaderListSize, limits.headerList),
        ]
        if role == .client {
            output.writeString(Self.preface)
            settings.append((.enablePush, 0))
        } else {
            settings.append((.maxConcurrentStreams, limits.streams))
        }
        output.writeSettings(settings)
        output.writeWindowUpdate(0, limits.connectionWindow - 65_535)
    }

    static let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

    // MARK: Ends

    /// Says that no stream after `last` is served. With the highest number of all: that this is soon to come.
    package mutating func goAway(last: UInt32, _ code: HTTP2ErrorCode = .noError) {
        output.writeGoAway(last: last, code)
        if last == lastStream { acceptsStreams = false }
    }

    package mutating func ping(_ data: UInt64) { output.writePing(data, isAnswer: false) }

    /// Gives a stream up. Nothing happens when it has ended.
    package mutating func reset(_ id: UInt32, _ code: HTTP2ErrorCode) {
        guard streams.index(of: id) != nil else { return }
        output.writeReset(id, code)
        end(id, .resetByUs)
    }

    /// The peer broke the stream's rules.
    mutating func fail(_ id: UInt32, _ code: HTTP2ErrorCode, at now: NIODeadline) throws(HTTP2Fault) -> HTTP2Event? {
        try guardian.streamGivenUp(at: now)
        output.writeReset(id, code)
        guard streams.index(of: id) != nil else {
            ended.add(id, .resetByUs)
            return nil
        }
        end(id, .resetByUs)
        return .reset(id, code)
    }

    /// A stream's window when its body is taken as it comes: half of the connection's, so that the other streams go on beside it.
    private var widestStream: Int { max(limits.streamWindow, limits.connectionWindow / 2) }

    mutating func end(_ id: UInt32, _ reason: EndedStreams.Reason) {
        guard let stream = streams.remove(id) else { return }
        ended.add(id, reason)
        credit(stream.unconsumed)
    }

    /// Bytes of a body that have been taken: the peer may send as many more.
    package mutating func consumed(_ count: Int, of id: UInt32) {
        guard count > 0, let index = streams.index(of: id) else { return }
        let increment = streams[at: index].consumed(count, widest: widestStream)
        if increment > 0 { output.writeWindowUpdate(id, increment) }
        credit(count)
    }

    /// In large steps, so that small bodies cost no frame.
    mutating func credit(_ count: Int) {
        uncredited += count
        guard uncredited >= limits.connectionWindow / 4 else { return }
        output.writeWindowUpdate(0, uncredited)
        receiveWindow += uncredited
        uncredited = 0
    }
}

/// One stream's state (RFC 9113 §5.1), and its windows.
struct HTTP2Stream {
    /// The peer has not ended its side.
    var receives = true
    /// We have not ended ours.
    var sends = true
    var hasHead = false
    /// Bytes that we may send, below zero after a change of settings.
    var sendWindow: Int
    /// Bytes that the peer may send.
    var receiveWindow: Int
    /// As many bytes of it may be under way.
    private var window: Int
    /// False for the answer to HEAD, whose `content-length` promises nothing.
    var expectsBody = true
    /// What `content-length` still promises.
    var promised: Int?
    /// Received and not taken yet.
    var unconsumed = 0
    /// Taken and not given back yet.
    var uncredited = 0

    init(sendWindow: Int, receiveWindow: Int) {
        self.sendWindow = sendWindow
        self.receiveWindow = receiveWindow
        window = receiveWindow
    }

    /// Gives the increment for a WINDOW_UPDATE, or 0. The connection's credit is the caller's. Where nothing waits to be taken the window
    /// is what holds the peer back, so it grows: a client that has used it up stands still for a round trip, or (curl 7.88) turns in
    /// circles meanwhile.
    mutating func consumed(_ count: Int, widest: Int) -> Int {
        unconsumed -= count
        uncredited += count
        guard receives, uncredited >= window / 4 else { return 0 }
        let more = unconsumed == 0 ? min(window, widest - window) : 0
        let increment = uncredited + more
        window += more
        uncredited = 0
        receiveWindow += increment
        return increment
    }
}

/// How the latest streams ended, since what may still come for them depends on it (RFC 9113 §5.1).
struct EndedStreams {
    enum Reason { case completed, resetByPeer, resetByUs }

    private static let kept = 128
    private var ids: [UInt32] = []
    private var reasons: [Reason] = []
    private var next = 0

    mutating func add(_ id: UInt32, _ reason: Reason) {
        if ids.count < Self.kept {
            ids.append(id)
            reasons.append(reason)
        } else {
            ids[next] = id
            reasons[next] = reason
            next = (next + 1) % Self.kept
        }
    }

    func reason(of id: UInt32) -> Reason? { ids.lastIndex(of: id).map { reasons[$0] } }
}
