import Foundation
import TestKit
import Testing

@testable import LocalTarget

/// The database put back to a moment, on real servers.
@Suite(.serialized) struct DatabaseRestoreTests {
    @Test func everyMomentStaysInReachBeforeAndAfterARestoreInPlace() async throws {
        try await DatabaseStand.run { stand in
            try await stand.beginsToKeep()
            let first = try await stand.writes("first")
            let second = try await stand.writes("second")
            let done = try await stand.tier.restoreInPlace(to: first)
            #expect(try await stand.entries() == ["first"])
            try await stand.becomesSynchronous()
            #expect(try await stand.entries(.reader) == ["first"])
            let third = try await stand.writes("third")
            _ = try await stand.writes("fourth")
            #expect(try await stand.entries(.reader).count == 3)

            // The time that the first restore ended, then the time after it, by the same backup.
            _ = try await stand.tier.restoreInPlace(to: second)
            #expect(try await stand.entries() == ["first", "second"])
            _ = try await stand.tier.restoreInPlace(to: third)
            #expect(try await stand.entries() == ["first", "third"])

            // Another writer, another backup.
            try await stand.becomesSynchronous()
            try await stand.tier.failover()
            try await stand.becomesSynchronous()
            try await stand.tier.backUp()
            try await Task.sleep(for: .milliseconds(1100))
            let fifth = try await stand.writes("fifth")
            _ = try await stand.writes("sixth")
            let copy = try await stand.tier.restore(to: third)
            #expect(try await stand.entries(port: copy.endpoint.port) == ["first", "third"])
            try await stand.tier.dropRestored()
            _ = try await stand.tier.restoreInPlace(to: fifth)
            #expect(try await stand.entries() == ["first", "third", "fifth"])
            // The way back that the first one told.
            _ = try await stand.tier.restoreInPlace(to: done.until)
            #expect(try await stand.entries() == ["first", "second"])

            #expect(try await stand.tier.backupList().kept.count == 5)
            #expect(try await stand.tier.dropKept().first?.path == done.kept.path)
            #expect(try await stand.tier.backupList().kept.isEmpty)
            try await stand.becomesSynchronous()
            #expect(await stand.tier.problems() == [])
        }
    }

    @Test func theApplicationGetsInAsTodayAndAnOldPasswordIsOfNoUse() async throws {
        try await DatabaseStand.run { stand in
            try await stand.beginsToKeep()
            let before = try await stand.writes("before the rotation")
            let alternate = DatabaseLogin(role: "guest-book_alternate", password: Secret("another"))
            try await stand.tier.admit(alternate)
            try await stand.tier.dismiss("guest-book")
            _ = try await stand.tier.restoreInPlace(to: before)
            let login = ["user": alternate.role, "password": alternate.password.reveal()]
            #expect(try await stand.query("SELECT text FROM entries", login) == [["before the rotation"]])
            _ = try await stand.query("INSERT INTO entries (text) VALUES ('after')", login)
            await #expect(throws: PostgresFailure.self) { try await stand.query("SELECT 1") }
        }
    }

