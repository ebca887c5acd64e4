import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A whole body on the disk. Gone from there when nobody uses it any more.
final class KeptFile: Sendable {
    let count: Int
    private let descriptor: CInt
    private let path: String
    private let pool: NIOThreadPool

    init(descriptor: CInt, path: String, count: Int, pool: NIOThreadPool) {
        self.descriptor = descriptor
        self.path = path
        self.count = count
        self.pool = pool
    }

    deinit {
        let (descriptor, path) = (descriptor, path)
        // Freeing a large file's blocks takes the disk a while.
        pool.submit { _ in
            unlink(path)
            close(descriptor)
        }
    }

    /// On the thread pool. Nil when the disk fails, or the file is shorter than it was.
    func read(_ range: Range<Int>, on loop: any EventLoop) -> EventLoopFuture<ByteBuffer?> {
        pool.runIfActive(eventLoop: loop) { [self] in
            var buffer = ByteBufferAllocator().buffer(capacity: range.count)
            var position = range.lowerBound
            while position < range.upperBound {
                let wanted = range.upperBound - position
                let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { room in
                    max(0, pread(descriptor, room.baseAddress, wanted, off_t(position)))
                }
                guard count > 0 else { return nil }
                position += count
            }
            return buffer
        }
    }
}
