package import NIOCore
import TrafficRules

/// How long a connection may take for what; each is a named limit of the listener.
package struct ConnectionLimits: Sendable, Equatable {
    /// From accepting to a finished TLS handshake.
    package var handshake: TimeAmount
    /// Between requests. An Application Load Balancer's default is 60 s.
    package var idle: TimeAmount
    /// From a head's first byte to its last.
    package var head: TimeAmount
    /// Between two pieces of a body, and what a body that comes at less than `rate` may take in all.
    package var body: TimeAmount
    /// Bytes a second from which a client earns its time (`BodyPace`): with a body that is waited for, and by taking an answer that
    /// waits for it. ASP.NET Core's Kestrel has the same default for both; Apache's mod_reqtimeout has 500 for bodies. Source:
    /// their documentation, read 2026-11.
    package var rate: Int
    /// Without the client taking any byte of its answer.
    package var answer: TimeAmount
    /// Reading on after an early answer, so that the client sees it before the reset.
    package var lingering: TimeAmount
    /// Open connections of one listener.
    package var connections: Int
    /// Concurrent HTTP/2 streams of one connection.
    package var streams: Int

    package init(
        handshake: TimeAmount = .seconds(10), idle: TimeAmount = .seconds(60), head: TimeAmount = .seconds(10),
        body: TimeAmount = .seconds(60), rate: Int = 240, answer: TimeAmount = .seconds(60),
        lingering: TimeAmount = .seconds(2), connections: Int = 10_000, streams: Int = 100
    ) {
        self.handshake = handshake
        self.idle = idle
        self.head = head
        self.body = body
        self.rate = rate
        self.answer = answer
        self.lingering = lingering
        self.connections = connections
        self.streams = streams
    }
}

extension ConnectionLimits {
    func pace() -> BodyPace { BodyPace(store: .nanoseconds(body.nanoseconds), bytesPerSecond: rate) }
    func answerPace() -> BodyPace { BodyPace(store: .nanoseconds(answer.nanoseconds), bytesPerSecond: rate) }

    /// What a client takes within `answer` at the least, of an answer that waits for it.
    var leastTaken: Int { max(1, Int(Double(answer.nanoseconds) / 1e9 * Double(rate))) }
}

extension NIODeadline {
    /// On the clock of the event loops.
    var sinceBoot: Duration { .nanoseconds(Int64(clamping: uptimeNanoseconds)) }
}
