package import struct Foundation.Date

/// What an operator can ask of the database beyond its endpoints.
package enum DatabaseOrder: Codable, Sendable, Equatable {
    /// Swaps the writer and the reader in order.
    case failover
    /// Makes a base backup now.
    case backup
    case backups
    /// Starts a copy as it was at a moment, beside the running database.
    case restore(Date)
    case dropRestored
    /// Puts the database itself back to a moment.
    case restoreInPlace(Date)
    /// Deletes what restores in place have put aside.
    case dropKept
    /// Gives the application another role with a new password and rolls the services.
    case rotate
    case statements(most: Int)
}

/// The answer to a `DatabaseOrder`.
package enum DatabaseReply: Codable, Sendable, Equatable {
    case done
    /// The name of the server that is the writer now.
    case writer(String)
    case backups(BackupList)
    case restored(RestoredCopy)
    case restoredInPlace(RestoredData)
    /// What was deleted.
    case dropped([KeptData])
    /// The role that the application has now.
    case role(String)
    case statements(StatementList)
}

/// What can be restored, the newest last.
package struct BackupList: Codable, Sendable, Equatable {
    package var backups: [BaseBackup]
    /// Bytes of base backups and archived write-ahead log.
    package var bytes: Int
    /// For how long anything can be restored; seconds.
    package var keptFor: Double
    package var folder: String
    /// What restores in place have put aside, the oldest first.
    package var kept: [KeptData]

    package init(backups: [BaseBackup], bytes: Int, keptFor: Double, folder: String, kept: [KeptData] = []) {
        self.backups = backups
        self.bytes = bytes
        self.keptFor = keptFor
        self.folder = folder
        self.kept = kept
    }
}

/// A copy of the database as it was at a moment in the past.
package struct RestoredCopy: Codable, Sendable, Equatable {
    package var endpoint: DatabaseEndpoints.Endpoint
    package var moment: Date
    /// From the order until it answered.
    package var seconds: Double

    package init(endpoint: DatabaseEndpoints.Endpoint, moment: Date, seconds: Double) {
        self.endpoint = endpoint
        self.moment = moment
        self.seconds = seconds
    }
}

/// The database after it was put back to a moment in the past.
package struct RestoredData: Codable, Sendable, Equatable {
    package var moment: Date
    /// The last moment of what ran until then, which can still be had.
    package var until: Date
    package var kept: KeptData
    /// From the order until it was done.
    package var seconds: Double
    /// How long connections had to wait, within that.
    package var heldSeconds: Double
    /// What did not go well after the database was there again.
    package var notes: [String] = []

    package init(moment: Date, until: Date, kept: KeptData, seconds: Double, heldSeconds: Double) {
        self.moment = moment
        self.until = until
        self.kept = kept
        self.seconds = seconds
        self.heldSeconds = heldSeconds
    }
}

/// What the writer is busy with.
package struct StatementList: Codable, Sendable, Equatable {
    /// One kind of statement, constants left out.
    package struct Statement: Codable, Sendable, Equatable {
        package var text: String
        package var calls: Int
        /// In seconds, all calls together.
        package var total: Double
        package var mean: Double
        package var rows: Int

        package init(text: String, calls: Int, total: Double, mean: Double, rows: Int) {
            self.text = text
            self.calls = calls
            self.total = total
            self.mean = mean
            self.rows = rows
        }
    }

    /// From pg_stat_statements, the most expensive first; false: what runs at this moment, for that extension is missing.
    package var isHistory: Bool
    package var statements: [Statement]

    package init(isHistory: Bool, statements: [Statement]) {
        self.isHistory = isHistory
        self.statements = statements
    }
}
