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
