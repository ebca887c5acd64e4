#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files that are there whole or not at all, whenever the machine or the process dies: written beside, forced to the disk,
/// renamed, and the folder forced too, for a rename lives in the folder.
package enum DurableFiles {
    package struct Failure: Error, Sendable, CustomStringConvertible {
        /// A verb: `read`, `write`, `replace`.
        package var step: String
        package var path: String
        /// An errno.
        package var code: CInt

        package init(step: String, path: String, code: CInt) {
            self.step = step
            self.path = path
            self.code = code
        }

        package var isAbsence: Bool { code == ENOENT || code == ENOTDIR }
        package var reason: String { String(cString: strerror(code)) }
        package var description: String { "cannot \(step) \(path): \(reason)" }
    }

    /// Who a new file belongs to.
    package typealias Owner = (user: UInt32, group: UInt32)

    /// Writes the file, in place of one that is there. `owner` needs root.
    package static func replace(
        _ path: String, with bytes: [UInt8], mode: UInt32 = 0o600, owner: Owner? = nil
    ) throws(Failure) {
        let fresh = path + ".new"
        try write(bytes, to: fresh, mode: mode, owner: owner)
        guard rename(fresh, path) == 0 else {
            let code = errno
            unlink(fresh)
            throw Failure(step: "replace", path: path, code: code)
        }
        try sync(folderOf: path)
    }

    /// Makes a folder with its first files in one step. Does nothing when somebody else was first.
    package static func create(folder path: String, files: [String: [UInt8]]) throws(Failure) {
        let fresh = "\(path).new-\(getpid())-\(UInt32.random(in: .min ... .max))"
        guard mkdir(fresh, 0o700) == 0 else { throw Failure(step: "make", path: fresh, code: errno) }
        defer { remove(folder: fresh, files: files.keys) }
        for (name, bytes) in files { try write(bytes, to: "\(fresh)/\(name)", mode: 0o600, owner: nil) }
        try sync(folder: fresh)
        if rename(fresh, path) != 0 {
            guard errno == EEXIST || errno == ENOTEMPTY else { throw Failure(step: "make", path: path, code: errno) }
        }
        try sync(folderOf: path)
    }

    /// Reads one byte, which shows whether the rest can be read.
    package static func probe(_ path: String) throws(Failure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Failure(step: "read", path: path, code: errno) }
        defer { close(descriptor) }
        var byte: UInt8 = 0
        guard readSome(descriptor, &byte, 1) >= 0 else { throw Failure(step: "read", path: path, code: errno) }
    }

    package static func read(_ path: String) throws(Failure) -> [UInt8] {
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

    /// Forces the entries of the folder that `path` lies in.
    package static func sync(folderOf path: String) throws(Failure) {
        let end = path.lastIndex(of: "/")
        try sync(folder: end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".")
    }

    private static func sync(folder: String) throws(Failure) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(step: "read", path: folder, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failure(step: "force to the disk", path: folder, code: errno) }
    }

    /// After a rename nothing is left under the old name, and this does nothing.
    private static func remove(folder: String, files: some Sequence<String>) {
        for name in files { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    private static func write(_ bytes: [UInt8], to path: String, mode: UInt32, owner: Owner?) throws(Failure) {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode_t(mode))
        guard descriptor >= 0 else { throw Failure(step: "write", path: path, code: errno) }
        defer { close(descriptor) }
        // Whatever the umask says.
        guard fchmod(descriptor, mode_t(mode)) == 0 else { throw discard(path) }
        if let owner, fchown(descriptor, owner.user, owner.group) != 0 { throw discard(path) }
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
}

private func readSome(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

private func writeSome(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
