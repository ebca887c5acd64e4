/// The things that can be broken on purpose.
package enum DrillName: String, Sendable, Codable, CaseIterable {
    case task, zone, writer
    case writerHang = "writer-hang"
    case reader
    case badDeploy = "bad-deploy"
    case connectionExhaustion = "connection-exhaustion"
    case cacheStampede = "cache-stampede"
    case slowStart = "slow-start"
    case rotation, restore
    case fullDisk = "full-disk"

    /// What is done, as a sentence without a full stop.
    package var summary: String {
        switch self {
        case .task: "kills one task (SIGKILL)"
        case .zone: "loses the zone of the database's writer: tasks and server are killed and stay away"
        case .writer: "kills the database's writer (SIGKILL)"
        case .writerHang: "stops the database's writer without ending it (SIGSTOP)"
        case .reader: "kills the database's reader (SIGKILL)"
        case .badDeploy: "deploys a version that ends as soon as it is started"
        case .connectionExhaustion: "takes every connection that the database's writer has left"
        case .cacheStampede: "empties the cache while many ask for the same answer at once"
        case .slowStart: "kills one task and freezes its successor before it can answer"
        case .rotation: "gives the application's database role a new password"
        case .restore: "restores the database to a moment in the past, beside the running one"
        case .fullDisk: "fills the disk that holds the database"
        }
    }

    package var needsDatabase: Bool {
        switch self {
        case .writer, .writerHang, .reader, .connectionExhaustion, .rotation, .restore, .fullDisk: true
        case .task, .zone, .badDeploy, .cacheStampede, .slowStart: false
        }
    }

    /// Whether it needs a second server to fall back on.
    package var needsReader: Bool {
        switch self {
        case .writer, .writerHang, .reader: true
        default: false
        }
    }

    /// How long what was broken stays so unless somebody says otherwise.
    package var hold: Duration {
        switch self {
        case .task, .badDeploy, .rotation, .restore: .seconds(5)
        case .cacheStampede, .slowStart: .seconds(5)
        case .zone, .writer, .writerHang, .reader, .connectionExhaustion, .fullDisk: .seconds(10)
        }
    }
}
