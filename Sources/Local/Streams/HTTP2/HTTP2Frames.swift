import NIOCore

/// RFC 9113 §7.
package enum HTTP2ErrorCode: UInt32, Sendable {
    case noError = 0
    case protocolError, internalError, flowControlError, settingsTimeout, streamClosed, frameSizeError, refusedStream
    case cancel, compressionError, connectError, enhanceYourCalm, inadequateSecurity, http11Required
}

/// The first nine bytes of a frame (RFC 9113 §4.1).
struct FrameHeader: Equatable {
    enum Kind {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let priority: UInt8 = 2
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let pushPromise: UInt8 = 5
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7
        static let windowUpdate: UInt8 = 8
        static let continuation: UInt8 = 9
    }

    enum Flag {
        static let endStream: UInt8 = 1
        static let ack: UInt8 = 1
        static let endHeaders: UInt8 = 4
        static let padded: UInt8 = 8
        static let priority: UInt8 = 32
    }

    static let size = 9

    var length: Int
    var kind: UInt8
    var flags: UInt8
    var stream: UInt32

    func has(_ flag: UInt8) -> Bool { flags & flag != 0 }

    init(length: Int, kind: UInt8, flags: UInt8 = 0, stream: UInt32 = 0) {
        (self.length, self.kind, self.flags, self.stream) = (length, kind, flags, stream)
    }

    /// Nil when fewer than nine bytes are there.
    init?(peekingAt buffer: ByteBuffer) {
        guard buffer.readableBytes >= Self.size else { return nil }
        self = buffer.withUnsafeReadableBytes { FrameHeader($0) }
    }

    private init(_ bytes: UnsafeRawBufferPointer) {
        length = Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2])
        kind = bytes[3]
        flags = bytes[4]
        // The highest bit is reserved and ignored.
        stream = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 5, as: UInt32.self)) & 0x7fff_ffff
    }

    func write(to bytes: UnsafeMutableRawBufferPointer) {
        let first = UInt32(truncatingIfNeeded: length) << 8 | UInt32(kind)
        bytes.storeBytes(of: first.bigEndian, toByteOffset: 0, as: UInt32.self)
        bytes[4] = flags
        bytes.storeBytes(of: stream.bigEndian, toByteOffset: 5, as: UInt32.self)
    }
}

extension ByteBuffer {
    mutating func write(_ header: FrameHeader) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: FrameHeader.size) { bytes in
            header.write(to: bytes)
            return FrameHeader.size
        }
    }

    mutating func writeReset(_ stream: UInt32, _ code: HTTP2ErrorCode) {
        write(FrameHeader(length: 4, kind: FrameHeader.Kind.reset, stream: stream))
        writeInteger(code.rawValue)
    }

    mutating func writeWindowUpdate(_ stream: UInt32, _ increment: Int) {
        write(FrameHeader(length: 4, kind: FrameHeader.Kind.windowUpdate, stream: stream))
        writeInteger(UInt32(truncatingIfNeeded: increment))
    }

    mutating func writeGoAway(last: UInt32, _ code: HTTP2ErrorCode) {
        write(FrameHeader(length: 8, kind: FrameHeader.Kind.goAway))
        writeInteger(last)
        writeInteger(code.rawValue)
    }

    mutating func writePing(_ data: UInt64, isAnswer: Bool) {
        write(FrameHeader(length: 8, kind: FrameHeader.Kind.ping, flags: isAnswer ? FrameHeader.Flag.ack : 0))
        writeInteger(data)
    }

    mutating func writeSettings(_ settings: [(HTTP2Settings.Key, Int)]) {
        write(FrameHeader(length: settings.count * 6, kind: FrameHeader.Kind.settings))
        for (key, value) in settings {
            writeInteger(key.rawValue)
            writeInteger(UInt32(truncatingIfNeeded: value))
        }
    }

    mutating func writeSettingsAnswer() {
        write(FrameHeader(length: 0, kind: FrameHeader.Kind.settings, flags: FrameHeader.Flag.ack))
    }
}

/// What a peer has told about itself, as far as it matters here (RFC 9113 §6.5.2).
struct HTTP2Settings: Equatable {
    enum Key: UInt16 {
        case headerTableSize = 1
        case enablePush, maxConcurrentStreams, initialWindowSize, maxFrameSize, maxHeaderListSize
    }

    static let largestWindow = 1 << 31 - 1
    static let smallestFrame = 1 << 14

    var initialWindow = 65_535
    var maxFrame = Self.smallestFrame
    var maxConcurrentStreams = Int.max

    /// Takes a SETTINGS payload, whose length is a multiple of six.
    mutating func take(_ payload: inout ByteBuffer) throws(HTTP2Fault) {
        while let (key, value) = payload.readMultipleIntegers(as: (UInt16, UInt32).self) {
            switch Key(rawValue: key) {
            case .enablePush:
                guard value <= 1 else { throw HTTP2Fault(.protocolError, "ENABLE_PUSH is neither 0 nor 1") }
            case .maxConcurrentStreams:
                maxConcurrentStreams = Int(value)
            case .initialWindowSize:
                guard value <= Self.largestWindow else { throw HTTP2Fault(.flowControlError, "a window beyond 2^31-1") }
                initialWindow = Int(value)
            case .maxFrameSize:
                guard value >= Self.smallestFrame, value < 1 << 24 else {
                    throw HTTP2Fault(.protocolError, "a frame size out of range")
                }
                maxFrame = Int(value)
            // We send nothing that a table would remember; long header lists are the peer's to refuse.
            case .headerTableSize, .maxHeaderListSize, nil:
                continue
            }
        }
    }
}

/// What ends a whole connection: the code for the GOAWAY, and a word for the log.
package struct HTTP2Fault: Error, Sendable, Equatable {
    package var code: HTTP2ErrorCode
    package var reason: String

    init(_ code: HTTP2ErrorCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}
