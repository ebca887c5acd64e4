#if canImport(Glibc)
    package import Glibc
#else
    package import Darwin
#endif

/// A user as the kernel knows one, groups included.
package struct UserIdentity: Sendable, Equatable {
    package var user: uid_t
    package var group: gid_t
    package var groups: [gid_t]

    package init(user: uid_t, group: gid_t, groups: [gid_t]) {
        self.user = user
        self.group = group
        self.groups = groups
    }

    /// Looks a name up in the machine's user database; nil when there is none.
    package static func named(_ name: String) -> UserIdentity? {
        var record = passwd()
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        var found: UnsafeMutablePointer<passwd>?
        guard getpwnam_r(name, &record, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        var groups = [gid_t](repeating: 0, count: 256)
        var count = CInt(groups.count)
        guard getgrouplist(name, record.pw_gid, &groups, &count) >= 0 else { return nil }
        return UserIdentity(user: record.pw_uid, group: record.pw_gid, groups: Array(groups.prefix(Int(count))))
    }

    package static var isRoot: Bool { geteuid() == 0 }
}
