import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Who is at the other end of a control connection, as the kernel says.
enum ControlPeer {
    /// The stack's own user, and root.
    static func mayControl(peer: uid_t, supervisor: uid_t) -> Bool { peer == supervisor || peer == 0 }

    #if canImport(Glibc)
        /// `struct ucred`, which the module map leaves out.
        private struct Credentials {
            var process: pid_t
            var user: uid_t
            var group: gid_t
        }

        static func user(of channel: any Channel) async throws -> uid_t? {
            guard let options = channel as? any SocketOptionProvider else { return nil }
            let credentials: Credentials = try await options.unsafeGetSocketOption(
                level: SocketOptionLevel(SOL_SOCKET), name: SocketOptionName(SO_PEERCRED)
            ).get()
            return credentials.user
        }
    #else
        static func user(of channel: any Channel) async throws -> uid_t? {
            guard let options = channel as? any SocketOptionProvider else { return nil }
            let credentials: xucred = try await options.unsafeGetSocketOption(
                level: SocketOptionLevel(SOL_LOCAL), name: SocketOptionName(LOCAL_PEERCRED)
            ).get()
            return credentials.cr_uid
        }
    #endif
}
