import CZlib
import Crypto
import Foundation
import Provisioning
import Stacks

/// Compresses a layer as registries keep it, into a file: its digest must be known before it is sent, and it may be larger than
/// memory.
enum LayerPacker {
    /// zlib's own default; docker's, too.
    private static let level: Int32 = 6
    /// Bits of the window, and 16 for the format of gzip. Source: zlib.h, `deflateInit2`.
    private static let window: Int32 = 15 + 16

    /// The compressed layer, and the digest of what it was before.
    static func pack(_ layer: FileSlice, to file: URL) throws(Report) -> (blob: ImageParcel.Blob, content: String) {
        let path = file.path(percentEncoded: false)
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw Report("cannot write \(path)", next: "make room, or set TMPDIR to a folder that has it")
        }
        do {
            let output = try FileHandle(forWritingTo: file)
            defer { try? output.close() }
            return try pack(layer, to: output, path)
        } catch let report as Report {
            throw report
        } catch {
            throw Report(
                "cannot write \(path): \(SliceReader.reason(error))",
                next: "make room, or set TMPDIR to a folder that has it")
        }
    }

    private static func pack(
        _ layer: FileSlice, to output: FileHandle, _ path: String
    ) throws -> (blob: ImageParcel.Blob, content: String) {
        guard let packer = Deflater(level: level, window: window) else { throw Report("no memory to compress \(path)") }
        var (before, after) = (SHA256(), SHA256())
        var length = 0
        func write(_ piece: [UInt8]) throws {
            after.update(data: piece)
            length += piece.count
            try output.write(contentsOf: piece)
        }
        var reader = try SliceReader(layer)
        while let piece = try reader.next() {
            before.update(data: piece)
            try write(try packer.pack(Array(piece), isLast: false))
        }
        try write(try packer.pack([], isLast: true))
        let blob = ImageParcel.Blob(
            digest: ImageFiles.text(after.finalize()), bytes: FileSlice(path: path, length: length))
        return (blob, ImageFiles.text(before.finalize()))
    }
}

/// zlib's compressor.
private final class Deflater {
    private static let step = 64 << 10

    /// zlib keeps the stream's address.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Nil when there is no memory for it.
    init?(level: Int32, window: Int32) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let outcome = deflateInit2_(
            stream, level, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard outcome == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// What there is to write after `piece`; with the last one the end of the coding, too.
    func pack(_ piece: [UInt8], isLast: Bool) throws -> [UInt8] {
        var piece = piece
        var output: [UInt8] = []
        var room = [UInt8](repeating: 0, count: Self.step)
        try piece.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            defer { stream.pointee.next_in = nil }
            repeat {
                let outcome = room.withUnsafeMutableBufferPointer { bytes in
                    stream.pointee.next_out = bytes.baseAddress
                    stream.pointee.avail_out = UInt32(bytes.count)
                    return deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                }
                guard outcome != Z_STREAM_ERROR else { throw Report("zlib gave a layer up") }
                output += room.prefix(room.count - Int(stream.pointee.avail_out))
            } while stream.pointee.avail_out == 0
        }
        return output
    }
}
