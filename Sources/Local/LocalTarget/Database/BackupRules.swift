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

    /// The oldest moment of the window needs the newest one before it; what is older than that one is of no use.
    func expired(_ backups: [BaseBackup], at now: Date) -> [BaseBackup] {
        let begin = now.addingTimeInterval(-(kept / .seconds(1)))
        guard let needed = backups.filter({ $0.end <= begin }).map(\.end).max() else { return [] }
        return backups.filter { $0.end < needed }
    }

    /// From which one a moment is reached soonest.
    static func base(for moment: Date, of backups: [BaseBackup]) -> BaseBackup? {
        backups.filter { $0.end <= moment }.max { $0.end < $1.end }
    }
}
