import Foundation
import Provisioning
import Stacks

/// Reads a part of a file piece by piece.
struct SliceReader {
    static let step = 256 << 10

    private let slice: FileSlice
    private let handle: FileHandle
    private var left: Int

    init(_ slice: FileSlice) throws(Report) {
        self.slice = slice
        left = slice.length
        do {
            handle = try FileHandle(forReadingFrom: URL(filePath: slice.path))
            try handle.seek(toOffset: UInt64(slice.offset))
        } catch {
            throw Report("cannot read \(slice.path): \(Self.reason(error))")
        }
    }

    /// Nil after the last piece.
    mutating func next() throws(Report) -> Data? {
        guard left > 0 else { return nil }
        let piece: Data
        do { piece = try handle.read(upToCount: min(left, Self.step)) ?? Data() } catch {
            throw Report("cannot read \(slice.path): \(Self.reason(error))")
        }
        guard !piece.isEmpty else {
            throw Report("cannot read \(slice.path): it ends \(left) bytes early")
        }
        left -= piece.count
        return piece
    }

    /// All of it.
    static func bytes(_ slice: FileSlice) throws(Report) -> [UInt8] {
        var reader = try SliceReader(slice)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(slice.length)
        while let piece = try reader.next() { bytes += piece }
        return bytes
    }

    /// Its first bytes, for telling what it is.
    static func head(_ slice: FileSlice, _ count: Int) throws(Report) -> [UInt8] {
        var head = slice
        head.length = min(count, slice.length)
        return try bytes(head)
    }

    /// What the system says, without Foundation's sentence around it.
    static func reason(_ error: any Error) -> String {
        let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
        return cause.domain == NSPOSIXErrorDomain
            ? String(cString: strerror(CInt(cause.code))) : cause.localizedDescription
    }
}
