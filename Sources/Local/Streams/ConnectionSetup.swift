import NIOCore
import NIOSSL
import NIOTLS
import TrafficRules

/// Puts the handlers into a new connection's pipeline: TLS when asked for, then HTTP/1 or HTTP/2 as negotiated.
struct ConnectionSetup {
    let handler: any RequestHandler
    let clock: LoopClock
    let scratch: LoopScratch
    let turn: LoopTurn
    let deadlines: LoopDeadlines
    let limits: ConnectionLimits
    let httpLimits: HTTP1Limits
    let port: Int

    func configure(_ channel: any Channel, tls: ServerCertificates?) throws {
        guard let tls else { return try addHTTP1(channel, tlsVersion: nil) }
        try channel.pipeline.syncOperations.addHandlers(
            GreetingHandler(tls), HandshakeHandler(setup: self))
    }

    func addHTTP1(_ channel: any Channel, tlsVersion: String?) throws {
        try channel.pipeline.syncOperations.addHandler(
            HTTP1ServerHandler(
                handler: handler, limits: limits, httpLimits: httpLimits, facts: facts(channel, tlsVersion),
                clock: clock, turn: turn, deadlines: deadlines))
    }

    func addHTTP2(_ channel: any Channel, tlsVersion: String?) throws {
        try channel.pipeline.syncOperations.addHandler(
            HTTP2ServerHandler(
                handler: handler, limits: limits, httpLimits: httpLimits, facts: facts(channel, tlsVersion),
                clock: clock, scratch: scratch, deadlines: deadlines))
    }

    private func facts(_ channel: any Channel, _ tlsVersion: String?) -> ConnectionFacts {
        ConnectionFacts(
            clientAddress: channel.remoteAddress?.ipAddress ?? "", clientPort: channel.remoteAddress?.port ?? 0,
            serverPort: port, tlsVersion: tlsVersion)
    }
}

/// Waits for the TLS handshake, then makes way for the protocol that was agreed on.
final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler, DeadlineOwner {
    typealias InboundIn = ByteBuffer

    private let setup: ConnectionSetup
    private var deadline = ConnectionDeadline()
    private var early: [NIOAny] = []
    private var context: ChannelHandlerContext?

    init(setup: ConnectionSetup) { self.setup = setup }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline.set(.handshake, after: setup.limits.handshake, in: setup.deadlines, for: self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline.cancel(in: setup.deadlines)
        self.context = nil
    }

    func deadlinePassed() {
        if deadline.hasPassed(in: setup.deadlines, for: self) { context?.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline.cancel(in: setup.deadlines)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { early.append(data) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is FarewellEvent { return context.close(promise: nil) }
        guard case .handshakeCompleted(let negotiated) = event as? TLSUserEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        do {
            let version = try context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self).tlsVersionName
            if negotiated == "h2" {
                try setup.addHTTP2(context.channel, tlsVersion: version)
            } else {
                try setup.addHTTP1(context.channel, tlsVersion: version)
            }
        } catch {
            context.close(promise: nil)
            return
        }
        for data in early { context.fireChannelRead(data) }
        if !early.isEmpty { context.fireChannelReadComplete() }
        early.removeAll()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}

extension NIOSSLServerHandler {
    /// As an access log writes it.
    fileprivate var tlsVersionName: String {
        switch tlsVersion {
        case .tlsv13: "TLSv1.3"
        case .tlsv12: "TLSv1.2"
        default: "TLS"
        }
    }
}
