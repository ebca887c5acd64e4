import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A body on its way to the disk, on one event loop: pieces are written in order by the thread pool, into a file that gets its
/// name when it is whole.
final class FileFill {
    /// Bytes that may wait before the origin is asked to pause.
    private static let highWater = 1 << 20

    private enum Stage { case open, ending, over }

    private let folder: ObjectFolder
    private let loop: any EventLoop
    private let number: Int
    private var descriptor: CInt = -1
    private var written = 0
    private var waiting = ByteBuffer()
    private var isWriting = false
    private var stage = Stage.open
    private var done: ((KeptFile?) -> Void)?
    /// Told when pieces are welcome again.
    var hasRoom: (() -> Void)?

    /// Nil when enough bodies are being written already.
    init?(in folder: ObjectFolder, on loop: any EventLoop) {
        guard let number = folder.beginFill() else { return nil }
        self.folder = folder
        self.loop = loop
        self.number = number
    }

    var count: Int { written + waiting.readableBytes }
    var isBehind: Bool { waiting.readableBytes >= Self.highWater }
    var hasFailed: Bool { stage == .over }

    func append(_ bytes: ByteBuffer) {
        guard stage == .open else { return }
        waiting.writeImmutableBuffer(bytes)
        writeSome()
    }

    /// `done` gets the whole file on the loop, or nil when it could not be written.
    func finish(_ done: @escaping (KeptFile?) -> Void) {
        guard stage == .open else { return done(nil) }
        stage = .ending
        self.done = done
        writeSome()
    }

    /// It is not to be kept after all.
    func cancel() {
        guard stage != .over else { return }
        end(.givenUp)
    }

    private func writeSome() {
        guard !isWriting, stage != .over else { return }
        guard waiting.readableBytes > 0 else {
            if stage == .ending { publish() }
            return
        }
        let piece = waiting
        waiting = ByteBuffer()
        isWriting = true
        let (descriptor, offset, path) = (descriptor, written, folder.partPath(number))
        let outcome = folder.pool.runIfActive(eventLoop: loop) { () -> Written in
            Self.write(piece, at: offset, to: descriptor, path)
        }
        outcome.assumeIsolated().whenComplete { self.wrote($0, piece.readableBytes) }
    }

    private enum Written: Sendable {
        case to(CInt)
        case failed(CInt)
    }

    /// The first piece makes the file.
    private static func write(_ piece: ByteBuffer, at offset: Int, to descriptor: CInt, _ path: String) -> Written {
        var descriptor = descriptor
        if descriptor < 0 { descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) }
        guard descriptor >= 0 else { return .failed(errno) }
        let failure = piece.withUnsafeReadableBytes { bytes -> CInt? in
            var position = 0
            while position < bytes.count {
                let count = pwrite(
                    descriptor, bytes.baseAddress?.advanced(by: position), bytes.count - position,
                    off_t(offset + position))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count < 0 ? errno : ENOSPC }
                position += count
            }
            return nil
        }
        guard let failure else { return .to(descriptor) }
        close(descriptor)
        unlink(path)
        return .failed(failure)
    }

    private func wrote(_ outcome: Result<Written, any Error>, _ count: Int) {
        isWriting = false
        switch outcome {
        case .success(.to(let descriptor)):
            self.descriptor = descriptor
            written += count
            // Given up meanwhile.
            if stage == .over { return discard() }
            writeSome()
            if stage == .open, !isBehind { hasRoom?() }
        case .success(.failed(let code)):
            descriptor = -1
            if stage != .over { end(.failed(code)) }
        case .failure:
            // The pool is closed: the process ends.
            if stage != .over { end(.givenUp) }
        }
    }

    private func publish() {
        isWriting = true
        let (from, to, descriptor, count) = (folder.partPath(number), folder.objectPath(number), descriptor, written)
        let folder = folder
        let outcome = folder.pool.runIfActive(eventLoop: loop) { () -> Published in
            guard rename(from, to) == 0 else { return .failed(errno) }
            return .whole(KeptFile(descriptor: descriptor, path: to, count: count, pool: folder.pool))
        }
        outcome.assumeIsolated().whenComplete { result in
            self.isWriting = false
            // Given up meanwhile: the file goes with its last reference.
            guard self.stage != .over else { return }
            guard case .success(.whole(let file)) = result else {
                if case .success(.failed(let code)) = result { return self.end(.failed(code)) }
                return self.end(.givenUp)
            }
            self.stage = .over
            self.folder.fillEnded(.kept)
            let done = self.done
            self.done = nil
            self.hasRoom = nil
            done?(file)
        }
    }

    private enum Published: Sendable {
        case whole(KeptFile)
        case failed(CInt)
    }

    private func end(_ outcome: ObjectFolder.Outcome) {
        stage = .over
        waiting = ByteBuffer()
        if !isWriting { discard() }
        folder.fillEnded(outcome)
        let (done, hasRoom) = (done, hasRoom)
        self.done = nil
        self.hasRoom = nil
        done?(nil)
        hasRoom?()
    }

    private func discard() {
        guard descriptor >= 0 else { return }
        let (descriptor, path) = (descriptor, folder.partPath(number))
        self.descriptor = -1
        folder.pool.submit { _ in
            unlink(path)
            close(descriptor)
        }
    }
}
