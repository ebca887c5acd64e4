import Foundation
import NIOCore
import NIOPosix

/// Connections to the origin, each for one client at a time.
final class OriginConnections {
    private let port: Int
    private let loop: any EventLoop
    private var unused: [OriginConnection] = []
    /// Of every answer, learned from the first one: the origin always gives the same.
    fileprivate var answerLength: Int?

    init(to port: Int, on loop: any EventLoop) { (self.port, self.loop) = (port, loop) }

    func send(_ request: ByteBuffer, for client: BareClient) {
        if let connection = unused.popLast() { return connection.send(request, for: client) }
        let connection = OriginConnection(self)
        let bound = NIOLoopBound((connection: connection, client: client), eventLoop: loop)
        ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value.connection)
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenComplete { result in
                switch result {
                case .success: bound.value.connection.send(request, for: bound.value.client)
                case .failure: bound.value.client.originFailed()
                }
            }
    }

    fileprivate func keep(_ connection: OriginConnection) { unused.append(connection) }
    fileprivate func forget(_ connection: OriginConnection) { unused.removeAll { $0 === connection } }
}

/// Hands the origin's bytes on as they come, and knows by their number when an answer ends.
private final class OriginConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let pool: OriginConnections
    private var client: BareClient?
    private var received = 0
    private var context: ChannelHandlerContext?

    init(_ pool: OriginConnections) { self.pool = pool }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func send(_ request: ByteBuffer, for client: BareClient) {
        self.client = client
        received = 0
        context?.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        received += bytes.readableBytes
        let length = pool.answerLength ?? Self.length(of: bytes)
        pool.answerLength = length
        client?.receive(bytes)
        guard let length, received <= length else { return fail(context) }
        guard received == length else { return }
        client = nil
        pool.keep(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        pool.forget(self)
        client?.originFailed()
        self.context = nil
    }

    /// A wrong figure is worse than none.
    private func fail(_ context: ChannelHandlerContext) {
        client?.originFailed()
        client = nil
        context.close(promise: nil)
    }

    /// Of a whole answer whose head has come: head and body.
    private static func length(of answer: ByteBuffer) -> Int? {
        let text = String(buffer: answer)
        guard let end = text.range(of: "\r\n\r\n"), let field = text.range(of: "Content-Length: ") else { return nil }
        let value = text[field.upperBound...].prefix { $0.isNumber }
        return Int(value).map { text[..<end.upperBound].utf8.count + $0 }
    }
}
