import Foundation
import Provisioning
import Stacks

/// `db backup --on aws`: a snapshot that stays until somebody deletes it, beside what RDS keeps by itself.
struct CloudBackup: Sendable {
    var request: CloudRequest
    /// Makes none.
    var onlyLists: Bool

    private static let interval = Duration.seconds(5)

    func callAsFunction() async throws {
        try await request.open { session in
            let look = try await CloudLook.take(session)
            var backups = try await session.cloud.backups(of: look.world)
            if !onlyLists {
                let name = "\(backups.database)-\(CloudBackup.stamp(Surroundings.current.now()))"
                try await CloudService.change(session, "terrace db backup") {
                    try await session.cloud.makeBackup(of: look.world, named: name)
                }
                Surroundings.current.errors(
                    "RDS makes the snapshot \(name); it goes on whatever becomes of this command\n")
                backups = try await finished(name, look, session)
            }
            let parts = try await session.cloud.restores(of: look.graph, in: look.world)
            show(backups, parts)
        }
    }

    private func finished(_ name: String, _ look: CloudLook, _ session: CloudSession) async throws -> CloudBackups {
        while true {
            let backups = try await session.cloud.backups(of: look.world)
            // One that is not shown yet was asked for a moment ago.
            let state = backups.snapshots.first { $0.name == name }?.state ?? "creating"
            if state == "available" { return backups }
            guard state == "creating" else {
                throw Report(
                    "the snapshot \(name) is \(state)", next: "`terrace db backup --list --on aws` shows what there is")
            }
            try await session.time.sleep(CloudBackup.interval)
        }
    }

    private func show(_ backups: CloudBackups, _ parts: CloudRestores) {
        let surroundings = Surroundings.current
        for kept in parts.kept {
            let until = kept.kept?.until.map(CloudBackup.text) ?? ""
            surroundings.say("kept aside   \(kept.name), the database until \(until)")
        }
        if !parts.kept.isEmpty {
            surroundings.say("`terrace db restore --drop-kept --on aws` deletes what is kept aside")
        }
        for snapshot in backups.snapshots {
            let made = snapshot.made.map(CloudBackup.text) ?? snapshot.state
            let kept = snapshot.isManual ? "kept until you delete it" : "RDS's own, kept for `backups:`"
            surroundings.say("snapshot  \(made)  \(snapshot.name), \(kept)")
        }
        guard let window = backups.window else {
            return surroundings.say("RDS has no backup of its own yet; it makes the first soon after the cluster")
        }
        for window in restorable(parts, window) {
            let (first, last) = (CloudBackup.text(window.lowerBound), CloudBackup.text(window.upperBound))
            surroundings.say("any moment from \(first) until \(last) can be restored")
        }
        surroundings.say("`terrace db restore --to TIME --on aws` makes a copy of the database as of one")
    }

    /// Of what was set aside, too; the oldest first.
    private func restorable(_ parts: CloudRestores, _ window: ClosedRange<Int>) -> [ClosedRange<Int>] {
        var (windows, begin) = ([ClosedRange<Int>](), Int.min)
        for kept in parts.kept {
            if let window = kept.restorable(after: begin) { windows.append(window) }
            begin = kept.kept?.until ?? begin
        }
        let first = max(window.lowerBound, begin)
        return windows + (first <= window.upperBound ? [first...window.upperBound] : [])
    }

    private static func text(_ seconds: Int) -> String {
        Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
    }

    /// `20261130-021500`, in UTC.
    private static func stamp(_ date: Date) -> String {
        date.formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted)).replacing("T", with: "-")
            .replacing("Z", with: "")
    }
}