    @Test func whatCannotBeRestoredLeavesTheDatabaseAsItIs() async throws {
        try await DatabaseStand.run { stand in
            let none = await #expect(throws: DatabaseError.self) {
                try await stand.tier.restoreInPlace(to: Date(timeIntervalSinceNow: -1))
            }
            #expect(none?.answer == "there is no base backup yet")
            try await stand.beginsToKeep()
            let moment = try await stand.writes("row")
            let client = try await InsertingClient.start(on: stand, table: "numbers")
            defer { client.stop() }
            _ = try await stand.tier.restore(to: moment)
            let second = await #expect(throws: DatabaseError.self) {
                try await stand.tier.restoreInPlace(to: moment)
            }
            #expect(second?.answer == "there is a restored copy already")
            try await stand.tier.dropRestored()
            let count = client.acknowledged.count
            #expect(await eventually { client.hasAcknowledged(more: count + 5) })
            #expect(await stand.tier.state.record.restores.isEmpty)
        }
    }

    /// Whoever writes meanwhile is made to wait and then goes on; nothing of the time before comes back.
    @Test func clientsWaitAndGoOn() async throws {
        try await DatabaseStand.run { stand in
            try await stand.beginsToKeep()
            let client = try await InsertingClient.start(on: stand, table: "numbers")
            defer { client.stop() }
            #expect(await eventually { client.hasAcknowledged(more: 50) })
            let moment = try await stand.writes("row")
            let then = client.acknowledged.count
            #expect(await eventually { client.hasAcknowledged(more: then + 50) })
            let told = Task { await stand.tellsOfTheExchange() }
            let done = try await stand.tier.restoreInPlace(to: moment)
            told.cancel()
            #expect(await told.value)
            #expect(await !stand.tier.problems().contains { $0.message.contains("no writer") })
            let later = client.acknowledged.count
            #expect(await eventually { client.hasAcknowledged(more: later + 50) })
            client.stop()
            let numbers = try await stand.query("SELECT count(*) FROM numbers")
            let kept = try #require(numbers.first?.first.flatMap { $0 }.flatMap { Int($0) })
            #expect(kept < client.acknowledged.count - 40)
            // What was acknowledged until the end is there, in the time that ended.
            let copy = try await stand.tier.restore(to: done.until)
            let old = try await stand.query("SELECT count(*) FROM numbers", ["port": "\(copy.endpoint.port)"])
            #expect(try #require(old.first?.first.flatMap { $0 }.flatMap { Int($0) }) >= then + 50)
        }
    }

    /// The disk as a kill leaves it after each step; the next start ends with the restored rows.
    @Test(arguments: 0...2) func aKilledExchangeIsFinishedByTheNextStart(step: Int) async throws {
        try await withTemporaryFolder { folder in
            let first = try DatabaseStand.make(in: folder)
            try await first.tier.start()
            try await first.beginsToKeep()
            let moment = try await first.writes("first")
            _ = try await first.writes("second")
            let done = try await first.tier.restoreInPlace(to: moment)
            let place = try #require(await first.tier.parts?.place)
            await first.tier.stop()

            let exchange = DataExchange(writer: .first, kept: (done.kept.path as NSString).lastPathComponent)
            let files = FileManager.default
            if step < 2 {
                try DatabaseFolder.makePrivate(BackupFolder(place).restored, for: place.user)
                try files.moveItem(atPath: place.data(of: .first), toPath: BackupFolder(place).restored + "/data")
            }
            if step < 1 {
                try files.moveItem(atPath: done.kept.path + "/data", toPath: place.data(of: .first))
                try files.removeItem(atPath: done.kept.path)
            }
            var record = try #require(try ClusterRecord.load(from: place.record))
            record.exchange = exchange
            try record.save(to: place.record)

            let next = try DatabaseStand.make(in: folder)
            try await next.tier.start()
            #expect(try await next.entries() == ["first"])
            #expect(!files.fileExists(atPath: BackupFolder(place).restored))
            #expect(try ClusterRecord.load(from: place.record)?.exchange == nil)
            try await next.becomesSynchronous()
            #expect(try await next.entries(.reader) == ["first"])
            await next.tier.stop()
        }
    }

    @Test func threeFoldersWhereTwoShouldBeAreLeftAlone() async throws {
        try await withTemporaryFolder { folder in
            let place = try DatabaseFolder.prepare(at: folder.appending(path: "database").path(percentEncoded: false))
            let exchange = DataExchange(writer: .first, kept: "kept-then")
            let files = FileManager.default
            let all = [place.data(of: .first), "\(place.path)/kept-then/data", BackupFolder(place).restored + "/data"]
            for each in all { try files.createDirectory(atPath: each, withIntermediateDirectories: true) }
            #expect(throws: DatabaseError.self) { try exchange.carryOut(in: place) }
            for each in all { #expect(files.fileExists(atPath: each)) }
        }
    }
}

extension DatabaseStand {
    fileprivate enum Door { case writer, reader }

    /// A table and a base backup, whose moment has passed when it returns.
    fileprivate func beginsToKeep() async throws {
        _ = try await query("CREATE TABLE entries (number serial, text text)")
        try await tier.backUp()
        try await Task.sleep(for: .milliseconds(1100))
    }

    /// A row, and a moment after its commit and before any later one.
    fileprivate func writes(_ text: String) async throws -> Date {
        _ = try await query("INSERT INTO entries (text) VALUES ('\(text)')")
        try await Task.sleep(for: .milliseconds(20))
        let moment = Date()
        try await Task.sleep(for: .milliseconds(20))
        return moment
    }

    /// Whether somebody who asks meanwhile hears why there is no writer.
    fileprivate func tellsOfTheExchange() async -> Bool {
        while !Task.isCancelled {
            if await tier.problems().contains(where: { $0.message.contains("being put back") }) { return true }
            try? await Task.sleep(for: .milliseconds(1))
        }
        return false
    }

    fileprivate func entries(_ door: Door = .writer, port: Int? = nil) async throws -> [String?] {
        let own = door == .reader ? await tier.readerPort : await tier.writerPort
        return try await query("SELECT text FROM entries ORDER BY number", ["port": "\(port ?? own)"]).map(\.[0])
    }
}
