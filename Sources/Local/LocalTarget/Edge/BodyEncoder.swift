import CBrotli
import CZlib
import NIOCore
import TrafficRules

/// Encodes one body piece by piece with zlib or libbrotli. What a piece becomes may come with a later one.
///
/// Levels: an answer is encoded once and sent many times, but while its first client waits. On two texts of 50 and 200 KB (this
/// project's documents and sources) gzip 5 took 24 ms a megabyte and 6 took 35 for one per cent less; brotli 5 took 34 to 45, 7 took
/// 80 to 100 for two per cent less, and 4 took 20 to 24 for five per cent more. Measured 2026-11, zlib 1.2.13 and brotli 1.0.9.
final class BodyEncoder {
    private static let gzipLevel: Int32 = 5
    private static let brotliQuality: UInt32 = 5
    /// 256 KiB of what went before: of text, more gains little and costs memory for every body under way.
    private static let brotliWindow: UInt32 = 18
    /// Bits of the window, and 16 for the format of gzip. Source: zlib.h, `deflateInit2`.
    private static let gzipWindow: Int32 = 15 + 16
    private static let step = 16 << 10

    private enum Library {
        case zlib(UnsafeMutablePointer<z_stream>)
        case brotli(OpaquePointer)
    }

    private let library: Library

    /// Nil when there is no memory for it.
    init?(_ coding: ContentCoding) {
        switch coding {
        case .gzip:
            // zlib keeps the stream's address.
            let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            stream.initialize(to: z_stream())
            let outcome = deflateInit2_(
                stream, Self.gzipLevel, Z_DEFLATED, Self.gzipWindow, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size))
            guard outcome == Z_OK else {
                stream.deallocate()
                return nil
            }
            library = .zlib(stream)
        case .brotli:
            guard let state = BrotliEncoderCreateInstance(nil, nil, nil) else { return nil }
            BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, Self.brotliQuality)
            BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, Self.brotliWindow)
            library = .brotli(state)
        }
    }

    deinit {
        switch library {
        case .zlib(let stream):
            deflateEnd(stream)
            stream.deallocate()
        case .brotli(let state): BrotliEncoderDestroyInstance(state)
        }
    }

    /// What there is to send after `piece`; with the last one the end of the coding, too. Nil when the library gives up.
    func encode(_ piece: ByteBuffer, isLast: Bool) -> ByteBuffer? {
        var piece = piece
        var output = ByteBuffer()
        let isDone = piece.withUnsafeMutableReadableBytes { bytes in
            switch library {
            case .zlib(let stream): Self.deflate(bytes, stream, isLast: isLast, to: &output)
            case .brotli(let state): Self.compress(bytes, state, isLast: isLast, to: &output)
            }
        }
        return isDone ? output : nil
    }

    private static func deflate(
        _ bytes: UnsafeMutableRawBufferPointer, _ stream: UnsafeMutablePointer<z_stream>, isLast: Bool,
        to output: inout ByteBuffer
    ) -> Bool {
        stream.pointee.next_in = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(bytes.count)
        defer { stream.pointee.next_in = nil }
        var outcome = Z_OK
        repeat {
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: step) { room in
                stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_out = UInt32(room.count)
                outcome = CZlib.deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                return room.count - Int(stream.pointee.avail_out)
            }
            // No progress is possible: all has been taken.
            if outcome == Z_BUF_ERROR { return !isLast }
        } while outcome == Z_OK && (isLast || stream.pointee.avail_out == 0)
        return outcome == (isLast ? Z_STREAM_END : Z_OK)
    }

    private static func compress(
        _ bytes: UnsafeMutableRawBufferPointer, _ state: OpaquePointer, isLast: Bool, to output: inout ByteBuffer
    ) -> Bool {
        let operation = isLast ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_PROCESS
        var left = bytes.count
        var next = UnsafePointer(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        repeat {
            var isDone = BROTLI_FALSE
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: step) { room in
                var free = room.count
                var target = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
                isDone = BrotliEncoderCompressStream(state, operation, &left, &next, &free, &target, nil)
                return room.count - free
            }
            if isDone == BROTLI_FALSE { return false }
        } while left > 0 || BrotliEncoderHasMoreOutput(state) != BROTLI_FALSE
        return !isLast || BrotliEncoderIsFinished(state) != BROTLI_FALSE
    }
}
