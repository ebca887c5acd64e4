import Foundation
import Machine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads a log line by line from the oldest file to the newest, and on while it grows and rotates.
final class LogCursor {
    /// That of its service, or one that no service can have.
    let name: String
    private let paths: [String]
    /// nil for a line that is not wanted, or is none.
    private let parse: (ArraySlice<UInt8>) -> LogLine?
    private var descriptor: CInt = -1
    private var inode: UInt64 = 0
    private var position = 0
    private var pending: [UInt8] = []
    private var pendingStart = 0
    private var peeked: LogLine?

    /// - Parameter paths: the oldest file first.
    init(name: String, paths: [String], parse: @escaping (ArraySlice<UInt8>) -> LogLine?) {
        self.name = name
        self.paths = paths
        self.parse = parse
    }

    /// The log of a service.
    convenience init(folder: String, service: String, since: Date?) {
        let since = since.map { LogTime(milliseconds: Int(($0.timeIntervalSince1970 * 1000).rounded())).text }
        self.init(name: service, paths: LogLimits.paths(folder: folder, service: service)) { line in
            // Times of equal length in one alphabet: their order is that of their bytes.
            if let since, line.prefix(LogTime.length).lexicographicallyPrecedes(since) { return nil }
            return LogLine(line: line)
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The next line without taking it; nil when there is none now.
    func peek() -> LogLine? {
        if peeked == nil { peeked = readLine() }
        return peeked
    }

    func take() { peeked = nil }

    private func readLine() -> LogLine? {
        while true {
            while let line = lineFromPending() {
                if let line = parse(line) { return line }
            }
            guard fill() || openNextFile() else { return nil }
        }
    }

    private func lineFromPending() -> ArraySlice<UInt8>? {
        guard let end = pending[pendingStart...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { pendingStart = end + 1 }
        return pending[pendingStart..<end]
    }

    private func fill() -> Bool {
        guard descriptor >= 0 else { return false }
        // The writer took half a line back after a full disk: so do we.
        if let size = FileFacts(descriptor: descriptor)?.size, size < position {
            position = size
            pending = []
            pendingStart = 0
            return false
        }
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = pread(descriptor, &chunk, chunk.count, off_t(position))
        guard count > 0 else { return false }
        position += count
        pending.removeSubrange(..<pendingStart)
        pendingStart = 0
        pending += chunk[..<count]
        return true
    }

    /// After the end of one file: the next newer one; false when this is the newest.
    private func openNextFile() -> Bool {
        let existing = paths.compactMap { path in LogCursor.inode(path).map { (path: path, inode: $0) } }
        let current = descriptor < 0 ? nil : existing.firstIndex { $0.inode == inode }
        let next = current.map { $0 + 1 } ?? 0
        guard next < existing.count else { return false }
        // What was written between our last look and the rotation.
        if fill() { return true }
        let opened = open(existing[next].path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { return false }
        guard FileFacts(descriptor: opened)?.inode == existing[next].inode else {
            // Rotated between the look and the opening: look again.
            close(opened)
            return openNextFile()
        }
        if descriptor >= 0 { close(descriptor) }
        descriptor = opened
        inode = existing[next].inode
        position = 0
        pending = []
        pendingStart = 0
        return true
    }

    private static func inode(_ path: String) -> UInt64? { FileFacts(path: path)?.inode }
}
