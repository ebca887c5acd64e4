import Foundation
import TestKit
import Testing

@testable import LocalTarget

/// Real servers, one stand after the other: the machine may be small.
@Suite(.serialized) struct DatabaseTierTests {
    @Test func rowsAreThereAfterARestart() async throws {
        try await withTemporaryFolder { folder in
            let first = try DatabaseStand.make(in: folder)
            try await first.tier.start()
            _ = try await first.query("CREATE TABLE t (n int); INSERT INTO t VALUES (7)")
            let ports = (await first.tier.writerPort, await first.tier.readerPort)
            await first.tier.stop()

            let second = try DatabaseStand.make(in: folder)
            try await second.tier.start()
            #expect(try await second.query("SELECT n FROM t") == [["7"]])
            #expect(await second.tier.writerPort == ports.0)
            #expect(await second.tier.readerPort == ports.1)
            try await second.becomesSynchronous()
            #expect(await second.tier.problems() == [])
            await second.tier.stop()
        }
    }

    @Test func clientsSeeWhatTheyShould() async throws {
        try await DatabaseStand.run { stand in
            // Only TLS, only SCRAM, only the application's own role.
            let writer = try await stand.port(.writer)
            for refused in [
                ["sslmode": "disable"], ["password": "wrong"], ["user": "terrace"], ["dbname": "postgres"],
                ["sslmode": "disable", "port": "\(writer)"], ["user": "terrace", "port": "\(writer)"],
            ] {
                await #expect(throws: PostgresFailure.self, "\(refused)") { try await stand.query("SELECT 1", refused) }
            }
            #expect(
                try await stand.query(
                    "SELECT ssl, version IN ('TLSv1.2', 'TLSv1.3') FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                    == [["t", "t"]])
            #expect(
                try await stand.query(
                    """
                    SELECT rolsuper, rolreplication, rolcreaterole, pg_get_userbyid(datdba) = current_user
                    FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()
                    """) == [["f", "f", "f", "t"]])
            let stored = try await (stand.tier.parts?.servers[.first])?.query(
                "SELECT DISTINCT left(rolpassword, 14) FROM pg_authid WHERE rolpassword IS NOT NULL")
            #expect(stored == [["SCRAM-SHA-256$"]])
            #expect(try await stand.query("SELECT count(*) > 0 FROM pg_stat_statements") == [["t"]])
            _ = try await stand.query("CREATE TABLE t (n int)")

            // The reader endpoint leads to the writer until there is a reader, then to the reader.
            try await stand.becomesSynchronous()
            let reader = ["port": "\(await stand.tier.readerPort)"]
            #expect(try await stand.query("SELECT pg_is_in_recovery()", reader) == [["t"]])
            #expect(try await stand.query("SELECT pg_is_in_recovery()") == [["f"]])
            let refusal = await #expect(throws: PostgresFailure.self) {
                try await stand.query("INSERT INTO t VALUES (1)", reader)
            }
            #expect(refusal?.sqlState == "25006")

            let environment = await stand.tier.environment()
            #expect(!environment.values.contains { $0.contains(DatabaseStand.password.reveal()) })
            #expect(
                environment["DATABASE_URL"]
                    == "postgresql://127.0.0.1:\(await stand.tier.writerPort)/guest-book?sslmode=require")
            #expect(await stand.tier.status().synchronous)
        }
    }

    /// The lag: the reader receives nothing for a while, then the writer dies.
    @Test(arguments: [false, true])
    func killedWriterLosesNoAcknowledgedRow(withLaggingReader: Bool) async throws {
        try await DatabaseStand.run { stand in
            try await stand.becomesSynchronous()
            let client = try await InsertingClient.start(on: stand)
            defer { client.stop() }
            #expect(await eventually { client.hasAcknowledged(more: 200) })
            let writer = try await stand.pid(.writer)
            var receiver: pid_t?
            if withLaggingReader {
                let rows = try await stand.tier.parts?.servers[.second]?.query("SELECT pid FROM pg_stat_wal_receiver")
                receiver = rows?.first?.first.flatMap { $0 }.flatMap { pid_t($0) }
                kill(try #require(receiver), SIGSTOP)
                try await Task.sleep(for: .milliseconds(400))
            }
            let moment = ContinuousClock.now
            kill(writer, SIGKILL)
            if let receiver { kill(receiver, SIGCONT) }
            try await expectFailover(on: stand)
            let count = client.acknowledged.count
            #expect(await eventually { client.hasAcknowledged(more: count) })
            report("killed -> first write", client, moment)

            // The old writer comes back as the reader.
            try await stand.becomesSynchronous()
            client.stop()
            try await expectEveryRow(of: client, on: stand)
            let reader = ["port": "\(await stand.tier.readerPort)"]
            #expect(try await stand.query("SELECT pg_is_in_recovery()", reader) == [["t"]])
        }
    }

    @Test func hangingWriterIsFencedAndReplaced() async throws {
        try await DatabaseStand.run { stand in
            try await stand.becomesSynchronous()
            let client = try await InsertingClient.start(on: stand)
            defer { client.stop() }
            #expect(await eventually { client.hasAcknowledged(more: 50) })
            let writer = try await stand.pid(.writer)
            let data = try #require(await stand.tier.parts?.servers[.first]?.data)
            let moment = ContinuousClock.now
            for pid in PostgresProcesses.running(in: data) { kill(pid, SIGSTOP) }
            #expect(await eventually { client.firstAcknowledgement(after: moment + .milliseconds(50)) != nil })
            report("stopped -> first write", client, moment)
            #expect(kill(writer, 0) != 0, "the hanging writer must be dead")
            try await expectFailover(on: stand)
            try await stand.becomesSynchronous()
            client.stop()
            try await expectEveryRow(of: client, on: stand)
        }
    }

    @Test(arguments: [SIGKILL, SIGSTOP])
    func writesGoOnWithoutTheReader(signal: CInt) async throws {
        try await DatabaseStand.run { stand in
            try await stand.becomesSynchronous()
            let client = try await InsertingClient.start(on: stand)
            defer { client.stop() }
            #expect(await eventually { client.hasAcknowledged(more: 50) })
            let data = try #require(await stand.tier.parts?.servers[.second]?.data)
            let moment = ContinuousClock.now
            for pid in PostgresProcesses.running(in: data) { kill(pid, signal) }
            #expect(await eventually { client.firstAcknowledgement(after: moment + .milliseconds(20)) != nil })
            report("reader \(signal) -> next write", client, moment)
            #expect(await eventually { await !stand.tier.status().synchronous })
            try await stand.becomesSynchronous()
            #expect(await stand.tier.status().failovers == 0)
            client.stop()
            try await expectEveryRow(of: client, on: stand)
        }
    }

    /// The reader's processes live, but one of them receives nothing.
    @Test func stalledReaderHoldsCommitsUpOnlyBriefly() async throws {
        try await DatabaseStand.run { stand in
            try await stand.becomesSynchronous()
            let client = try await InsertingClient.start(on: stand)
            defer { client.stop() }
            let rows = try await stand.tier.parts?.servers[.second]?.query("SELECT pid FROM pg_stat_wal_receiver")
            let receiver = try #require(rows?.first?.first.flatMap { $0 }.flatMap { pid_t($0) })
            let moment = ContinuousClock.now
            kill(receiver, SIGSTOP)
            #expect(await eventually { await !stand.tier.state.record.readerMayPromote })
            let count = client.acknowledged.count
            #expect(await eventually { client.hasAcknowledged(more: count + 10) })
            report("receiver stopped -> next write", client, moment + .milliseconds(50))
            #expect(await stand.tier.problems().contains { $0.message.contains("falls behind") })
            kill(receiver, SIGCONT)
            try await stand.becomesSynchronous()
            #expect(await stand.tier.problems() == [])
            client.stop()
            try await expectEveryRow(of: client, on: stand)
        }
    }

    @Test func readerThatMayLackRowsIsNotPromoted() async throws {
        try await DatabaseStand.run { stand in
            try await stand.becomesSynchronous()
            let client = try await InsertingClient.start(on: stand)
            defer { client.stop() }
            let (writer, reader) = (try await stand.pid(.writer), try await stand.pid(.reader))
            #expect(await eventually { client.hasAcknowledged(more: 50) })
            kill(reader, SIGKILL)
            #expect(await eventually { await !stand.tier.state.record.readerMayPromote })
            let count = client.acknowledged.count
            #expect(await eventually { client.hasAcknowledged(more: count + 5) })
            kill(writer, SIGKILL)
            let later = client.acknowledged.count
            #expect(await eventually { client.hasAcknowledged(more: later + 5) })
            try await stand.becomesSynchronous()
            client.stop()
            try await expectEveryRow(of: client, on: stand)
        }
    }

    @Test func supervisorsDeathLosesNothing() async throws {
        try await withTemporaryFolder { folder in
            let first = try DatabaseStand.make(in: folder)
            try await first.tier.start()
            try await first.becomesSynchronous()
            let client = try await InsertingClient.start(on: first)
            #expect(await eventually { client.hasAcknowledged(more: 100) })
            try await first.abandon()
            client.stop()
            let second = try DatabaseStand.make(in: folder)
            try await second.tier.start()
            try await expectEveryRow(of: client, on: second)
            try await second.becomesSynchronous()
            await second.tier.stop()
            await first.tier.stop()
        }
    }

    @Test func rolesSwitchOnRequest() async throws {
        try await DatabaseStand.run { stand in
            await #expect(throws: DatabaseError.self) { try await stand.tier.failover() }
            try await stand.becomesSynchronous()
            let client = try await InsertingClient.start(on: stand)
            defer { client.stop() }
            for expected in [ServerName.second, .first] {
                let count = client.acknowledged.count
                #expect(await eventually { client.hasAcknowledged(more: count + 20) })
                try await stand.tier.failover()
                #expect(await stand.tier.state.record.writer == expected)
                try await stand.becomesSynchronous()
            }
            client.stop()
            try await expectEveryRow(of: client, on: stand)
        }
    }

    @Test func oneServerAloneServesBothEndpoints() async throws {
        try await DatabaseStand.run(readers: 0) { stand in
            try await stand.tier.waitUntilReaderReady()
            #expect(try await stand.query("SELECT 1", ["port": "\(await stand.tier.readerPort)"]) == [["1"]])
            let client = try await InsertingClient.start(on: stand)
            defer { client.stop() }
            #expect(await eventually { client.hasAcknowledged(more: 5) })
            let old = try await stand.pid(.writer)
            kill(old, SIGKILL)
            // Its backends outlive it for a moment, and may acknowledge some more.
            let isReplaced = await eventually {
                let servers = await stand.tier.status().servers
                return servers.contains { $0.role == .writer && $0.state == .available && $0.pid != old }
            }
            #expect(isReplaced)
            let count = client.acknowledged.count
            #expect(await eventually { client.hasAcknowledged(more: count + 5) })
            client.stop()
            try await expectEveryRow(of: client, on: stand)
        }
    }

    @Test func unusableFolderIsReported() async throws {
        try await withTemporaryFolder { folder in
            try Data().write(to: folder.appending(path: "file"))
            let stand = try DatabaseStand.make(in: folder, data: "file/database")
            let error = await #expect(throws: DatabaseError.self) { try await stand.tier.start() }
            #expect(error?.description.contains("make the folder") == true)
            #expect(error?.next != nil)
        }
    }

    @Test func lostDataIsNotReplacedByAnEmptyDatabase() async throws {
        try await withTemporaryFolder { folder in
            let database = folder.appending(path: "database")
            try FileManager.default.createDirectory(at: database, withIntermediateDirectories: true)
            try ClusterRecord(writer: .second).save(
                to: database.appending(path: "cluster.json").path(percentEncoded: false))
            let stand = try DatabaseStand.make(in: folder)
            let error = await #expect(throws: DatabaseError.self) { try await stand.tier.start() }
            #expect(error?.answer.contains("db-2") == true)
        }
    }

    private func expectFailover(on stand: DatabaseStand) async throws {
        #expect(await eventually { await stand.tier.state.failovers == 1 })
        #expect(await stand.tier.state.record.writer == .second)
    }

    private func expectEveryRow(of client: InsertingClient, on stand: DatabaseStand) async throws {
        // Taken before the rows are read: the client may still be acknowledged one more meanwhile.
        let acknowledged = client.acknowledged
        let rows = try await stand.query("SELECT number FROM entries")
        let stored = Set(rows.compactMap { $0.first.flatMap { $0 }.flatMap { Int($0) } })
        let lost = acknowledged.filter { !stored.contains($0) }
        #expect(lost.isEmpty, "\(lost.count) of \(acknowledged.count) acknowledged rows are lost")
    }

    private func report(_ what: String, _ client: InsertingClient, _ moment: ContinuousClock.Instant) {
        guard ProcessInfo.processInfo.environment["TERRACE_TEST_LOG"] != nil,
            let first = client.firstAcknowledgement(after: moment + .milliseconds(5))
        else { return }
        print("\(what): \(first - moment)")
    }
}
