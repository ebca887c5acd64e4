import Drills
import NIOCore
import NIOHTTP1

/// One kept connection of a visitor: asks, reads the whole answer, may be asked again. On its event loop only.
final class VisitorConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let target: VisitTarget
    private var context: ChannelHandlerContext?
    private var told: ((_ answer: VisitOutcome.Answer, _ isFetch: Bool, _ stays: Bool) -> Void)?
    private var status = 0
    private var stays = true
    private var isFetch = false
    private var timeout: Scheduled<Void>?
    /// Of its failure, when it had one.
    private var reason: String?

    init(_ target: VisitTarget) { self.target = target }

    var isUsable: Bool { context?.channel.isActive == true && stays && told == nil }

    /// `done` is told once: the answer, whether the application made it for this request, and whether the connection can
    /// be used again.
    func ask(
        _ visit: Visit, within limit: TimeAmount,
        _ done: @escaping (_ answer: VisitOutcome.Answer, _ isFetch: Bool, _ stays: Bool) -> Void
    ) {
        guard let context else { return done(.none("the connection is gone"), false, false) }
        told = done
        timeout = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { [self] in
            reason = "no answer in \(limit.nanoseconds / 1_000_000_000) s"
            context.close(promise: nil)
        }
        send(visit, context)
    }

    private func send(_ visit: Visit, _ context: ChannelHandlerContext) {
        var fields: HTTPHeaders = [
            "Host": target.authority, "User-Agent": "terrace-drill", "Accept": "*/*",
        ]
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target.read)
        var body: ByteBuffer?
        if visit.kind == .write, let write = target.write {
            let text = write.body.replacing("{number}", with: "\(visit.number)")
            fields.add(name: "Content-Type", value: write.type)
            fields.add(name: "Content-Length", value: "\(text.utf8.count)")
            (head.method, head.uri) = (.POST, write.path)
            body = context.channel.allocator.buffer(string: text)
        }
        head.headers = fields
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func close() { context?.close(promise: nil) }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard head.status.code >= 200 else { return }
            status = Int(head.status.code)
            stays = head.isKeepAlive
            let cache = head.headers["Cache-Status"].joined()
            isFetch = cache.contains("fwd=") && !cache.contains("collapsed")
        case .body: break
        case .end:
            guard status > 0 else { return }
            finish(.status(status))
            status = 0
            if !stays { context.close(promise: nil) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        reason = reason ?? VisitorConnection.text(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stays = false
        finish(.none(reason ?? "the connection was closed"))
        context.fireChannelInactive()
    }

    private func finish(_ answer: VisitOutcome.Answer) {
        timeout?.cancel()
        let done = told
        told = nil
        done?(answer, isFetch, stays)
    }

    static func text(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return error.errnoCode == ECONNREFUSED ? "connection refused" : "connection reset"
    }
}

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
