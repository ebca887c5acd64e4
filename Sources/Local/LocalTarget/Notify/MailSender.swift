import Foundation
import NIOCore
import NIOPosix
package import NIOSSL
package import Stacks

/// Gives notices to the manifest's SMTP server, one mail for all receivers.
package struct MailSender: NoticeSender {
    /// For the whole dialogue.
    private static let timeout = Duration.seconds(30)

    private let server: MailServer
    private let receivers: [String]
    private let password: Secret?
    private let trust: NIOSSLTrustRoots

    /// - Parameter trust: whose certificates are taken.
    package init(
        _ server: MailServer, to receivers: [String], password: Secret?, trust: NIOSSLTrustRoots = .default
    ) {
        self.server = server
        self.receivers = receivers
        self.password = password
        self.trust = trust
    }

    package var name: String { "\(server.server):\(server.port)" }

    package func send(_ notice: AlarmNotice) async throws(NoticeFailure) {
        let id = "\(UInt64.random(in: .min ... .max)).\(Int(notice.time.timeIntervalSince1970))"
        let login = server.user.flatMap { user in password.map { SMTPDialogue.Login(user: user, password: $0) } }
        let dialogue = SMTPDialogue(
            login: login, from: server.from, to: receivers,
            message: notice.mail(from: server.from, to: receivers, id: id),
            mustEncrypt: server.security == .starttls)
        do {
            let channel = try await connect()
            // Whatever the dialogue waits for ends with the connection.
            let deadline = channel.channel.eventLoop.scheduleTask(in: TimeAmount(Self.timeout)) {
                channel.channel.close(promise: nil)
            }
            defer { deadline.cancel() }
            try await channel.executeThenClose { try await speak(dialogue, $0, $1, channel.channel) }
        } catch let failure as NoticeFailure {
            throw failure
        } catch {
            throw NoticeFailure("cannot be reached: \(error)", mayPass: true)
        }
    }

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private func connect() async throws -> Connection {
        let handler = server.security == .tls ? try encryption() : nil
        return try await ClientBootstrap(group: NIOSingletons.posixEventLoopGroup)
            .connectTimeout(.seconds(10))
            .connect(host: server.server, port: server.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let handler { try channel.pipeline.syncOperations.addHandler(handler.value) }
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// Moved to the connection's own loop, and used there alone.
    private struct Handler: @unchecked Sendable {
        let value: NIOSSLClientHandler
    }

    private func encryption() throws -> Handler {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = trust
        // Of an address there is no name to send; its certificate is held against the address itself.
        let isAddress = server.server.allSatisfy { $0.isNumber || $0 == "." }
        return Handler(
            value: try NIOSSLClientHandler(
                context: try NIOSSLContext(configuration: configuration),
                serverHostname: isAddress ? nil : server.server))
    }

    private func speak(
        _ dialogue: consuming SMTPDialogue, _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, _ channel: any Channel
    ) async throws {
        var dialogue = dialogue
        var reader = SMTPReplyReader()
        for try await bytes in inbound {
            guard reader.add(bytes.readableBytesView) else {
                throw NoticeFailure("says more than a reply can be", mayPass: false)
            }
            while let reply = try reader.next() {
                var step = dialogue.heard(reply)
                if step == .encrypt {
                    guard reader.isEmpty else {
                        throw NoticeFailure("spoke before it was encrypted", mayPass: false)
                    }
                    let handler = try encryption()
                    try await channel.eventLoop.submit {
                        try channel.pipeline.syncOperations.addHandler(handler.value, position: .first)
                    }.get()
                    step = dialogue.encrypted()
                }
                switch step {
                case .send(let text): try await outbound.write(ByteBuffer(string: text))
                case .done: return try await outbound.write(ByteBuffer(string: "QUIT\r\n"))
                case .fail(let failure): throw failure
                case .encrypt: throw NoticeFailure("wants to be encrypted twice", mayPass: false)
                }
            }
        }
        throw NoticeFailure("ended the connection within the dialogue", mayPass: true)
    }
}
