/// What a database in a cloud can be brought back from.
package struct CloudBackups: Sendable, Equatable {
    package struct Snapshot: Sendable, Equatable {
        package var name: String
        /// Seconds since 1970; nil while it has not begun.
        package var made: Int?
        /// As RDS calls it: `creating`, `available`, …
        package var state: String
        /// Made by somebody, and kept until somebody deletes it; the others RDS makes and deletes itself.
        package var isManual: Bool

        package init(name: String, made: Int?, state: String, isManual: Bool) {
            self.name = name
            self.made = made
            self.state = state
            self.isManual = isManual
        }
    }

    /// The name of the cluster.
    package var database: String
    /// The oldest first.
    package var snapshots: [Snapshot]
    /// Every moment in it can be restored, seconds since 1970; nil until RDS has made its first backup.
    package var window: ClosedRange<Int>?

    package init(database: String, snapshots: [Snapshot], window: ClosedRange<Int>?) {
        self.database = database
        self.snapshots = snapshots
        self.window = window
    }
}
