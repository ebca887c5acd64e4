import ArgumentParser
import Foundation
import LocalTarget
import Stacks

struct DatabaseBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Make a base backup now, or list what can be restored.",
        discussion: """
            One is made every day. With the archived log each moment since the oldest can
            be had, for as long as `backups:` says.

            On aws: a snapshot, which stays until you delete it. RDS keeps each moment by
            itself, for as long as `backups:` says.

            Examples:
              terrace db backup
              terrace db backup --list
              terrace db backup --on aws
            """)

    @Flag(help: "Make none; show those there are.")
    var list = false

    @OptionGroup var manifest: ManifestOption

    func run() async throws {
        guard manifest.stack.on == .local else {
            let stack = try manifest.place().checked().stack
            return try await CloudBackup(request: manifest.stack.request(stack), onlyLists: list)()
        }
        let surroundings = Surroundings.current
        let ordering = try await DatabaseOrdering(manifest)
        let reply =
            try await list
            ? ordering.client.database(.backups)
            : ordering.watched(.backup, "the backup goes on; `terrace db backup --list` shows it when it is made")
        guard case .backups(let all) = reply else {
            throw Report("the supervisor does not say what backups there are")
        }
        for kept in all.kept {
            surroundings.say("kept aside   \(ByteCount(bytes: kept.bytes)) in \(kept.path)")
        }
        if !all.kept.isEmpty { surroundings.say("`terrace db restore --drop-kept` deletes what is kept aside") }
        guard let oldest = all.backups.first else {
            return surroundings.say("there is no backup yet; `terrace db backup` makes one")
        }
        for backup in all.backups { surroundings.say("base backup  \(backup.end.formatted(.iso8601))") }
        let size = ByteCount(bytes: all.bytes)
        surroundings.say("any moment from \(oldest.end.formatted(.iso8601)) until now can be restored")
        surroundings.say("\(size) in \(all.folder), kept for \(Figures.age(seconds: all.keptFor))")
    }
}
