import Foundation
import Provisioning
import Resources
import Synchronization
import TestKit
import Testing

@testable import Commands

/// The database of a stack in a cloud: a failover and its end, backups.
struct CloudDayTwoTests {
    private func run(_ cloud: FakeCloud, _ arguments: [String], sleepsNot: Bool = true) async throws -> (
        code: Int32, output: String, errors: String
    ) {
        // Where a sleep takes no time, the one before may have given up to give it back.
        cloud.memory.withLock { ($0.sleepsNot, $0.lease) = (sleepsNot, nil) }
        return try await withTemporaryFolder { folder in
            try writeManifest(
                folder,
                "stack: shop\nservices: { web: { image: registry.example.com/shop:1, port: 3000 } }\ndatabase: {}\n")
            let terminal = TestTerminal(cloud: cloud)
            let code = await terminal.run(arguments + ["--on", "aws"], in: folder)
            return (code, terminal.output, terminal.errors)
        }
    }

    private func vitals(_ writer: Int, states: [String] = ["available", "available"]) -> CloudVitals {
        CloudVitals(
            services: [],
            servers: states.enumerated().map { index, state in
                CloudVitals.Server(name: "shop-db-\(index)", isWriter: index == writer, state: state)
            })
    }

    private func failOver(_ writes: [CloudWrite], _ moments: [CloudVitals]? = nil) async throws -> (
        cloud: FakeCloud, output: String
    ) {
        let cloud = FakeCloud()
        let moments = moments ?? [vitals(0), vitals(0), vitals(1, states: ["rebooting", "available"]), vitals(1)]
        cloud.memory.withLock { ($0.later, $0.writes) = (moments, writes) }
        let result = try await run(cloud, ["db", "failover", "--yes"])
        #expect(result.code == 0, "\(result.errors)")
        #expect(cloud.memory.withLock { $0.faults == [.writer] && $0.later.isEmpty && $0.writes.isEmpty })
        return (cloud, result.output)
    }

    @Test func aFailoverIsOverWhenAnotherWritesAndThePauseIsMeasured() async throws {
        // Before it is asked for, one write at least; the refused ones are waited out.
        let refused = [CloudWrite](repeating: .refused("DatabaseUnavailableException"), count: 3)
        let (cloud, output) = try await failOver([.done, .done] + refused)
        let told =
            /shop-db-1 is the writer; nobody could write for [\d.]+ s\n\d+ commits were tried meanwhile, 3 failed\n/
        #expect(output.prefixMatch(of: told) != nil && output.contains("\nRDS took "), "\(output)")
        #expect(output.split(separator: "\n").count == 4, "\(output)")
        #expect(cloud.memory.withLock { ($0.writesBeforeFault ?? 0) >= 1 })
    }

