#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Who a process is and in which network it stands, as the kernel tells.
package struct ProcessPlace: Sendable, Equatable {
    package var user: UserIdentity
    /// `net:[4026531840]`: alike for those who see the same interfaces and ports. Nil where the kernel does not tell this user.
    package var network: String?

    package init(user: UserIdentity, network: String?) {
        self.user = user
        self.network = network
    }

    /// Nil for a process that is gone, and on systems without `/proc`.
    package static func of(_ pid: Int32) -> ProcessPlace? {
        guard let content = ProcFiles.read("/proc/\(pid)/status") else { return nil }
        return user(String(decoding: content, as: UTF8.self)).map {
            ProcessPlace(user: $0, network: ProcFiles.linkTarget("/proc/\(pid)/ns/net"))
        }
    }

    /// This process's own network; nil as above.
    package static var ownNetwork: String? { ProcFiles.linkTarget("/proc/self/ns/net") }

    /// The effective ones: the second of four. Source: proc(5), `/proc/[pid]/status`.
    static func user(_ status: String) -> UserIdentity? {
        func numbers(_ name: String) -> [UInt32] {
            let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
            return line?.split { $0 == "\t" || $0 == " " }.dropFirst().compactMap { UInt32($0) } ?? []
        }
        let (users, groups) = (numbers("Uid"), numbers("Gid"))
        guard users.count == 4, groups.count == 4 else { return nil }
        return UserIdentity(user: users[1], group: groups[1], groups: numbers("Groups"))
    }
}
