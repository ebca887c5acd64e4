package import struct Foundation.Date

/// A time when the database was put back to a moment, in place.
package struct PastRestore: Codable, Sendable, Equatable {
    /// The last moment of what ran until then; what came later belongs to what was restored. Whole milliseconds.
    package var until: Date
    /// The timeline of the log that ended then. All later ones have higher numbers.
    package var timeline: Int
    /// What it was put back to.
    package var moment: Date

    package init(until: Date, timeline: Int, moment: Date) {
        self.until = until
        self.timeline = timeline
        self.moment = moment
    }
}

/// Which way leads to a moment when the database was put back before: each restore in place ends an era, and the next one goes
/// on from a moment of an earlier era as if the time between had never been.
struct BackupLineage: Sendable, Equatable {
    /// The oldest first.
    var restores: [PastRestore]

    /// Half of what a moment is told in.
    private static let tolerance = 0.000_5

    /// The timeline that was written at a moment; nil: that of now, the newest there is.
    func timeline(at moment: Date) -> Int? {
        let era = era(at: moment, before: restores.count)
        return era < restores.count ? restores[era].timeline : nil
    }

    /// From which one the moment is reached soonest: one of its own era, else one of the era that this one goes on from.
    func base(for moment: Date, of backups: [BaseBackup]) -> BaseBackup? {
        var era = era(at: moment, before: restores.count)
        var end = moment
        while true {
            let usable = backups.filter { self.era(of: $0) == era && $0.end <= end }
            if let newest = usable.max(by: { $0.end < $1.end }) { return newest }
            guard era > 0 else { return nil }
            end = restores[era - 1].moment
            era = self.era(at: end, before: era - 1)
        }
    }

    /// Those that some moment since `begin` may be reached from.
    func needed(since begin: Date, of backups: [BaseBackup]) -> [BaseBackup] {
        let firstMoments = restores.filter { $0.until >= begin }.map { $0.until.addingTimeInterval(0.001) }
        let ways = ([begin] + firstMoments).compactMap { base(for: $0, of: backups) }
        return backups.filter { $0.end > begin || ways.contains($0) }
    }

    /// How many restores came before the moment; none of those from `limit` on counts.
    private func era(at moment: Date, before limit: Int) -> Int {
        restores[..<limit].count { moment.timeIntervalSince($0.until) > BackupLineage.tolerance }
    }

    /// By its timeline: its end is rounded, and a clock may have been set back.
    private func era(of backup: BaseBackup) -> Int {
        restores.count { $0.timeline < backup.timeline }
    }
}
