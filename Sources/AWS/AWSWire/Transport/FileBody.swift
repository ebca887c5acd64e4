import Foundation
package import NIOCore
import NIOPosix

/// A part of a file as the body of a call. It is read while it is sent, so that no more of it than a step is in memory.
package struct FileBody: Sendable, Equatable {
    package var path: String
    /// In bytes.
    package var offset: Int
    package var length: Int

    package init(path: String, offset: Int = 0, length: Int) {
        self.path = path
        self.offset = offset
        self.length = length
    }
}

extension FileBody: AsyncSequence {
    package typealias Element = ByteBuffer

    package func makeAsyncIterator() -> Iterator { Iterator(place: offset, end: offset + length, path: path) }

    package struct Iterator: AsyncIteratorProtocol {
        private static let step = 256 << 10

        fileprivate var place: Int
        fileprivate let end: Int
        fileprivate let path: String
        private var handle: FileHandle?

        fileprivate init(place: Int, end: Int, path: String) {
            self.place = place
            self.end = end
            self.path = path
        }

        /// - Throws: when the file cannot be read, or has become shorter.
        package mutating func next() async throws -> ByteBuffer? {
            guard place < end else { return nil }
            let (path, place, count, open) = (path, place, Swift.min(end - place, Self.step), handle)
            // Reading blocks, and the loop that sends must not.
            let (file, piece) = try await NIOThreadPool.singleton.runIfActive {
                let file = try open ?? FileHandle(forReadingFrom: URL(filePath: path))
                if open == nil { try file.seek(toOffset: UInt64(place)) }
                return (file, try file.read(upToCount: count) ?? Data())
            }
            guard !piece.isEmpty else { throw TransportFault(.broken, "\(path) has become shorter") }
            handle = file
            self.place += piece.count
            return ByteBuffer(bytes: piece)
        }
    }
}
