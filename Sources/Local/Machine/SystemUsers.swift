#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Names in the machine's user database.
package enum SystemUsers {
    package static func name(of user: UInt32) -> String? {
        var record = passwd()
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        var found: UnsafeMutablePointer<passwd>?
        guard getpwuid_r(user, &record, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return String(cString: record.pw_name)
    }

    /// This process goes on as that user, with the groups that it has; false when the kernel refuses. Only root may.
    package static func become(_ user: UInt32) -> Bool {
        guard let entry = getpwuid(user), let name = entry.pointee.pw_name else { return false }
        return initgroups(name, entry.pointee.pw_gid) == 0 && setgid(entry.pointee.pw_gid) == 0 && setuid(user) == 0
    }
}
