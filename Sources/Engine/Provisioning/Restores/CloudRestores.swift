package import Resources

/// The clusters of one stack's database: the one that serves, a copy beside it, what restores in place have set aside. All of it is
/// read from the cloud: what a restore has done so far stands in names and tags.
package struct CloudRestores: Sendable, Equatable {
    /// One server.
    package struct Server: Sendable, Equatable {
        package var name: String
        package var state: Observed.State
        /// It has its place in the stack: what a plan takes for the stack's own.
        package var isPlaced: Bool

        package init(name: String, state: Observed.State, isPlaced: Bool) {
            self.name = name
            self.state = state
            self.isPlaced = isPlaced
        }
    }

    /// What a cluster is that was restored and has not taken the stack's place.
    package struct Copy: Sendable, Equatable {
        package enum Progress: Sendable, Equatable {
            case making
            /// It has everything, and the application can sign in.
            case ready
            /// It is taking the place of the database: since when, `2026-11-30T06:35:01Z`.
            case taking(String)
        }

        package var source: RestoreSource
        package var purpose: RestoreOrder.Purpose
        package var progress: Progress

        package init(source: RestoreSource, purpose: RestoreOrder.Purpose, progress: Progress) {
            self.source = source
            self.purpose = purpose
            self.progress = progress
        }
    }

    /// What was set aside by a restore in place.
    package struct Kept: Sendable, Equatable {
        /// When that restore began to exchange, which is in its name: `2026-11-30T06:35:01Z`.
        package var exchange: String
        /// Until when it was the database, seconds since 1970; nil while it may still be.
        package var until: Int?

        package init(exchange: String, until: Int?) {
            self.exchange = exchange
            self.until = until
        }
    }

    /// What a restore in place has made of the database.
    package struct Restored: Sendable, Equatable {
        package var source: RestoreSource
        /// When it took its place in the stack, seconds since 1970.
        package var at: Int

        package init(source: RestoreSource, at: Int) {
            self.source = source
            self.at = at
        }
    }

    package struct Cluster: Sendable, Equatable {
        package var name: String
        package var state: Observed.State
        package var servers: [Server]
        /// As `Server`.
        package var isPlaced: Bool
        package var copy: Copy?
        package var kept: Kept?
        package var restored: Restored?
        /// It is set as the stack's database is.
        package var isSettled: Bool
        /// Every moment in it can be restored, seconds since 1970; nil until there is a backup.
        package var window: ClosedRange<Int>?
        /// Host and port.
        package var endpoint: String?

        package init(
            name: String, state: Observed.State = .ready, servers: [Server] = [], isPlaced: Bool = false,
            copy: Copy? = nil, kept: Kept? = nil, restored: Restored? = nil, isSettled: Bool = true,
            window: ClosedRange<Int>? = nil, endpoint: String? = nil
        ) {
            self.name = name
            self.state = state
            self.servers = servers
            self.isPlaced = isPlaced
            self.copy = copy
            self.kept = kept
            self.restored = restored
            self.isSettled = isSettled
            self.window = window
            self.endpoint = endpoint
        }
    }

    package var clusters: [Cluster]

    package init(clusters: [Cluster]) { self.clusters = clusters }

    /// The database; during an exchange the one that was it.
    package var serving: Cluster? { clusters.first { $0.isPlaced && $0.copy == nil } }
    /// The one that a user has had made, also while it takes the place of the database.
    package var copy: Cluster? { copy(for: .inspection) }
    /// A drill's copy is one of its own, which nothing else uses or removes.
    package func copy(for purpose: RestoreOrder.Purpose) -> Cluster? {
        clusters.first { $0.copy.map { ($0.purpose == .drill) == (purpose == .drill) } ?? false }
    }
    /// The oldest first; not what still serves.
    package var kept: [Cluster] {
        clusters.filter { $0.kept?.until != nil && !$0.isPlaced && $0.copy == nil }
            .sorted { ($0.kept?.until ?? 0, $0.name) < ($1.kept?.until ?? 0, $1.name) }
    }
}

/// What a database is restored from.
package enum RestoreSource: Sendable, Equatable {
    /// Seconds since 1970.
    case moment(Int)
    case snapshot(String)

    /// `2026-11-29T06:12:00Z`, or `snapshot NAME`; `init(text:)` reads it.
    package var text: String {
        switch self {
        case .moment(let seconds): UTCText.text(seconds)
        case .snapshot(let name): Self.word + name
        }
    }

    package init?(text: String) {
        if text.hasPrefix(Self.word) {
            self = .snapshot(String(text.dropFirst(Self.word.count)))
        } else if let seconds = UTCText.seconds(text) {
            self = .moment(seconds)
        } else {
            return nil
        }
    }

    /// What a name is made of.
    package var name: String {
        switch self {
        case .moment: text
        case .snapshot(let name): name
        }
    }

    private static let word = "snapshot "
}

/// What is to be restored, and what for.
package struct RestoreOrder: Sendable, Equatable {
    package enum Purpose: String, Sendable {
        /// To be looked into.
        case inspection
        /// To be the database.
        case succession
        /// To be counted by a drill, and gone again.
        case drill
    }

    package var source: RestoreSource
    package var purpose: Purpose

    package init(_ source: RestoreSource, for purpose: Purpose) {
        self.source = source
        self.purpose = purpose
    }
}

/// What restores leave beside the database.
package enum RestoredPart: Sendable, Equatable {
    case copy
    /// What a drill has made.
    case drillCopy
    /// What was the database before a restore in place.
    case kept
}
