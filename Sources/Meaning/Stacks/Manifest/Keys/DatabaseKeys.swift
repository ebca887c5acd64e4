enum DatabaseKeys {
    private static let standard = Database()

    enum Engine: String, Sendable, CaseIterable { case postgresql }

    static let engine = Field("engine", Shape<Engine>.choice, default: .postgresql, "The only one.")
    static let version = Field(
        "version", .version, default: standard.version,
        "auto is the newest long-term-support minor that the target offers.")
    static let instance = Field(
        "instance", Shape<String>.text(.instanceClass).optional, default: nil,
        "The instance class on AWS; db.t4g.medium unless the database is serverless.")
    static let serverless = Field(
        "serverless", ServerlessKeys.shape.optional, default: nil, "Aurora Serverless v2 in place of an instance class."
    )
    static let readers = Field("readers", .integer(in: 0...15), default: standard.readers, "Copies that answer reads.")
    static let backups = Field(
        "backups", .duration(.seconds(86_400)...(.seconds(35 * 86_400)), step: .seconds(86_400)),
        default: standard.backups, "How long backups are kept.")

    static let all: [any ManifestKey] = [engine, version, instance, serverless, readers, backups]

    static let shape: Shape<Database> = .section(all) { section, report in
        _ = section.read(engine, &report)
        if section.has(DatabaseKeys.instance), section.has(DatabaseKeys.serverless) {
            report.error(
                section.place(of: DatabaseKeys.serverless), "stands beside `instance:`",
                allowed: "one of `instance:` and `serverless:`")
        }
        let instance = section.read(DatabaseKeys.instance, &report).map(Database.Capacity.instance)
        let serverless = section.read(DatabaseKeys.serverless, &report)
        return Database(
            version: section.read(version, &report), capacity: serverless ?? instance ?? standard.capacity,
            readers: section.read(readers, &report), backups: section.read(backups, &report))
    }
}

enum ServerlessKeys {
    /// Aurora capacity units of 2 GiB each. Source: Aurora Serverless v2 capacity, read 2026-11.
    static let min = Field("min", .halves(in: 0...256), default: 0.5, "Capacity units when idle; 0 lets it pause.")
    static let max = Field("max", .halves(in: 1...256), default: 8, "Capacity units at most.")

    static let all: [any ManifestKey] = [min, max]

    static let shape: Shape<Database.Capacity> = .section(all) { section, report in
        let (least, most) = (section.read(min, &report), section.read(max, &report))
        if least > most {
            report.error(section.found, "min is more than max", allowed: "min up to max")
        }
        return .serverless(min: least, max: most)
    }
}

extension Shape where Value == Database.Version {
    static var version: Shape {
        Shape<String>.text(.postgresVersion).map(
            { $0 == "auto" ? .auto : .exact($0) },
            back: { if case .exact(let text) = $0 { text } else { "auto" } })
    }
}
