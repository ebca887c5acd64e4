import Foundation
import NIOCore
import NIOEmbedded
import NIOSSL
import TestKit
import Testing

@testable import Streams

/// What a listener reads in a client's first bytes before TLS does.
@Suite struct ClientHelloTests {
    /// As BoringSSL writes it.
    private func hello(to server: String?) throws -> ByteBuffer {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.applicationProtocols = ["h2"]
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(
            NIOSSLClientHandler(context: NIOSSLContext(configuration: configuration), serverHostname: server))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let bytes = try #require(try channel.readOutbound(as: ByteBuffer.self))
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return bytes
    }

    @Test func aNameIsSeen() throws {
        #expect(ClientHello.namesServer(try hello(to: "localhost")))
        #expect(!ClientHello.namesServer(try hello(to: nil)))
    }

    /// Nothing that is not the whole of it is taken for a name, wherever it ends.
    @Test func aMessageThatOnlyBeginsNamesNobody() throws {
        let whole = try hello(to: "localhost")
        let seen = (0...whole.readableBytes).first {
            ClientHello.namesServer(whole.getSlice(at: whole.readerIndex, length: $0) ?? ByteBuffer())
        }
        let name = try #require(whole.readableBytesView.firstRange(of: Array("localhost".utf8)))
        #expect(try #require(seen) >= name.upperBound - whole.readerIndex)
    }

    @Test(arguments: [
        "", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u{16}\u{3}\u{1}", "\u{15}\u{3}\u{3}\u{0}\u{2}\u{2}(",
    ])
    func whatIsNoneNamesNobody(text: String) {
        #expect(!ClientHello.namesServer(ByteBuffer(string: text)))
    }

    @Test func noiseIsReadToItsEndAndNotBeyond() throws {
        var random = SeededGenerator(seed: 9)
        let whole = Array(try hello(to: "localhost").readableBytesView)
        var named = 0
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if ClientHello.namesServer(ByteBuffer(bytes: bytes)) { named += 1 }
        }
        #expect((1..<20_000).contains(named))
    }
}
