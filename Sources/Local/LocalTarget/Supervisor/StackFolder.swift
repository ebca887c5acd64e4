package import Foundation
package import Stacks

/// Where a stack keeps what must outlive it: `.terrace/` beside its manifest, and a folder of its own in there for each
/// environment, so that `staging` and the plain stack live side by side.
package struct StackFolder: Sendable, Equatable {
    static let environments = "environments"
    static let database = "database"

    /// The manifest's folder.
    package let manifestFolder: URL
    package let url: URL

    package init(manifestFolder: URL, environment: String?) {
        self.manifestFolder = manifestFolder
        let base = manifestFolder.appending(path: ".terrace", directoryHint: .isDirectory)
        url = environment.map { base.appending(path: "\(StackFolder.environments)/\($0)/") } ?? base
    }

    /// What holds an environment's folder, the nearest first.
    private var outer: [String] {
        let above = url.deletingLastPathComponent()
        guard above.lastPathComponent == StackFolder.environments else { return [] }
        return [above, above.deletingLastPathComponent()].map { $0.path(percentEncoded: false) }
    }

    package var exists: Bool { FileManager.default.fileExists(atPath: url.path(percentEncoded: false)) }
    /// What the tasks wrote.
    package var logs: URL { url.appending(path: "logs") }
    /// What edge, load balancer and firewall wrote.
    package var access: URL { url.appending(path: "access") }
    package var hasLogs: Bool { FileManager.default.fileExists(atPath: path("logs")) }
    package var lockPath: String { path("lock") }
    /// Output of a detached supervisor.
    package var supervisorLogPath: String { path("supervisor.log") }

    package func path(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }

    /// PostgreSQL's own user must be able to pass through, so others may enter; what is private inside is closed there.
    package func create() throws(Report) {
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        } catch {
            let folder = url.path(percentEncoded: false)
            throw Report(
                "cannot make the folder \(folder): \((error as NSError).localizedDescription)",
                expected: "a folder that this user may write to, on a disk with room",
                next: "make \(manifestFolder.path(percentEncoded: false)) writable, then run the same command")
        }
    }

    /// Removes everything the stack stored. Environments inside the plain stack's folder are stacks of their own and
    /// stay. A folder that is a symbolic link is emptied where it points to.
    package func removeEverything() throws {
        let files = FileManager.default
        let names = try files.contentsOfDirectory(atPath: url.path(percentEncoded: false))
        // The database may live elsewhere, with a link to it.
        if names.contains(StackFolder.database) { try DatabaseTier.removeData(at: path(StackFolder.database)) }
        for name in names where name != StackFolder.environments && name != StackFolder.database {
            try files.removeItem(atPath: path(name))
        }
        if !names.contains(StackFolder.environments) { try files.removeItem(at: url) }
        // The last environment takes the empty folders around it along; rmdir leaves one with anything in it.
        for folder in [path(StackFolder.environments), url.path(percentEncoded: false)] + outer { rmdir(folder) }
    }
}

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
