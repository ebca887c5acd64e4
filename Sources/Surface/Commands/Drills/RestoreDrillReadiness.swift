import Provisioning
import Resources
import Stacks

/// Whether the database of a stack on AWS can be restored beside itself, and asked for rows. Pure.
struct RestoreDrillReadiness {
    let stack: Stack
    let look: CloudLook
    let seen: CloudRestores

    private static let state = "nothing was broken"
    private static let up = "`terrace up --on aws`"

    func check() throws(Report) {
        try look.refuseInterruptedRestore()
        if case .taking? = seen.copy?.copy?.progress {
            throw Report(
                "a restore in place of the database of \(stack.fullName) was interrupted", state: Self.state,
                next: "`terrace db restore --in-place --on aws`, with the --to or --snapshot that it had, continues it")
        }
        guard let serving = seen.serving, let database = database else {
            throw Report(
                "the database of \(stack.fullName) does not exist yet", state: Self.state, next: "\(Self.up) makes it")
        }
        guard database.dataAPI else {
            throw Report(
                "the Data API of \(serving.name) is off, by which the drill writes and counts its rows",
                state: Self.state, next: "\(Self.up) switches it on")
        }
        guard database.backupDays > 0 else {
            throw Report(
                "RDS keeps no backups of \(serving.name), so no moment of it can be restored", state: Self.state,
                next: "\(Self.up) has it keep them as the manifest's `database.backups` says")
        }
        guard serving.window != nil else {
            throw Report(
                "RDS has no backup of \(serving.name) yet, so no moment of it can be restored", state: Self.state,
                next: "it makes the first one soon after the cluster; `terrace db backup --list --on aws` shows it")
        }
    }

    private var database: DatabaseClusterSettings? {
        for observed in look.world.resources.values {
            if case .databaseCluster(let settings) = observed.settings { return settings }
        }
        return nil
    }
}
