import Foundation
import Machine
import Processes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where the tier's files are.
///
///     cluster.json       who is the writer (ClusterRecord)
///     authority.pem      what clients check the servers' certificate against
///     db-1.log           what the server said, rotated by size
///     db-1/              belongs to the servers' user, mode 0700
///       data/            PostgreSQL's own
///       postgresql.conf, pg_hba.conf, pg_ident.conf, server.crt, server.key, replication.pass
///                        written anew at each start, outside data/ so that neither pg_rewind nor a copy moves them
///       incomplete       data/ is being copied or rewound; if found at a start, it is copied anew
///     backups/, restored/  see BackupFolder
///     kept-TIME/data/    what ran until a restore in place (DataExchange)
///     sockets/           for the supervisor and PostgreSQL's tools only
struct DatabaseFolder: Sendable {
    /// Without symbolic links: the kernel names the servers' working folders so.
    let path: String
    /// Whom the servers run as; nil: as this process.
    let user: UserIdentity?
    let socketFolder: String

    var record: String { path + "/cluster.json" }
    var authority: String { path + "/authority.pem" }

    func data(of server: ServerName) -> String { "\(path)/\(server.rawValue)/data" }
    func incomplete(_ server: ServerName) -> String { "\(path)/\(server.rawValue)/incomplete" }

    /// Folders that restores in place have left, the oldest first.
    var kept: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasPrefix(DataExchange.keptPrefix) }.sorted().map { "\(path)/\($0)" }
    }

    /// Makes the folder, elsewhere with a link to it when the servers' user cannot reach it where it should be.
    static func prepare(at wanted: String) throws -> DatabaseFolder {
        let user = try serverUser()
        var path = wanted
        do {
            try FileManager.default.createDirectory(
                atPath: (wanted as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            if let user, !isReachable((wanted as NSString).deletingLastPathComponent, for: user) {
                path = try linked(from: wanted)
            }
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        } catch let error as DatabaseError {
            throw error
        } catch {
            throw DatabaseError(
                "make the folder \(wanted)", answer: "\((error as NSError).localizedDescription)",
                next: "make its parent writable, or move the stack")
        }
        guard let real = realpath(path, nil) else {
            throw DatabaseError("enter \(path)", answer: String(cString: strerror(errno)))
        }
        defer { free(real) }
        let resolved = String(cString: real)
        guard access(resolved, W_OK) == 0 else {
            throw DatabaseError(
                "write into \(resolved)", answer: String(cString: strerror(errno)), next: "make it writable")
        }
        return DatabaseFolder(path: resolved, user: user, socketFolder: try makeSocketFolder(in: resolved, user: user))
    }

    /// Removes the data for good, also where a link leads to. The servers must not run.
    static func remove(at path: String) throws {
        let files = FileManager.default
        let target = try? files.destinationOfSymbolicLink(atPath: path)
        removeSocketFolder(recordedIn: target ?? path)
        do {
            if let target, files.fileExists(atPath: target) { try files.removeItem(atPath: target) }
            if target != nil || files.fileExists(atPath: path) { try files.removeItem(atPath: path) }
        } catch {
            throw DatabaseError("remove \(path)", answer: (error as NSError).localizedDescription)
        }
    }

    func removeSockets() {
        Self.removeSocketFolder(recordedIn: path)
    }

    /// A folder that only the servers' user may enter.
    static func makePrivate(_ path: String, for user: UserIdentity?) throws {
        if mkdir(path, 0o700) != 0 && errno != EEXIST {
            throw DatabaseError("make the folder \(path)", answer: String(cString: strerror(errno)))
        }
        if let user, chown(path, user.user, user.group) != 0 {
            throw DatabaseError("hand over \(path)", answer: String(cString: strerror(errno)))
        }
    }

    // MARK: - The servers' user

    /// PostgreSQL refuses to run as root.
    private static func serverUser() throws -> UserIdentity? {
        guard UserIdentity.isRoot else { return nil }
        if let user = UserIdentity.named("postgres") { return user }
        throw DatabaseError(
            "run PostgreSQL as root", answer: "it refuses to, and there is no user `postgres` on this machine",
            next: "run Terrace as an ordinary user, or add one: useradd --system --user-group postgres")
    }

    /// Whether the user may pass through every folder of the path.
    static func isReachable(_ path: String, for user: UserIdentity) -> Bool {
        var real = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        while true {
            guard let facts = FileFacts(path: real), facts.isPassable(user: user.user, groups: user.groups) else {
                return false
            }
            if real == "/" || real.isEmpty { return true }
            real = (real as NSString).deletingLastPathComponent
        }
    }

    private static func linked(from wanted: String) throws -> String {
        let files = FileManager.default
        if let target = try? files.destinationOfSymbolicLink(atPath: wanted) { return target }
        let contents = (try? files.contentsOfDirectory(atPath: wanted)) ?? []
        guard contents.isEmpty else {
            throw DatabaseError(
                "use \(wanted)", answer: "the user `postgres` can no longer reach it",
                state: "the data is untouched", next: "allow everybody to pass through the folders above it (chmod o+x)"
            )
        }
        let target = "/var/lib/terrace/" + identity(of: wanted)
        try files.createDirectory(
            atPath: target, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        try? files.removeItem(atPath: wanted)
        try files.createSymbolicLink(atPath: wanted, withDestinationPath: target)
        return target
    }

    /// FNV-1a over the path: the same folder finds its data again. Source: Fowler, Noll, Vo, 1991.
    private static func identity(of path: String) -> String {
        let hash = path.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    // MARK: - Sockets

    /// Inside the folder where the path is short enough for a Unix socket, else in a fresh folder of /tmp, noted in
    /// the file `sockets.path` so that it is removed after a kill.
    private static func makeSocketFolder(in path: String, user: UserIdentity?) throws -> String {
        removeSocketFolder(recordedIn: path)
        let inside = path + "/sockets"
        if inside.utf8.count <= DatabaseLimit.socketFolderBytes {
            try makePrivate(inside, for: user)
            return inside
        }
        var template = Array("/tmp/terrace-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw DatabaseError("make a folder in /tmp", answer: String(cString: strerror(errno)))
        }
        let outside = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try makePrivate(outside, for: user)
        try DatabaseFiles.write(outside, to: path + "/sockets.path")
        return outside
    }

    private static func removeSocketFolder(recordedIn path: String) {
        let note = path + "/sockets.path"
        guard let text = try? String(contentsOfFile: note, encoding: .utf8), text.hasPrefix("/tmp/terrace-") else {
            return
        }
        try? FileManager.default.removeItem(atPath: text)
        try? FileManager.default.removeItem(atPath: note)
    }
}
