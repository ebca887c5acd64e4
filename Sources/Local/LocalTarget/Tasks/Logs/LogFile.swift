#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How much of a service's output is kept.
package enum LogLimits {
    /// Size at which a file is closed and the next begins.
    package static let fileBytes = 10 << 20
    /// Files of one service: `web.log` is the newest, `web.log.4` the oldest.
    package static let files = 5

    /// Oldest first.
    static func paths(folder: String, service: String) -> [String] {
        let newest = "\(folder)/\(service).log"
        return (1..<files).reversed().map { "\(newest).\($0)" } + [newest]
    }
}

/// Appends to the log of one service and rotates it. Never fails towards its caller: what cannot be written, because the disk is
/// full or the folder is gone, is dropped, counted, and told in the log as soon as it can be written again.
struct LogFile: ~Copyable {
    private let paths: [String]
    private let service: String
    private let fileBytes: Int
    private var descriptor: CInt = -1
    private var size = 0
    private var droppedLines = 0
    private var lastError: CInt = 0

    init(folder: String, service: String, fileBytes: Int = LogLimits.fileBytes) {
        paths = LogLimits.paths(folder: folder, service: service)
        self.service = service
        self.fileBytes = fileBytes
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// `bytes` are whole lines, `lines` of them.
    mutating func append(_ bytes: [UInt8], lines: Int) {
        if size > 0, size + bytes.count > fileBytes { rotate() }
        guard isOpen() else {
            droppedLines += lines
            return
        }
        let notice = droppedLines > 0 ? droppedNotice() : []
        if write(notice + bytes) { droppedLines = 0 } else { droppedLines += lines }
    }

    private func droppedNotice() -> [UInt8] {
        let reason = String(cString: strerror(lastError))
        return LogTime.now.text + Array(" \(service) note \(droppedLines) lines were lost: \(reason)\n".utf8)
    }

    private mutating func isOpen() -> Bool {
        if descriptor >= 0 { return true }
        guard let newest = paths.last else { return false }
        descriptor = open(newest, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            lastError = errno
            return false
        }
        size = max(0, Int(lseek(descriptor, 0, SEEK_END)))
        return true
    }

    /// All or nothing: half a line is taken back.
    private mutating func write(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { writeSome(descriptor, $0[done...]) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                lastError = errno
                ftruncate(descriptor, off_t(size))
                return false
            }
            done += count
        }
        size += done
        return true
    }

    private mutating func rotate() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        size = 0
        for index in paths.indices.dropLast() { rename(paths[index + 1], paths[index]) }
    }
}

private func writeSome(_ descriptor: CInt, _ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
    let rest = UnsafeRawBufferPointer(rebasing: bytes)
    return write(descriptor, rest.baseAddress, rest.count)
}
