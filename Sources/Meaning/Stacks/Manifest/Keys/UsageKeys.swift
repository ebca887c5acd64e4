/// Assumptions about a month, for `terrace cost`.
enum UsageKeys {
    private static let standard = Usage()

    static let requests = Field(
        "requests", .monthly, default: standard.requests, "Requests that reach the edge, such as 10M/month.")
    static let egress = Field("egress", .volume, default: standard.egress, "What the edge sends out in a month.")
    static let uploads = Field("uploads", .volume, default: standard.uploads, "What browsers send in a month.")
    static let cacheHits = Field(
        "cache-hits", .integer(in: 0...100), default: standard.cacheHits,
        "Per cent of the requests that the cache answers.")
    static let tasks = Field(
        "tasks", .mapping(named: .name, to: .hundredths(in: 0...500, "tasks"), atMost: 50), default: [],
        "How many tasks of a service run on average; a quarter of the way from min to max for those left out.")
    static let database = Field(
        "database", DatabaseUsageKeys.shape, default: standard.database, "What a month brings to the database.")
    static let logs = Field("logs", .volume, default: standard.logs, "Lines that tasks write in a month.")
    static let nat = Field(
        "nat", .volume, default: standard.nat, "What passes through the NAT gateways in a month, in both directions.")
    static let flowLogs = Field(
        "flow-logs", .volume, default: standard.flowLogs, "Records of the network's connections in a month.")
    static let images = Field("images", .volume, default: standard.images, "Images kept, for each repository.")
    static let freeTier = Field(
        "free-tier", .flag, default: standard.freeTier,
        "Whether this stack uses what AWS gives an account for nothing each month.")

    static let all: [any ManifestKey] = [
        requests, egress, uploads, cacheHits, tasks, database, logs, nat, flowLogs, images, freeTier,
    ]

    static let shape: Shape<Usage> = .section(all) { section, report in
        Usage(
            requests: section.read(requests, &report), egress: section.read(egress, &report),
            uploads: section.read(uploads, &report), cacheHits: section.read(cacheHits, &report),
            tasks: Dictionary(section.read(tasks, &report).map { ($0.key, $0.value) }) { first, _ in first },
            database: section.read(database, &report), logs: section.read(logs, &report),
            nat: section.read(nat, &report), flowLogs: section.read(flowLogs, &report),
            images: section.read(images, &report), freeTier: section.read(freeTier, &report))
    }

    /// What only the whole manifest can tell: whose average it is, and between which bounds.
    static func refuseImpossible(_ stack: Stack, _ usage: Found?, _ report: inout MistakeList) {
        for (name, found) in usage?.child(tasks.name)?.children ?? [] {
            guard let service = stack.services.first(where: { $0.name == name }) else {
                let names = stack.services.map(\.name)
                report.error(
                    at: found.keyPlace, path: found.path, "there is no service \(Excerpt.quoted(name))",
                    allowed: names.joined(separator: ", "), nearest: Nearest.word(to: name, in: names))
                continue
            }
            let bounds = service.tasks
            guard let average = stack.usage.tasks[name] else { continue }
            if !(bounds.lowerBound * 100...bounds.upperBound * 100).contains(average) {
                report.error(
                    found, "\(found.value.described) is not between the fewest and the most tasks of \(name)",
                    allowed: "\(bounds.lowerBound) to \(bounds.upperBound)")
            }
        }
        refuseCapacity(stack, usage?.child(database.name)?.child(DatabaseUsageKeys.capacity.name), &report)
    }

    private static func refuseCapacity(_ stack: Stack, _ found: Found?, _ report: inout MistakeList) {
        guard let found, let average = stack.usage.database.capacity else { return }
        guard case .serverless(let min, let max)? = stack.database?.capacity else {
            report.error(
                found, "is for a serverless database", allowed: "nothing here, or `database: { serverless: … }`")
            return
        }
        if Double(average) < min * 100 || Double(average) > max * 100 {
            report.error(
                found, "\(found.value.described) is not between the least and the most capacity",
                allowed: "\(JSON.decimal(min).printed()) to \(JSON.decimal(max).printed())")
        }
    }
}

enum DatabaseUsageKeys {
    private static let standard = DatabaseUsage()

    static let storage = Field("storage", .volume, default: standard.storage, "The size of the database.")
    static let io = Field("io", .monthly, default: standard.io, "Reads and writes of its storage, such as 50M/month.")
    static let capacity = Field(
        "capacity", Shape<Int>.hundredths(in: 0...256, "units").optional, default: nil,
        "Capacity units that a serverless server uses on average; a quarter of the way from min to max.")
    static let logs = Field("logs", .volume, default: standard.logs, "Lines that the servers write in a month.")

    static let all: [any ManifestKey] = [storage, io, capacity, logs]

    static let shape: Shape<DatabaseUsage> = .section(all) { section, report in
        DatabaseUsage(
            storage: section.read(storage, &report), io: section.read(io, &report),
            capacity: section.read(capacity, &report), logs: section.read(logs, &report))
    }
}
