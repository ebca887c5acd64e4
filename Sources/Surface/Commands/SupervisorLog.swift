import Foundation
import LocalTarget
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The detached supervisor's own output: one file and its predecessor.
enum SupervisorLog {
    /// Opens a fresh log; what was there becomes `<path>.1`.
    static func open(_ path: String) throws(Report) -> CInt {
        rename(path, path + ".1")
        #if canImport(Glibc)
            let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        #else
            let descriptor = Darwin.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        #endif
        guard descriptor >= 0 else { throw Report("cannot write \(path): \(String(cString: strerror(errno)))") }
        return descriptor
    }

    /// The last lines, for a report.
    static func tail(_ path: String, lines: Int = 12) -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else { return "(no log)" }
        defer { try? handle.close() }
        let end = (try? handle.seekToEnd()) ?? 0
        try? handle.seek(toOffset: end > 16_384 ? end - 16_384 : 0)
        let data = (try? handle.read(upToCount: 16_384)) ?? Data()
        let all = String(decoding: data, as: UTF8.self).split(separator: "\n")
        return all.isEmpty ? "(empty)" : all.suffix(lines).map { String($0).printable }.joined(separator: "\n")
    }
}

/// Writes events to standard error and starts a new file before the old one grows without bound.
struct SupervisorLogWriter: Sendable {
    /// Two files of this size are kept.
    static let largest = 8 << 20

    let path: String

    func write(_ line: String) {
        if lseek(STDERR_FILENO, 0, SEEK_END) > Self.largest,
            let fresh = try? SupervisorLog.open(path)
        {
            dup2(fresh, STDERR_FILENO)
            close(fresh)
        }
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { Self.put(STDERR_FILENO, $0) }
    }

    private static func put(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
