extension Stack {
    /// Names that PostgreSQL or Terrace keep for themselves, as roles or as databases.
    private static let reserved: Set<String> = ["postgres", "template0", "template1", "terrace", "terrace_replication"]

    /// The application's database, and its role there: the stack's name with `_` for `-`. What is reserved, like
    /// everything that begins with `pg_`, gets `app_` in front.
    package var databaseName: String {
        let plain = String(name.map { $0 == "-" ? "_" : $0 })
        return Stack.reserved.contains(plain) || plain.hasPrefix("pg_") ? "app_" + plain : plain
    }
}

/// A PostgreSQL writer and its readers.
package struct Database: Sendable, Equatable {
    package enum Version: Sendable, Equatable {
        /// The newest long-term-support minor that the target offers.
        case auto
        /// `16` or `16.8`.
        case exact(String)
    }
    package enum Capacity: Sendable, Equatable {
        /// An instance class such as `db.t4g.medium`.
        case instance(String)
        /// Aurora capacity units.
        case serverless(min: Double, max: Double)
    }

    package var version: Version
    package var capacity: Capacity
    package var readers: Int
    /// How long backups are kept; whole days, 1...35.
    package var backups: Duration

    package init(
        version: Version = .auto, capacity: Capacity = .instance("db.t4g.medium"), readers: Int = 1,
        backups: Duration = .seconds(7 * 86_400)
    ) {
        self.version = version
        self.capacity = capacity
        self.readers = readers
        self.backups = backups
    }
}
