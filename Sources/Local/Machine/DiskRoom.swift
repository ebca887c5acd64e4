#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Room on the file system that a folder lies in.
package enum DiskRoom {
    /// Bytes that this user may still write, those kept for root left out; nil when nobody can tell.
    package static func free(at path: String) -> Int? {
        bytes(at: path) { UInt64($0.f_bavail) }
    }

    /// Bytes of all there is, used or not; nil when nobody can tell.
    package static func size(at path: String) -> Int? {
        bytes(at: path) { UInt64($0.f_blocks) }
    }

    private static func bytes(at path: String, _ blocks: (statvfs) -> UInt64) -> Int? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let (bytes, isOver) = blocks(status).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return isOver ? .max : Int(clamping: bytes)
    }
}
