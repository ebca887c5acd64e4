/// What a month brings, as far as prices depend on it: assumptions for `terrace cost`, which change nothing that runs.
package struct Usage: Sendable, Equatable {
    /// Requests that reach the edge in a month.
    package var requests: Int
    /// What the edge sends to browsers in a month.
    package var egress: ByteCount
    /// What browsers send to the application in a month.
    package var uploads: ByteCount
    /// Per cent of the requests that the cache answers.
    package var cacheHits: Int
    /// How many tasks of a service run on average, by its name; in hundredths. A service that is not here runs a quarter of the
    /// way from its fewest to its most.
    package var tasks: [String: Int]
    package var database: DatabaseUsage
    /// Lines that the tasks write in a month.
    package var logs: ByteCount
    /// What passes through the NAT gateways in a month, in both directions.
    package var nat: ByteCount
    /// Records of the network's connections in a month.
    package var flowLogs: ByteCount
    /// Images that are kept, for each repository.
    package var images: ByteCount
    /// Whether this stack may use up what AWS gives every account for nothing each month; other stacks of the account then cannot.
    package var freeTier: Bool

    package init(
        requests: Int = 10_000_000, egress: ByteCount = .gibibytes(500), uploads: ByteCount = .gibibytes(10),
        cacheHits: Int = 50, tasks: [String: Int] = [:], database: DatabaseUsage = DatabaseUsage(),
        logs: ByteCount = .gibibytes(10), nat: ByteCount = .gibibytes(50), flowLogs: ByteCount = .gibibytes(1),
        images: ByteCount = .gibibytes(2), freeTier: Bool = true
    ) {
        self.requests = requests
        self.egress = egress
        self.uploads = uploads
        self.cacheHits = cacheHits
        self.tasks = tasks
        self.database = database
        self.logs = logs
        self.nat = nat
        self.flowLogs = flowLogs
        self.images = images
        self.freeTier = freeTier
    }
}

/// What a month brings to the database.
package struct DatabaseUsage: Sendable, Equatable {
    package var storage: ByteCount
    /// Reads and writes of its storage in a month.
    package var io: Int
    /// Capacity units that a serverless server uses on average, in halves of a unit as Aurora counts them, here in hundredths.
    /// Nil: a quarter of the way from its least to its most.
    package var capacity: Int?
    /// Lines that the servers write in a month, all together.
    package var logs: ByteCount

    package init(
        storage: ByteCount = .gibibytes(20), io: Int = 50_000_000, capacity: Int? = nil, logs: ByteCount = .gibibytes(1)
    ) {
        self.storage = storage
        self.io = io
        self.capacity = capacity
        self.logs = logs
    }
}
