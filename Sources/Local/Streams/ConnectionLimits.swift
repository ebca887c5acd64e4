package import NIOCore

/// How long a connection may take for what; each is a named limit of the listener.
package struct ConnectionLimits: Sendable, Equatable {
    /// From accepting to a finished TLS handshake.
    package var handshake: TimeAmount
    /// Between requests. An Application Load Balancer's default is 60 s.
    package var idle: TimeAmount
    /// From a head's first byte to its last.
    package var head: TimeAmount
    /// Between two pieces of a body.
    package var body: TimeAmount
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
        body: TimeAmount = .seconds(60), answer: TimeAmount = .seconds(60), lingering: TimeAmount = .seconds(2),
        connections: Int = 10_000, streams: Int = 100
    ) {
        self.handshake = handshake
        self.idle = idle
        self.head = head
        self.body = body
        self.answer = answer
        self.lingering = lingering
        self.connections = connections
        self.streams = streams
    }
}
