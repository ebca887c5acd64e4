import Foundation
import Processes
import TestKit
import Testing

@testable import LocalTarget

struct DatabaseFolderTests {
    /// As root only: any other user reaches its own folders.
    @Test(.enabled(if: UserIdentity.isRoot)) func folderThatTheServersCannotReachIsReplacedByALink() async throws {
        try await withTemporaryFolder { folder in
            let home = folder.appending(path: "home")
            try FileManager.default.createDirectory(
                at: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let wanted = home.appending(path: "stack/.terrace/database").path(percentEncoded: false)
            let place = try DatabaseFolder.prepare(at: wanted)
            let user = try #require(place.user)
            #expect(!DatabaseFolder.isReachable(home.path(percentEncoded: false), for: user))
            #expect(DatabaseFolder.isReachable(place.path, for: user))
            #expect(try DatabaseFolder.prepare(at: wanted).path == place.path)
            try DatabaseTier.removeData(at: wanted)
            #expect(!FileManager.default.fileExists(atPath: place.path))
            #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: wanted)) == nil)
        }
    }

    @Test func longPathsGetSocketsElsewhere() async throws {
        try await withTemporaryFolder { folder in
            let long = folder.appending(path: String(repeating: "long", count: 30)).path(percentEncoded: false)
            let place = try DatabaseFolder.prepare(at: long)
            #expect(place.socketFolder.utf8.count <= DatabaseLimit.socketFolderBytes)
            #expect(FileManager.default.fileExists(atPath: place.socketFolder))
            place.removeSockets()
            #expect(!FileManager.default.fileExists(atPath: place.socketFolder))
        }
    }

    @Test func missingPostgreSQLSaysWhatToInstall() async {
        let error = await #expect(throws: DatabaseError.self) {
            try await PostgresInstallation.find(path: "/nonexistent", major: 9, debian: "/nonexistent")
        }
        #expect(error?.next?.contains("apt install postgresql-9") == true)
    }

    @Test(arguments: [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "15.18"), ("postgres (PostgreSQL) 17beta1", "17beta1"),
    ])
    func versionIsRead(output: String, version: String) {
        #expect(PostgresInstallation.version(in: output) == version)
    }

    @Test func recordSurvivesItsFile() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "cluster.json").path(percentEncoded: false)
            #expect(try ClusterRecord.load(from: path) == nil)
            let record = ClusterRecord(writer: .second, generation: 3, readerMayPromote: true, ports: ["db-1": 5])
            try record.save(to: path)
            #expect(try ClusterRecord.load(from: path) == record)
            try Data("{".utf8).write(to: URL(filePath: path))
            #expect(throws: DatabaseError.self) { try ClusterRecord.load(from: path) }
        }
    }
}
