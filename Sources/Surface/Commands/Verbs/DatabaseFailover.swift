import ArgumentParser
import Drills
import LocalTarget
import Stacks

struct DatabaseFailover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failover",
        abstract: "Let the reader and the writer change places, and measure the pause.",
        discussion: """
            The writer is shut down in order, its reader has every commit and takes over.
            A hundred commits a second of its own show how long nobody could write.

            On aws: RDS fails over. Four commits a second through its Data API, in the
            application's name, tell for how long nobody could write. They leave nothing
            behind.

            That way is HTTPS and keeps connections of its own to the database. So a
            quarter of a second and what a call takes are part of the figure, and a call
            without an answer after 2 s has failed. What the Data API itself turns away (it
            throttles, the database was asleep) is told apart. Where you may not use it, or
            it is off, RDS fails over all the same and the pause is not measured.

            Examples:
              terrace db failover
              terrace db failover --on aws
            """)

    @Flag(help: "Do not ask first.")
    var yes = false

    @OptionGroup var manifest: ManifestOption

    private static let aside = Duration.seconds(1)

    func run() async throws {
        guard manifest.stack.on == .local else {
            let stack = try manifest.place().checked().stack
            return try await CloudFailover(request: manifest.stack.request(stack), yes: yes)()
        }
        let surroundings = Surroundings.current
        let ordering = try await DatabaseOrdering(manifest)
        guard yes || surroundings.confirms("Connections to the writer are cut. Go on?") else {
            throw Report("nobody said yes", state: "nothing was changed", next: "`--yes` begins without asking")
        }
        let database = try await ordering.client(of: try await ordering.client.databaseEndpoints().writer)
        let (writer, outcomes, length) = try await WatchedChange.watch(
            "the failover goes on; `terrace status` shows which server is the writer"
        ) { [self] sent in try await measured(ordering.client, database, sent) }
        guard case .writer(let name) = writer else { throw Report("the supervisor does not say who the writer is") }
        let figures = LoadFigures(
            outcomes, fault: FaultWindow(began: Self.aside, done: Self.aside), length: length)
        for line in FailoverText.lines(name, figures) { surroundings.say(line) }
    }

    private func measured(
        _ client: ControlClient, _ database: DatabaseClient, _ sent: @Sendable () -> Void
    ) async throws -> (DatabaseReply, [VisitOutcome], Duration) {
        try await client.drill("failover") {
            try await CommitProbe.prepare(database)
            let start = ContinuousClock.now
            let plan = VisitPlan(perSecond: 100, writesOfHundred: 100, seed: 0)
            let probe = try await CommitProbe.begin(plan, database, start: start)
            do {
                try await Task.sleep(for: Self.aside)
                let reply = try await client.database(.failover, sent: sent)
                try await Task.sleep(for: Self.aside)
                return (reply, await probe.end(), ContinuousClock.now - start)
            } catch {
                _ = await probe.end()
                throw error
            }
        }
    }
}
