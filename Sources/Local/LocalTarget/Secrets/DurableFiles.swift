import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files that are there whole or not at all, whenever the machine or the process dies.
enum DurableFiles {
    struct Failure: Error, CustomStringConvertible {
        var step: String
        var path: String
        /// An errno.
        var code: CInt

        var description: String { "cannot \(step) \(path): \(String(cString: strerror(code)))" }
    }

    /// Replaces the file: written beside it, forced to the disk, renamed over it.
    static func replace(_ path: String, with bytes: [UInt8], mode: mode_t = 0o600) throws(Failure) {
        let fresh = "\(path).new-\(getpid())"
        try write(bytes, to: fresh, mode: mode)
        guard rename(fresh, path) == 0 else {
            let code = errno
            unlink(fresh)
            throw Failure(step: "replace", path: path, code: code)
        }
        try sync((path as NSString).deletingLastPathComponent)
    }

    /// Makes a folder with its first files in one step. Does nothing when somebody else was first.
    static func create(folder path: String, files: [String: [UInt8]]) throws(Failure) {
        let fresh = "\(path).new-\(getpid())-\(UInt32.random(in: .min ... .max))"
        guard mkdir(fresh, 0o700) == 0 else { throw Failure(step: "make", path: fresh, code: errno) }
        defer { remove(folder: fresh, files: files.keys) }
        for (name, bytes) in files { try write(bytes, to: "\(fresh)/\(name)", mode: 0o600) }
        try sync(fresh)
        if rename(fresh, path) != 0 {
            guard errno == EEXIST || errno == ENOTEMPTY else { throw Failure(step: "make", path: path, code: errno) }
        }
        try sync((path as NSString).deletingLastPathComponent)
    }

    /// After a rename nothing is left under the old name, and this does nothing.
    private static func remove(folder: String, files: some Sequence<String>) {
        for name in files { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    static func read(_ path: String) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(step: "read", path: path, code: errno) }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = readSome(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Failure(step: "read", path: path, code: errno) }
            if count == 0 { return content }
            content += buffer[..<count]
        }
    }

    private static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(Failure) {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Failure(step: "write", path: path, code: errno) }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                writeSome(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw discard(path) }
            done += count
        }
        guard fsync(descriptor) == 0 else { throw discard(path) }
    }

    private static func discard(_ path: String) -> Failure {
        let code = errno
        unlink(path)
        return Failure(step: "write", path: path, code: code)
    }

    private static func sync(_ folder: String) throws(Failure) {
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(step: "read", path: folder, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failure(step: "force to the disk", path: folder, code: errno) }
    }
}

private func readSome(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

private func writeSome(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
