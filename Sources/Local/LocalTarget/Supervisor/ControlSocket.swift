import Crypto
import Foundation
package import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where a stack's control socket is: in a folder that only its user may enter.
package struct ControlSocket: Sendable, Equatable {
    /// Bytes that a Unix socket's path may have on every system. Source: `sun_path`, 104 with its null on macOS, 108 on
    /// Linux.
    static let longestPath = 103

    package let path: String

    private var folder: String { String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)) }

    /// Beside the stack's data or, when that path is too long for a socket, in the user's runtime folder under a name
    /// made from it.
    package init(_ stack: StackFolder, environment: [String: String], user: UInt32 = geteuid()) {
        let near = stack.path("control/socket")
        guard near.utf8.count > ControlSocket.longestPath else {
            path = near
            return
        }
        let digest = SHA256.hash(data: Data(near.utf8)).prefix(8).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        let runtime = environment["XDG_RUNTIME_DIR"].flatMap { $0.hasPrefix("/") && $0.utf8.count < 64 ? $0 : nil }
        let base = runtime.map { "\($0)/terrace" } ?? "/tmp/terrace-\(user)"
        path = "\(base)/\(digest.joined())"
    }

    /// Makes the folder with mode 0700, and refuses one that is somebody else's or open to others.
    package func prepareFolder() throws(Report) {
        if mkdir(folder, 0o700) != 0 && errno != EEXIST {
            throw Report("cannot make the folder \(folder): \(String(cString: strerror(errno)))")
        }
        let found = try? FileManager.default.attributesOfItem(atPath: folder)
        guard let found, found[.type] as? FileAttributeType == .typeDirectory,
            found[.ownerAccountID] as? UInt32 == geteuid()
        else {
            throw Report(
                "cannot use \(folder) for the control socket", expected: "a folder of this user, not a link",
                next: "remove \(folder), then run the same command")
        }
        if (found[.posixPermissions] as? Int ?? 0o777) & 0o077 != 0, chmod(folder, 0o700) != 0 {
            throw Report("cannot close \(folder) to others: \(String(cString: strerror(errno)))")
        }
    }
}
