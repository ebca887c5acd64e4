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
}
