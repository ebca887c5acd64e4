import NIOCore
import Stacks
import TrafficRules

/// An answer on its way into the cache: into memory, and from there to the disk when it turns out to be large.
final class CacheFill {
    let response: StoredResponse
    private let cache: EdgeCache
    private let loop: any EventLoop
    private var memory = ByteBuffer()
    /// Of the cache's room for what is on its way.
    private var reserved = 0
    private var file: FileFill?
    private let hasRoom: () -> Void

    /// - Parameters:
    ///   - length: of the body, when it is known.
    ///   - hasRoom: told on the loop when pieces are welcome again after `isBehind`.
    init(
        _ response: StoredResponse, length: Int?, cache: EdgeCache, loop: any EventLoop,
        hasRoom: @escaping () -> Void
    ) {
        self.response = response
        self.cache = cache
        self.loop = loop
        self.hasRoom = hasRoom
        if let length, length > cache.limits.largestInMemory.bytes { openFile() }
    }

    var isInMemory: Bool { file == nil }

    /// The disk takes more time than the origin.
    var isBehind: Bool { file?.isBehind ?? false }

    /// False when the answer cannot be kept any more: too large, or a disk that takes no more.
    func append(_ bytes: ByteBuffer) -> Bool {
        let count = (file?.count ?? memory.readableBytes) + bytes.readableBytes
        if file == nil {
            if count <= cache.limits.largestInMemory.bytes { return keepInMemory(bytes) }
            openFile()
        }
        guard let file, count <= cache.largestObject else {
            cancel()
            return false
        }
        file.append(bytes)
        return !file.hasFailed
    }

    private func keepInMemory(_ bytes: ByteBuffer) -> Bool {
        guard cache.reserve(bytes.readableBytes) else {
            cancel()
            return false
        }
        reserved += bytes.readableBytes
        memory.writeImmutableBuffer(bytes)
        return true
    }

    private func openFile() {
        guard let folder = cache.folder, let file = FileFill(in: folder, on: loop) else { return }
        file.hasRoom = hasRoom
        if memory.readableBytes > 0 { file.append(memory) }
        releaseMemory()
        self.file = file
    }

    /// `done` gets the whole body, perhaps later; nil when the disk has not taken it.
    func finish(_ done: @escaping (KeptBody?) -> Void) {
        guard let file else {
            let body = memory
            releaseMemory()
            return done(.memory(body))
        }
        file.finish { done($0.map { .file($0) }) }
    }

    func cancel() {
        file?.cancel()
        releaseMemory()
    }

    private func releaseMemory() {
        memory = ByteBuffer()
        cache.free(reserved)
        reserved = 0
    }

    deinit { cache.free(reserved) }
}
