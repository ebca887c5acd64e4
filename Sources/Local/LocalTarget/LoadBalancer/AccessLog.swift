import Dispatch
package import Foundation
import Streams
import Synchronization
import TrafficRules

/// A log of requests, rotated by size: the load balancer's in the ALB's own format (`access.log`), the firewall's in JSON
/// (`firewall.log`). Loops hand over blocks of lines; one queue writes them. A disk that is full loses lines, counted, and never a request.
package final class AccessLog: Sendable {
    /// Rotated beyond this size.
    package static let fileLimit = 64 << 20
    /// `access.log`, `access.log.1`, …
    package static let files = 5
    /// Blocks waiting to be written, all loops together.
    private static let waitingLimit = 8 << 20

    private struct State {
        var waiting = 0
        var lost = 0
    }

    private let folder: URL
    private let name: String
    private let queue = DispatchQueue(label: "access-log")
    private let state = Mutex(State())
    private let file: Mutex<FileHandle?> = Mutex(nil)

    package init(folder: URL, name: String = "access.log") { (self.folder, self.name) = (folder, name) }

    /// Blocks of lines that could not be written since the last one that could.
    package var lostBlocks: Int { state.withLock { $0.lost } }

    func write(_ block: [UInt8]) {
        let isAccepted = state.withLock { state in
            guard state.waiting + block.count <= Self.waitingLimit else {
                state.lost += 1
                return false
            }
            state.waiting += block.count
            return true
        }
        guard isAccepted else { return }
        queue.async { [self] in
            let isWritten = append(block)
            state.withLock {
                $0.waiting -= block.count
                $0.lost = isWritten ? 0 : $0.lost + 1
            }
        }
    }

    /// Returns when everything handed over so far is written.
    package func drain() { queue.sync {} }

    private func append(_ block: [UInt8]) -> Bool {
        file.withLock { handle in
            do {
                if handle == nil { handle = try open() }
                if let size = try handle?.seekToEnd(), size > UInt64(Self.fileLimit) {
                    try handle?.close()
                    rotate()
                    handle = try open()
                }
                if let handle { try append(block, to: handle) }
                return true
            } catch {
                try? handle?.close()
                handle = nil
                return false
            }
        }
    }

    /// Whole or not at all: half a line would spoil the next one, too.
    private func append(_ block: [UInt8], to handle: FileHandle) throws {
        let end = try handle.offset()
        do {
            try handle.write(contentsOf: block)
        } catch {
            try? handle.truncate(atOffset: end)
            throw error
        }
    }

    private func open() throws -> FileHandle {
        let path = folder.appending(path: name).path(percentEncoded: false)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.seekToEnd()
        return handle
    }

    private func rotate() {
        func file(_ index: Int) -> URL { folder.appending(path: index == 0 ? name : "\(name).\(index)") }
        try? FileManager.default.removeItem(at: file(Self.files - 1))
        for index in (0..<Self.files - 1).reversed() {
            try? FileManager.default.moveItem(at: file(index), to: file(index + 1))
        }
    }
}

/// One loop's lines on their way to the log.
package final class AccessLogBuffer {
    private static let blockSize = 64 << 10

    private let log: AccessLog
    private var block: [UInt8] = []
    private var moments = TimestampText()

    package init(log: AccessLog) {
        self.log = log
        block.reserveCapacity(Self.blockSize + 4096)
    }

    /// `write` adds one line with its end.
    func append(_ write: (inout [UInt8]) -> Void) {
        write(&block)
        lineIsWritten()
    }

    // Lines of every request: what a closure takes along is copied for it.
    func append(_ entry: borrowing AccessLogEntry) {
        entry.append(to: &block, &moments)
        lineIsWritten()
    }

    func append(_ line: EdgeLogLine, of request: IncomingRequest) {
        line.append(of: request.head, request.id, from: request.facts.clientAddress, to: &block, &moments)
        lineIsWritten()
    }

    private func lineIsWritten() {
        if block.count >= Self.blockSize { flush() }
    }

    func flush() {
        guard !block.isEmpty else { return }
        log.write(block)
        block.removeAll(keepingCapacity: true)
    }
}
