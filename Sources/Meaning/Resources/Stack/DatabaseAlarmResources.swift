import Stacks

/// Alarms of the data tier.
extension StackResources {
    var databaseAlarms: [Resource] {
        guard let database = stack.database else { return [] }
        let dimensions = ["DBClusterIdentifier": name(of: cluster)]
        let rds = "AWS/RDS"
        var alarms = [
            alarm(
                "database-cpu", "a database server uses more than 85 % of its cpu",
                [metric(rds, "CPUUtilization", dimensions, "Maximum")], .above, 85, breaches: 5, of: 5)
        ]
        if let most = database.capacity.maxConnections {
            alarms.append(
                alarm(
                    "database-connections", "4 in 5 of the \(most) connections of a database server are taken",
                    [
                        metric(rds, "DatabaseConnections", dimensions, "Maximum", id: "connections"),
                        AlarmFigure(id: "share", source: .expression("100 * connections / \(most)")),
                    ], .above, 80, breaches: 3, of: 5))
        }
        if database.readers > 0 {
            alarms.append(
                alarm(
                    "database-lag", "a reader is more than a second behind the writer",
                    [metric(rds, "AuroraReplicaLagMaximum", dimensions, "Maximum")], .above, 1000, breaches: 5, of: 5))
        }
        if case .serverless = database.capacity {
            alarms.append(
                alarm(
                    "database-capacity", "the database uses more than 90 % of the capacity it may have",
                    [metric(rds, "ACUUtilization", dimensions, "Maximum")], .above, 90, breaches: 5, of: 5))
        }
        return alarms
    }
}

extension Database.Capacity {
    /// Aurora PostgreSQL's own default: a connection for every 9 531 392 bytes, 5000 at most. Nil for a class whose memory is
    /// not known here. Source: Aurora user guide, "Maximum connections to an Aurora PostgreSQL DB instance", read 2026-11.
    package var maxConnections: Int? {
        let gibibytes: Double?
        var limit = 5000
        switch self {
        case .instance(let name): gibibytes = Database.Capacity.gibibytes(of: name)
        case .serverless(let min, let max):
            gibibytes = 2 * max
            // A server that may shrink this far keeps to fewer.
            if min <= 0.5 { limit = 2000 }
        }
        return gibibytes.map { Swift.min(Int($0 * 1_073_741_824 / 9_531_392), limit) }
    }

    /// The memory of Aurora's usual classes. Source: "DB instance classes", Aurora user guide, read 2026-11.
    package static func gibibytes(of instanceClass: String) -> Double? {
        let parts = instanceClass.split(separator: ".")
        guard parts.count == 3 else { return nil }
        let sizes = [
            "large": 1.0, "xlarge": 2, "2xlarge": 4, "4xlarge": 8, "8xlarge": 16, "12xlarge": 24, "16xlarge": 32,
        ]
        if parts[1].hasPrefix("t") { return parts[2] == "medium" ? 4 : sizes[String(parts[2])].map { 8 * $0 } }
        return parts[1].hasPrefix("r") ? sizes[String(parts[2])].map { 16 * $0 } : nil
    }
}