    @Test func aFailoverWithoutTheDataAPISaysThatThePauseWasNotMeasured() async throws {
        let (cloud, output) = try await failOver([.barred("RDSData answered AccessDenied")])
        #expect(output.hasPrefix("shop-db-1 is the writer; RDS took "), "\(output)")
        #expect(
            output.contains("for how long nobody could write was not measured: RDSData answered AccessDenied\n"),
            "\(output)")
        #expect(cloud.memory.withLock { $0.writesBeforeFault } == 1)
    }

    @Test func aWriterThatIsGoneAlreadyIsNotWaitedFor() async throws {
        let refused = [CloudWrite](repeating: .refused("DatabaseUnavailableException"), count: 30)
        let (_, output) = try await failOver(refused)
        #expect(output.hasPrefix("shop-db-1 is the writer; nobody could write for at least "), "\(output)")
    }

    @Test func withoutAReaderOrAYesNothingIsMovedAndNothingWritten() async throws {
        let cloud = FakeCloud()
        cloud.memory.withLock { $0.vitals = vitals(0, states: ["available"]) }
        let lonely = try await run(cloud, ["db", "failover", "--yes"])
        #expect(lonely.code == 1 && lonely.errors.contains("has no reader that could take over"), "\(lonely.errors)")
        cloud.memory.withLock { $0.vitals = vitals(0) }
        let unasked = try await run(cloud, ["db", "failover"])
        #expect(unasked.code == 1 && unasked.errors.contains("nobody said yes"), "\(unasked.errors)")
        #expect(cloud.memory.withLock { $0.faults.isEmpty && $0.written == 0 })
    }

    @Test func aBackupIsWaitedForAndListed() async throws {
        let cloud = FakeCloud()
        cloud.memory.withLock {
            $0.backups.window = 1_795_000_000...1_796_003_700
            $0.backups.snapshots = [.init(name: "rds:shop-1", made: 1_795_000_000, state: "available", isManual: false)]
        }
        let made = try await run(cloud, ["db", "backup"])
        #expect(made.code == 0, "\(made.errors)")
        #expect(made.errors.contains("RDS makes the snapshot shop-"))
        let lines = made.output.split(separator: "\n")
        #expect(lines.count == 4, "\(made.output)")
        #expect(lines[0] == "snapshot  2026-11-18T11:06:40Z  rds:shop-1, RDS's own, kept for `backups:`")
        #expect(
            lines[1].hasPrefix("snapshot  2026-11-30T02:00:00Z  shop-")
                && lines[1].hasSuffix("kept until you delete it"))
        #expect(lines[2].hasPrefix("any moment from 2026-11-18T11:06:40Z until 2026-11-30T01:55:00Z can be restored"))
        let listed = try await run(cloud, ["db", "backup", "--list"])
        #expect(listed.output == made.output && cloud.memory.withLock { $0.backups.snapshots.count == 2 })
    }

    @Test func aListOfAClusterThatWasJustMadeSaysSo() async throws {
        let cloud = FakeCloud()
        cloud.memory.withLock { $0.backups.snapshots = [.init(name: "old", made: 0, state: "failed", isManual: true)] }
        #expect(try await run(cloud, ["db", "backup", "--list"]).output.contains("RDS has no backup of its own yet"))
    }

    // MARK: Restores

    private static let shop = CloudRestores.Cluster(
        name: "shop", servers: ["shop-db-1", "shop-db-2"].map { .init(name: $0, state: .ready, isPlaced: true) },
        isPlaced: true, window: 1_795_000_000...1_796_003_700)

    private static func copy(
        _ progress: CloudRestores.Copy.Progress, _ purpose: RestoreOrder.Purpose, servers: Int = 1,
        change: (inout CloudRestores.Cluster) -> Void = { _ in }
    ) -> CloudRestores.Cluster {
        let name = "shop-from-2026-11-29t06-12-00z"
        var cluster = CloudRestores.Cluster(
            name: name,
            servers: (0..<servers).map { .init(name: "\(name)-\($0 + 1)", state: .ready, isPlaced: false) },
            copy: .init(source: .moment(1_795_932_720), purpose: purpose, progress: progress),
            endpoint: "\(name).example.com:5432")
        change(&cluster)
        return cluster
    }

    @Test func aCopyIsMadeStepByStepAndToldHowItIsReached() async throws {
        let cloud = FakeCloud()
        let fresh = Self.copy(.making, .inspection, servers: 0) { $0.state = .pending("the cluster is creating") }
        let whole = Self.copy(.making, .inspection)
        cloud.memory.withLock {
            $0.restores = [
                [], [], [], [fresh], [Self.copy(.making, .inspection, servers: 0)], [whole],
                [Self.copy(.ready, .inspection)],
            ].map { CloudRestores(clusters: [Self.shop] + $0) }
        }
        let made = try await run(cloud, ["db", "restore", "--to", "2026-11-29T06:12:00Z"])
        #expect(made.code == 0, "\(made.errors)")
        expectGolden(made.output.replacing(/after \d\S* \S+/, with: "after TIME"), "cloud-restore-copy")
        let name = fresh.name
        #expect(
            cloud.memory.withLock { $0.restoreSteps } == [
                .makeCopy(.init(.moment(1_795_932_720), for: .inspection), from: "shop", named: name),
                .addServer(number: 1, to: name), .admit(name),
            ])
    }

    @Test func whatCannotBeHadIsRefusedBeforeAnythingIsAsked() async throws {
        let cloud = FakeCloud()
        cloud.memory.withLock { $0.restores = [CloudRestores(clusters: [Self.shop])] }
        let late = try await run(cloud, ["db", "restore", "--to", "2026-11-30T09:00:00Z"])
        #expect(late.code == 1 && late.output.isEmpty)
        expectGolden(late.errors, "cloud-restore-late")
        let early = try await run(cloud, ["db", "restore", "--to", "2026-11-01T00:00:00Z", "--in-place", "--yes"])
        #expect(early.code == 1 && early.output.isEmpty)
        expectGolden(early.errors, "cloud-restore-early")
        for words in [["--snapshot", "none"], ["--snapshot", "none", "--in-place", "--yes"]] {
            #expect(try await run(cloud, ["db", "restore"] + words).errors.hasPrefix("there is no snapshot none"))
        }
        let unasked = try await run(cloud, ["db", "restore", "--to", "2026-11-29T06:12:00Z", "--in-place"])
        #expect(unasked.code == 1 && unasked.errors.hasPrefix("nobody can type the stack's name here"))
        cloud.memory.withLock { $0.rotation.step = .admitted }
        #expect(cloud.memory.withLock { $0.restoreSteps.isEmpty && $0.lease == nil })
    }

    @Test func whatHadBegunIsFinishedWithoutAQuestion() async throws {
        let cloud = FakeCloud()
        let exchange = "2026-11-30T06:35:01Z"
        var old = Self.shop
        (old.name, old.kept) = ("shop-before-2026-11-30t06-35-01z", .init(exchange: exchange, until: 1_796_020_600))
        old.servers = [1, 2].map { .init(name: "\(old.name)-\($0)", state: .ready, isPlaced: true) }
        var left = old
        left.isPlaced = false
        left.servers = left.servers.map { .init(name: $0.name, state: .ready, isPlaced: false) }
        let placed = Self.copy(.taking(exchange), .succession) {
            ($0.name, $0.servers, $0.isPlaced) = ("shop", Self.shop.servers, true)
        }
        let unplaced = Self.copy(.taking(exchange), .succession) {
            ($0.name, $0.servers) = (
                "shop", Self.shop.servers.map { .init(name: $0.name, state: .ready, isPlaced: false) }
            )
        }
        cloud.memory.withLock {
            $0.restores = [
                [old, unplaced], [old, unplaced], [old, unplaced], [old, placed], [left, placed], [left, placed],
                [left, Self.shop],
            ].map(CloudRestores.init(clusters:))
        }
        let up = try await run(cloud, ["up", "--yes"], sleepsNot: false)
        #expect(up.code == 0, "\(up.errors)")
        let done = try await run(cloud, ["db", "restore", "--to", "15m", "--in-place"])
        #expect(done.code == 0, "\(done.errors)")
        #expect(done.errors.contains("continues with shop, of 2026-11-29T06:12:00Z\n"), "\(done.errors)")
        expectGolden(done.output.replacing(/after \d\S* \S+/, with: "after TIME"), "cloud-restore-in-place")
        #expect(
            cloud.memory.withLock { $0.restoreSteps } == [
                .place("shop", at: Int(Samples.now.timeIntervalSince1970)), .leave(old.name), .forget("shop"),
            ])
        #expect(cloud.memory.withLock { $0.deeds } == ["forget edge.distribution"])
    }

    /// Between the question and the lease there may be minutes.
    @Test func whatSomebodyElseHasMadeMeanwhileIsNotTaken() async throws {
        let cloud = FakeCloud()
        var other = Self.copy(.ready, .inspection)
        other.copy?.source = .moment(1_795_932_000)
        var back = Self.shop
        back.restored = .init(source: .snapshot("x"), at: 1_796_003_000)
        let refusals = [
            ([Self.shop, other], "cannot restore the database: there is a restored copy already, \(other.name)"),
            ([back], "somebody else has put the database back to snapshot x meanwhile"),
        ]
        for (clusters, refusal) in refusals {
            cloud.memory.withLock {
                $0.restores = [[Self.shop], clusters].map(CloudRestores.init(clusters:))
            }
            let words = ["db", "restore", "--to", "2026-11-29T06:12:00Z", "--in-place", "--yes"]
            let refused = try await run(cloud, words)
            #expect(refused.code == 1 && refused.errors.hasPrefix(refusal), "\(refused)")
        }
        #expect(cloud.memory.withLock { $0.restoreSteps.isEmpty })
    }

    @Test func theSameRestoreIsDoneOnceUnlessSomebodySaysAgain() async throws {
        let cloud = FakeCloud()
        var back = Self.shop
        back.restored = .init(source: .moment(1_795_932_720), at: 1_796_000_000)
        let kept = CloudRestores.Cluster(name: "shop-before-x", kept: .init(exchange: "x", until: 1_795_999_000))
        cloud.memory.withLock { $0.restores = [CloudRestores(clusters: [back, kept])] }
        let words = ["db", "restore", "--to", "2026-11-29T06:12:00Z", "--in-place", "--yes"]
        let done = try await run(cloud, words)
        #expect(done.code == 0, "\(done.errors)")
        expectGolden(done.output, "cloud-restore-done")
        #expect(cloud.memory.withLock { $0.restoreSteps.isEmpty })
        let failed = Self.copy(.making, .succession) { $0.state = .failed("the cluster is failed") }
        cloud.memory.withLock {
            $0.restores = [[back], [back], [back], [back, failed]].map(CloudRestores.init(clusters:))
        }
        let again = try await run(cloud, words + ["--again"])
        #expect(again.code == 1 && again.errors.hasPrefix("the restore does not come to its end"), "\(again)")
        #expect(
            cloud.memory.withLock { $0.restoreSteps.map(\.text) } == [
                "RDS makes \(failed.name) of shop as of 2026-11-29T06:12:00Z"
            ])
        #expect(try await run(cloud, ["db", "restore", "--to", "15m", "--again"]).code == 64)
    }

    @Test func whileTheNamesAreExchangedNothingIsMadeOfThem() async throws {
        let cloud = FakeCloud()
        #expect(try await run(cloud, ["up", "--yes"], sleepsNot: false).code == 0)
        cloud.memory.withLock {
            $0.world.resources[Address(.data, "database-cluster")]?.tags["terrace:kept"] = "2026-11-30T06:35:01Z"
        }
        for words in [["deploy"], ["db", "rotate"]] {
            let refused = try await run(cloud, words)
            #expect(refused.code == 1, "\(words) \(refused)")
            #expect(refused.errors.hasPrefix("data.database-cluster is being set aside"), "\(words) \(refused)")
        }
        let up = try await run(cloud, ["up", "--yes"])
        #expect(up.code == 1 && up.errors.contains("1 refusal"), "\(up)")
    }

    @Test func whatIsSetAsideIsListedWithWhatCanBeHadFromIt() async throws {
        let cloud = FakeCloud()
        cloud.memory.withLock {
            $0.backups.window = 1_796_000_000...1_796_003_700
            $0.restores = [
                CloudRestores(clusters: [
                    Self.shop,
                    .init(
                        name: "shop-before-x", kept: .init(exchange: "x", until: 1_796_001_000),
                        window: 1_795_000_000...1_796_003_700),
                ])
            ]
        }
        let listed = try await run(cloud, ["db", "backup", "--list"])
        expectGolden(listed.output, "cloud-backup-kept")
    }

    @Test func whatTakesThePlaceOfTheDatabaseIsNotDropped() async throws {
        let cloud = FakeCloud()
        #expect(try await run(cloud, ["db", "restore", "--drop"]).output == "the restored copy is gone\n")
        #expect(try await run(cloud, ["db", "restore", "--drop-kept"]).output == "nothing is kept aside\n")
        cloud.memory.withLock {
            $0.beside = [
                Observed(
                    Address(.data, "database-cluster", "shop-from-x"),
                    .secret(SecretSettings(name: "x", description: "", content: .given("x"))), facts: [:],
                    tags: ["terrace:copy-is": "taking 2026-11-30T06:35:01Z"])
            ]
        }
        let refused = try await run(cloud, ["db", "restore", "--drop"])
        #expect(refused.code == 1 && refused.errors.contains("it is taking the running database's place"))
        #expect(cloud.memory.withLock { $0.deletions.isEmpty })
    }

    @Test func statusShowsWhatIsInAlarm() async throws {
        let cloud = FakeCloud()
        #expect(try await run(cloud, ["up", "--yes"], sleepsNot: false).code == 0)
        let alarm = CloudVitals.Alarm(name: "shop-web-errors", word: "web-errors", reason: "3 minutes of 3")
        cloud.memory.withLock { $0.vitals.alarms = [alarm] }
        let shown = try await run(cloud, ["status"])
        #expect(shown.output.contains("\n! ALARM web-errors: 3 minutes of 3\n"), "\(shown)")
        let json = try await run(cloud, ["status", "--json"])
        #expect(json.output.contains("\"name\" : \"web-errors\""), "\(json)")
    }

    // MARK: Statements

    private static let busy = CloudStatements(
        window: 1_796_000_000..<1_796_003_600,
        servers: [
            CloudStatements.Server(
                name: "shop-db-1", isWriter: true,
                statements: [
                    .init(
                        text: "INSERT INTO orders\n  VALUES (?)", load: 0.42, callsPerSecond: 21, mean: 0.02,
                        rowsPerSecond: 21),
                    .init(text: "SELECT * FROM orders WHERE shop = ?", load: 0.105),
                ]),
            CloudStatements.Server(name: "shop-db-2", isWriter: false, statements: []),
            CloudStatements.Server(name: "shop-db-3", isWriter: false, statements: nil),
        ])

    @Test func whatTheDatabaseIsBusyWithReadsAsReviewed() async throws {
        let cloud = FakeCloud()
        cloud.memory.withLock { $0.statements = Self.busy }
        let table = try await run(cloud, ["db", "top"])
        let json = try await run(cloud, ["db", "top", "--most", "1", "--since", "90m", "--json"])
        #expect(table.code == 0 && json.code == 0, "\(table.errors)\(json.errors)")
        expectGolden(table.output + json.output, "cloud-db-top")
        #expect(cloud.memory.withLock { $0.statementWindows == [.seconds(3600), .seconds(5400)] })
    }

    @Test func whatNobodySamplesIsAReport() async throws {
        let cloud = FakeCloud()
        cloud.memory.withLock { $0.statements.servers = [Self.busy.servers[2]] }
        let off = try await run(cloud, ["db", "top"])
        #expect(off.code == 1 && off.output.isEmpty)
        #expect(off.errors.contains("nobody samples what shop-db-3 do: Performance Insights is off"), "\(off.errors)")
        cloud.memory.withLock { $0.statements.servers = [] }
        #expect(try await run(cloud, ["db", "top"]).errors.contains("the database of shop has no server yet"))
        for words in [["--most", "26"], ["--since", "8d"], ["--since", "5s"]] {
            #expect(try await run(cloud, ["db", "top"] + words).code == 64, "\(words)")
        }
    }

    // MARK: Rotation

    /// A stack that is there, and a rotation of it.
    private func rotate(_ cloud: FakeCloud) async throws -> (code: Int32, output: String, errors: String) {
        let up = try await run(cloud, ["up", "--yes"], sleepsNot: false)
        #expect(up.code == 0, "\(up.errors)")
        return try await run(cloud, ["db", "rotate"])
    }

    @Test func aRotationRollsWhatBeganBeforeAndWaitsForTheRest() async throws {
        let cloud = FakeCloud()
        let (job, task) = (CloudOldTask(name: "77", service: nil), CloudOldTask(name: "1", service: "web"))
        cloud.memory.withLock { $0.oldTasks = [[task, job], [job], [job]] }
        let result = try await rotate(cloud)
        #expect(result.code == 0, "\(result.errors)")
        #expect(
            result.output == """
                  waits for the end of 77 of a job or `run`
                the application logs in as shop_alternate with a new password; the old one is of no use

                """)
        #expect(cloud.memory.withLock { $0.deeds } == ["admit", "renew application.service.web", "finish"])
    }

    @Test func aRotationThatWasKilledDrawsNoOtherPassword() async throws {
        let cloud = FakeCloud()
        cloud.memory.withLock {
            $0.rotation = CloudRotation(user: "shop_alternate", step: .admitted, since: 1000)
            // Of no consequence: those that serve were told already.
            $0.tellsUsers = false
        }
        let result = try await rotate(cloud)
        #expect(result.code == 0 && result.output.contains("continues a rotation"), "\(result)")
        #expect(cloud.memory.withLock { $0.deeds } == ["finish"])
        // What was drawn and told nobody is drawn again.
        cloud.memory.withLock { ($0.rotation.step, $0.tellsUsers, $0.deeds) = (.drawn, true, []) }
        #expect(try await run(cloud, ["db", "rotate"]).code == 0)
        #expect(cloud.memory.withLock { $0.deeds } == ["admit", "finish"])
    }

    @Test func aReleaseThatNamesTheUserItselfIsNotRotated() async throws {
        let cloud = FakeCloud()
        cloud.memory.withLock { $0.tellsUsers = false }
        let result = try await rotate(cloud)
        #expect(result.code == 1 && result.output.isEmpty, "\(result)")
        #expect(result.errors.contains("the release that web runs names the database's user in itself"))
        #expect(cloud.memory.withLock { $0.deeds.isEmpty })
        let bare = try await run(FakeCloud(), ["db", "rotate"])
        #expect(bare.code == 1)
        #expect(bare.errors.contains("the application's role in the database of shop does not exist yet"))
    }
}
