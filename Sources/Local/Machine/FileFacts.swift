#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the file system knows of a file.
package struct FileFacts: Sendable, Equatable {
    package var size: Int
    package var inode: UInt64
    /// Of the file system that it lies in.
    package var device: UInt64
    package var owner: UInt32
    package var group: UInt32
    /// Type and permissions.
    package var mode: UInt32

    /// Follows symbolic links; nil when there is no such file or it cannot be reached.
    package init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    package init?(descriptor: CInt) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        size = Int(status.st_size)
        inode = UInt64(status.st_ino)
        // macOS has it signed.
        device = UInt64(truncatingIfNeeded: status.st_dev)
        owner = UInt32(status.st_uid)
        group = UInt32(status.st_gid)
        mode = UInt32(status.st_mode)
    }

    /// Whether such a user may pass through it as a folder.
    package func isPassable(user: UInt32, groups: [UInt32]) -> Bool {
        let bit = owner == user ? S_IXUSR : groups.contains(group) ? S_IXGRP : S_IXOTH
        return mode & UInt32(bit) != 0
    }
}
