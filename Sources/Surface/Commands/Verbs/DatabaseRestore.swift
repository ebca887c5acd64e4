import ArgumentParser
import Drills
import Foundation
import LocalTarget
import Provisioning
import Stacks

struct DatabaseRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring back the database as it was at a moment in the past.",
        discussion: """
            As a copy, a server of its own beside the running database, which goes on. The
            copy accepts the application's role and its writes; they stay in it. It ends
            with the stack, or with --drop.

            With --in-place the database itself is put back, after you typed the stack's
            name. Connections are cut and wait until it is there, a few seconds; the
            release command runs once. What ran until then is kept: as files, which
            --drop-kept deletes, and in the archive, so that any moment before can still
            be restored, in place too.

            On aws RDS makes the copy, as of a moment or of a snapshot, as a cluster beside
            the other one. In place it takes that one's names, and nothing is reached for
            some minutes; what served is renamed, and goes with --drop-kept, which leaves a
            final snapshot. The same command continues one that was killed; when that was
            done already, it says so, and --again restores once more.

            Examples:
              terrace db restore --to 15m
              terrace db restore --to 2026-11-29T06:12:00Z
              terrace db restore --drop
              terrace db restore --to 2026-11-29T06:12:00Z --in-place
              terrace db restore --drop-kept
              terrace db restore --snapshot shop-20261129-061200 --on aws
            """)

    @Option(help: ArgumentHelp("Which moment, in UTC, or how long ago: 90s, 15m, 2h, 1d.", valueName: "time"))
    var to: String?

    @Option(help: ArgumentHelp("Which snapshot, by its name in `db backup --list`; on aws.", valueName: "name"))
    var snapshot: String?

    @Flag(help: "Put the database itself back, not a copy.")
    var inPlace = false

    @Flag(help: "On aws: also when an earlier run has put the database back to just that.")
    var again = false

    @Flag(help: "Do not ask for the stack's name.")
    var yes = false

    @Flag(help: "End the copy and remove it.")
    var drop = false

    @Flag(help: "Delete what restores in place have kept aside.")
    var dropKept = false

    @OptionGroup var manifest: ManifestOption

    func validate() throws {
        guard [to != nil, snapshot != nil, drop, dropKept].count(where: { $0 }) == 1 else {
            throw ValidationError("Say one of --to, --snapshot, --drop and --drop-kept.")
        }
        if inPlace, to == nil, snapshot == nil { throw ValidationError("--in-place needs --to or --snapshot.") }
        if again, !inPlace || manifest.stack.on == .local {
            throw ValidationError("--again needs --in-place and --on aws.")
        }
        if yes, !inPlace { throw ValidationError("--yes needs --in-place: nothing else asks.") }
    }

    func run() async throws {
        if manifest.stack.on == .aws {
            return try await onCloud(manifest.stack.request(manifest.place().checked().stack))
        }
        if let snapshot {
            throw Report(
                "there is no snapshot \(snapshot) here: a base backup is what any moment after it is had from",
                expected: "--to and a moment", state: "nothing was changed",
                next: "`terrace db backup --list` shows which moments can be had")
        }
        let ordering = try await DatabaseOrdering(manifest)
        if drop {
            _ = try await ordering.client.database(.dropRestored)
            return Surroundings.current.say("the restored copy is gone")
        }
        if dropKept { return try await deleteKept(ordering) }
        let moment = try moment()
        try await inPlace ? putBack(moment, ordering) : copy(moment, ordering)
    }

    private func onCloud(_ request: CloudRequest) async throws {
        if drop || dropKept { return try await CloudRestoreRemoval(request: request, part: drop ? .copy : .kept)() }
        let asked: RestoreChoice.Asked
        if let snapshot {
            asked = .exact(.snapshot(snapshot))
        } else {
            // RDS restores to whole seconds.
            let seconds = Int(try moment().timeIntervalSince1970.rounded(.down))
            asked = to.flatMap(Since.init(argument:)) == nil ? .exact(.moment(seconds)) : .ago(seconds)
        }
        try await CloudRestore(request: request, asked: asked, inPlace: inPlace, again: again, yes: yes)()
    }

    private func moment() throws(Report) -> Date {
        guard let moment = to.flatMap({ Moment($0, now: Surroundings.current.now()) }) else {
            throw Report(
                "\(to ?? "") is no moment", expected: "2026-11-29T06:12:00Z, or how long ago, such as 15m",
                state: "nothing was changed")
        }
        return moment.date
    }

    private func copy(_ moment: Date, _ ordering: DatabaseOrdering) async throws {
        let surroundings = Surroundings.current
        let goesOn = "the copy is made all the same; `terrace db restore --drop` ends it"
        guard case .restored(let copy) = try await ordering.watched(.restore(moment), goesOn) else {
            throw Report("the supervisor does not say where the copy is")
        }
        let credentials = try await ordering.client.databaseCredentials()
        surroundings.say(
            "the database as of \(copy.moment.formatted(.iso8601)) answers on \(copy.endpoint) "
                + "after \(Seconds.text(copy.seconds))")
        surroundings.say(
            "  env $(terrace db credentials --show-password) PGPORT=\(copy.endpoint.port) psql \(credentials.database)")
        surroundings.say("  terrace db restore --drop")
    }

    // MARK: - In place

    private func putBack(_ moment: Date, _ ordering: DatabaseOrdering) async throws {
        if !yes { try Self.confirm(ordering.running.record.stack, to: Moment.text(moment)) }
        let goesOn = "the restore goes on; `terrace db backup --list` shows what it has kept aside once it is done"
        guard case .restoredInPlace(let done) = try await ordering.watched(.restoreInPlace(moment), goesOn) else {
            throw Report("the supervisor does not say what became of the database")
        }
        let surroundings = Surroundings.current
        surroundings.say(
            "the database is that of \(Moment.text(done.moment)) after \(Seconds.text(done.seconds)); "
                + "connections waited for \(Seconds.text(done.heldSeconds))")
        for note in done.notes { surroundings.say("note: \(note)") }
        surroundings.say("kept    \(ByteCount(bytes: done.kept.bytes)) in \(done.kept.path)")
        surroundings.say("back    terrace db restore --to \(Moment.text(done.until)) --in-place")
        surroundings.say("delete  terrace db restore --drop-kept")
    }

    /// Has the stack's name typed.
    static func confirm(_ name: String, to moment: String, more: String? = nil) throws(Report) {
        let surroundings = Surroundings.current
        guard surroundings.isInputTerminal else {
            throw Report(
                "nobody can type the stack's name here", state: "nothing was changed",
                next: "`--yes` puts the database of \(name) back without asking")
        }
        surroundings.output(
            "This puts the database of \(name) back to \(moment): what was written since is not in it any more.\n"
                + (more.map { $0 + "\n" } ?? "") + "Type the stack's name to go on: ")
        guard surroundings.readLine() == name else {
            throw Report("that is not \(name)", state: "nothing was changed")
        }
    }

    private func deleteKept(_ ordering: DatabaseOrdering) async throws {
        guard case .dropped(let gone) = try await ordering.client.database(.dropKept) else {
            throw Report("the supervisor does not say what was deleted")
        }
        if gone.isEmpty { Surroundings.current.say("nothing is kept aside") }
        for kept in gone { Surroundings.current.say("deleted \(ByteCount(bytes: kept.bytes)) in \(kept.path)") }
    }
}
