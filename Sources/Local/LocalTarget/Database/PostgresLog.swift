import Foundation
import Processes
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Keeps what a server says: in a file of bounded size, and its last complaint in memory. A thread reads the server's
/// pipe to its end whatever happens to the file: a full disk must not block the server on its own messages.
final class PostgresLog: Sendable {
    private struct State {
        var file: CInt = -1
        var written = 0
        var complaint: String?
        /// After a panic everything else only ends, and says so.
        var hasPanicked = false
        var needsCopy = false
    }

    private let path: String
    private let state = Mutex(State())

    init(path: String) { self.path = path }

    /// The first line of the severity PANIC, without its prefix; else the last FATAL.
    var complaint: String? { state.withLock { $0.complaint } }

    /// The writer no longer has the log that this standby needs, or their histories differ.
    var needsCopy: Bool { state.withLock { $0.needsCopy } }

    /// Before a new start: old complaints explain nothing.
    func forget() {
        state.withLock {
            $0.complaint = nil
            $0.hasPanicked = false
            $0.needsCopy = false
        }
    }

    /// The descriptor that a server gets for its errors; the caller closes it after the start.
    func openPipe() throws -> CInt {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw DatabaseError("make a pipe", answer: String(cString: strerror(errno))) }
        let (reading, writing) = (ends[0], ends[1])
        _ = fcntl(reading, F_SETFD, FD_CLOEXEC)
        _ = fcntl(writing, F_SETFD, FD_CLOEXEC)
        let code = startThread { [self] in drain(reading) }
        guard code == 0 else {
            close(reading)
            close(writing)
            throw DatabaseError("start a thread for the server's log", answer: String(cString: strerror(code)))
        }
        return writing
    }

    private func drain(_ descriptor: CInt) {
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            let text = String(decoding: buffer[..<count], as: UTF8.self)
            state.withLock { state in
                for line in text.split(separator: "\n") { Self.note(line, in: &state) }
                append(buffer[..<count], to: &state)
            }
        }
    }

    private static func note(_ line: Substring, in state: inout State) {
        if line.contains("has already been removed") || line.contains("is not in this server's history")
            || line.contains("forked off current database system timeline")
        {
            state.needsCopy = true
        }
        for severity in ["PANIC:", "FATAL:"] {
            guard !state.hasPanicked, let range = line.range(of: severity) else { continue }
            // What clients are told while a server comes and goes is no reason of its own.
            let harmless = ["database system is", "terminating connection", "the database system"]
            if harmless.contains(where: { line[range.upperBound...].contains($0) }) { return }
            state.complaint = line[range.upperBound...].trimmingCharacters(in: .whitespaces)
            state.hasPanicked = severity == "PANIC:"
        }
    }

    private func append(_ bytes: ArraySlice<UInt8>, to state: inout State) {
        if state.file >= 0 && state.written > DatabaseLimit.logBytes {
            close(state.file)
            state.file = -1
            rename(path, path + ".1")
        }
        if state.file < 0 {
            state.file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o640)
            guard state.file >= 0 else { return }
            state.written = Int(lseek(state.file, 0, SEEK_END))
        }
        let count = bytes.withUnsafeBytes { write(state.file, $0.baseAddress, $0.count) }
        state.written += max(0, count)
    }

    deinit {
        let file = state.withLock { $0.file }
        if file >= 0 { close(file) }
    }
}
