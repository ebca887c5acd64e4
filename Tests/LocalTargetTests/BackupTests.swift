import Foundation
import TestKit
import Testing

@testable import LocalTarget

@Suite struct BackupTests {
    private static let now = Date(timeIntervalSince1970: 1_795_000_000)
    private static let rules = BackupRules(kept: .seconds(7 * 86_400))

    private static func backups(_ hoursAgo: Double...) -> [BaseBackup] {
        hoursAgo.map { BaseBackup(end: now.addingTimeInterval(-$0 * 3600), firstSegment: "0000000100000000000000AB") }
    }

    private static let due: [(ago: [BaseBackup], isDue: Bool)] = [
        ([], true), (backups(1), false), (backups(23.9), false), (backups(24), true), (backups(50, 25, 3), false),
    ]

    @Test(arguments: due.indices) func oneIsMadeADay(index: Int) {
        #expect(Self.rules.isDue(Self.due[index].ago, at: Self.now) == Self.due[index].isDue)
    }

    @Test func theOldestMomentOfTheWindowStaysInReach() {
        // The window begins 168 hours ago: the one of 170 is needed for it, what is older is not.
        let all = Self.backups(300, 200, 170, 100, 1)
        let lineage = BackupLineage(restores: [])
        #expect(Self.rules.expired(all, lineage, at: Self.now) == Array(all[..<2]))
        #expect(Self.rules.expired(Self.backups(100, 1), lineage, at: Self.now).isEmpty)
    }

    @Test func aMomentIsReachedFromTheNewestBackupBeforeIt() {
        let all = Self.backups(30, 20, 10)
        func base(_ hoursAgo: Double) -> BaseBackup? {
            BackupLineage(restores: []).base(for: Self.now.addingTimeInterval(-hoursAgo * 3600), of: all)
        }
        #expect(base(31) == nil)
        #expect(base(30) == all[0])
        #expect(base(10.1) == all[1])
        #expect(base(0) == all[2])
    }

    @Test(arguments: [
        // Timelines say nothing about age.
        ("000000010000000000000006", true), ("000000090000000000000006", true), ("000000010000000000000007", false),
        ("000000020000000000000007.partial", false), ("000000010000000000000006.partial", true),
        ("00000002.history", false), ("000000010000000000000006.2311", true), ("unrelated", false),
    ])
    func logBeforeTheOldestBackupIsOfNoUse(name: String, isOlder: Bool) {
        #expect(BackupFolder.isOlder(name, than: "000000010000000000000007") == isOlder)
    }

    @Test func namesAreMomentsWithoutColons() {
        let name = BackupFolder.name(Self.now)
        #expect(name == "2026-11-18T110640Z")
        #expect(BackupFolder.date(name) == Self.now)
        for wrong in ["unfinished", "", "2026-11-18T11:06:40Z", "2026-11-18Txxxxxx"] {
            #expect(BackupFolder.date(wrong) == nil)
        }
    }

    @Test func theLabelNamesTheFirstSegment() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path(percentEncoded: false)
            #expect(BackupFolder.firstSegment(path) == nil)
            let label =
                "START WAL LOCATION: 0/2000028 (file 000000010000000000000002)\nCHECKPOINT LOCATION: 0/2000060\n"
            try label.write(toFile: path + "/backup_label", atomically: true, encoding: .utf8)
            #expect(BackupFolder.firstSegment(path) == "000000010000000000000002")
        }
    }

    @Test func aMomentIsWrittenAsPostgreSQLReadsIt() {
        let moment = Date(timeIntervalSince1970: 1_795_000_000.25)
        #expect(RestoredServer.sqlTime(moment) == "2026-11-18 11:06:40.250000+00")
    }
}
