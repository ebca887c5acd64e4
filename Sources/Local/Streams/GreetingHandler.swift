import NIOCore
import NIOSSL

/// Waits for a TLS client's first bytes, then makes way for TLS with the certificate that fits them.
final class GreetingHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let certificates: ServerCertificates

    init(_ certificates: ServerCertificates) { self.certificates = certificates }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let isNamed = ClientHello.namesServer(unwrapInboundIn(data))
        let tls = NIOSSLServerHandler(context: isNamed ? certificates.named : certificates.addressed)
        do {
            try context.pipeline.syncOperations.addHandler(tls, position: .after(self))
        } catch {
            return context.close(promise: nil)
        }
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
