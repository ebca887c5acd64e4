package import struct Foundation.Date

/// A full copy of the database's files; with the archived log from then on any later moment can be had.
package struct BaseBackup: Codable, Sendable, Equatable {
    /// When it was complete: the first moment that can be restored from it.
    package var end: Date
    /// The first segment of the log that it needs.
    package var firstSegment: String

    package init(end: Date, firstSegment: String) {
        self.end = end
        self.firstSegment = firstSegment
    }

    /// Of the log that it was made in: the first eight hexadecimal digits of a segment's name.
    var timeline: Int { Int(firstSegment.prefix(8), radix: 16) ?? 1 }
}

/// Decides which base backups there should be; does nothing itself.
struct BackupRules: Sendable {
    /// How long anything can be restored.
    var kept: Duration
    /// Between two that are made without being asked for. Replaying a day of log takes minutes.
    static let interval = Duration.seconds(86_400)

    func isDue(_ backups: [BaseBackup], at now: Date) -> Bool {
        guard let newest = backups.map(\.end).max() else { return true }
        return now.timeIntervalSince(newest) >= BackupRules.interval / .seconds(1)
    }

    /// The oldest moment of the window needs the newest one before it; what no moment of the window needs is of no use.
    func expired(_ backups: [BaseBackup], _ lineage: BackupLineage, at now: Date) -> [BaseBackup] {
        let begin = now.addingTimeInterval(-(kept / .seconds(1)))
        let needed = lineage.needed(since: begin, of: backups)
        return backups.filter { !needed.contains($0) }
    }
}
