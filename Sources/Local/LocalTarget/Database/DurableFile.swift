import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files that are there in whole after a loss of power, or not at all: written beside, synced, renamed, and the folder
/// synced, for a rename lives in the folder.
enum DurableFile {
    static func write(_ data: Data, to path: String, mode: mode_t = 0o644, owner: (uid_t, gid_t)? = nil) throws {
        let beside = path + ".new"
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure("write \(path)", errno) }
        defer { close(descriptor) }
        guard fchmod(descriptor, mode) == 0 else { throw failure("set the mode of \(path)", errno) }
        if let owner, fchown(descriptor, owner.0, owner.1) != 0 { throw failure("hand over \(path)", errno) }
        try data.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = writeSome(descriptor, rest)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw failure("write \(path)", errno) }
                rest = rest.dropFirst(count)
            }
        }
        guard fsync(descriptor) == 0 else { throw failure("sync \(path)", errno) }
        guard rename(beside, path) == 0 else { throw failure("rename \(beside)", errno) }
        try syncFolder(of: path)
    }

    static func syncFolder(of path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open \(folder)", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync \(folder)", errno) }
    }

    private static func writeSome(_ descriptor: CInt, _ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
        let buffer = UnsafeRawBufferPointer(rebasing: bytes)
        #if canImport(Glibc)
            return Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #else
            return Darwin.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    private static func failure(_ attempt: String, _ code: CInt) -> DatabaseError {
        DatabaseError(
            attempt, answer: String(cString: strerror(code)),
            next: code == ENOSPC ? "free some space on the disk" : "check the folder's owner and mode")
    }
}
