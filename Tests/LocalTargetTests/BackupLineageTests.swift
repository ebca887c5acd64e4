import Foundation
import Testing

@testable import LocalTarget

/// Minutes on a clock; a backup's timeline is the first part of its segment's name.
@Suite struct BackupLineageTests {
    private static func at(_ minute: Double) -> Date { Date(timeIntervalSince1970: 1_795_000_000 + minute * 60) }

    private static func backup(_ minute: Double, timeline: Int) -> BaseBackup {
        BaseBackup(end: at(minute), firstSegment: "0000000\(timeline)0000000000000005")
    }

    /// At minute 50 put back to minute 20, at minute 80 to minute 40: the time before the first restore.
    private static let twice = BackupLineage(restores: [
        PastRestore(until: at(50), timeline: 2, moment: at(20)),
        PastRestore(until: at(80), timeline: 4, moment: at(40)),
    ])

    @Test(arguments: [
        (5.0, 2 as Int?), (20, 2), (50, 2), (50.1, 4), (80, 4), (80.1, nil), (1000, nil),
    ])
    func aMomentIsOnTheTimelineThatWasWrittenThen(minute: Double, timeline: Int?) {
        #expect(Self.twice.timeline(at: Self.at(minute)) == timeline)
        #expect(BackupLineage(restores: []).timeline(at: Self.at(minute)) == nil)
    }

    @Test func aBackupOfATimeThatDidNotHappenLeadsNowhere() {
        let all = [
            Self.backup(10, timeline: 1), Self.backup(30, timeline: 2), Self.backup(60, timeline: 3),
            Self.backup(90, timeline: 5),
        ]
        func base(_ minute: Double) -> BaseBackup? { Self.twice.base(for: Self.at(minute), of: all) }
        #expect(base(9) == nil)
        #expect(base(29) == all[0])
        #expect(base(45) == all[1])
        // Goes on from minute 20, which the backup of minute 30 is not a part of.
        #expect(base(55) == all[0])
        #expect(base(70) == all[2])
        // Goes on from minute 40 of the first time, not from what ran between 50 and 80.
        #expect(base(85) == all[1])
        #expect(base(95) == all[3])
    }

    /// The end of a backup is rounded up to a second that may be of the next era.
    @Test func aBackupIsOfTheTimeOfItsTimeline() {
        let last = BaseBackup(end: Self.at(50).addingTimeInterval(0.9), firstSegment: "000000020000000000000005")
        #expect(Self.twice.base(for: Self.at(51), of: [last]) == nil)
    }

    @Test func whatSomeMomentOfTheWindowNeedsIsKept() {
        let all = [
            Self.backup(5, timeline: 1), Self.backup(10, timeline: 1), Self.backup(30, timeline: 2),
            Self.backup(60, timeline: 3), Self.backup(90, timeline: 5),
        ]
        // Minute 40 is reached from 30; the time after 50 goes on from minute 20, and so needs that of minute 10.
        #expect(Self.twice.needed(since: Self.at(40), of: all) == Array(all[1...]))
        // Only what came after the second restore, which goes on from minute 40.
        #expect(Self.twice.needed(since: Self.at(85), of: all) == [all[2], all[4]])
        #expect(Self.twice.needed(since: Self.at(95), of: all) == [all[4]])
    }

    @Test(arguments: [("000", 0), ("001", 0.001), ("698", 0.698), ("699", 0.699), ("999", 0.999)])
    func whatIsKeptIsNamedAfterItsLastMillisecond(digits: String, fraction: Double) {
        let name = DataExchange.keptName(Date(timeIntervalSince1970: 1_795_000_000 + fraction))
        #expect(name == "kept-2026-11-18T110640.\(digits)Z")
    }

    @Test func aRecordOfBeforeThereWereRestoresIsRead() throws {
        let text = #"{"writer":"db-2","generation":4,"readerMayPromote":true,"ports":{"writer":1}}"#
        let record = try JSONDecoder().decode(ClusterRecord.self, from: Data(text.utf8))
        #expect(record == ClusterRecord(writer: .second, generation: 4, readerMayPromote: true, ports: ["writer": 1]))
        var later = record
        later.restores = Self.twice.restores
        later.exchange = DataExchange(writer: .second, kept: "kept-then")
        #expect(try JSONDecoder().decode(ClusterRecord.self, from: JSONEncoder().encode(later)) == later)
    }
}
