import NIOCore

/// The first message of a TLS client, as far as a server may look at it before it answers.
enum ClientHello {
    private static let handshakeRecord: UInt8 = 22
    private static let clientHello: UInt8 = 1
    private static let serverName: UInt16 = 0

    /// Whether the client names the server that it wants (RFC 6066 §3), which nobody does who came by an address. False, too,
    /// when the message is none or only begins in `bytes`: TLS itself says what is wrong with it. Layout: RFC 8446 §4.1.2 and
    /// §5.1.
    static func namesServer(_ bytes: ByteBuffer) -> Bool {
        var hello = bytes
        guard hello.readInteger(as: UInt8.self) == handshakeRecord, hello.readSlice(length: 4) != nil,
            hello.readInteger(as: UInt8.self) == clientHello,
            hello.readSlice(length: 3 + 2 + 32) != nil,  // length, version, random
            hello.readLengthPrefixedSlice(as: UInt8.self) != nil,  // session
            hello.readLengthPrefixedSlice(as: UInt16.self) != nil,  // ciphers
            hello.readLengthPrefixedSlice(as: UInt8.self) != nil,  // compression
            hello.readInteger(as: UInt16.self) != nil
        else { return false }
        while let kind = hello.readInteger(as: UInt16.self), hello.readLengthPrefixedSlice(as: UInt16.self) != nil {
            if kind == serverName { return true }
        }
        return false
    }
}
