import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// `bare-server PORT CERTIFICATE KEY ORIGIN`: the least that a server with TLS on swift-nio does. A path below `/cached/` gets one
/// answer that was made at the start; everything else goes to `ORIGIN`'s port as it is, and so does the answer. It reads no head, keeps no
/// log, counts nothing and checks nothing, so that what Terrace costs beyond it is Terrace's own.
@main
enum BareServer {
    static func main() throws {
        let words = CommandLine.arguments
        guard words.count == 5, let port = Int(words[1]), let origin = Int(words[4]) else {
            FileHandle.standardError.write(Data("usage: bare-server PORT CERTIFICATE KEY ORIGIN\n".utf8))
            exit(2)
        }
        let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
        let context = try NIOSSLContext(configuration: configuration(certificate: words[2], key: words[3]))
        let connections = try loop.submit {
            NIOLoopBound(OriginConnections(to: origin, on: loop), eventLoop: loop)
        }.wait()
        let listener = try ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        NIOSSLServerHandler(context: context), BareClient(connections.value))
                }
            }
            .bind(host: "127.0.0.1", port: port).wait()
        try listener.closeFuture.wait()
    }

    private static func configuration(certificate: String, key: String) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}
