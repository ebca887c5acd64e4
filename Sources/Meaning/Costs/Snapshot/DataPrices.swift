import Stacks

/// Columns: us-east-1, us-west-2, eu-west-1, eu-central-1, ap-northeast-1, ap-southeast-2.
extension PriceSnapshot {
    /// Aurora's prices of db.r5.large in the six regions: 0.29, 0.29, 0.32, 0.35, 0.35, 0.35.
    private static let byR5 =
        "us-east-1's price in the proportion that db.r5.large has in the two regions, to a tenth of a cent"

    static let data =
        servers + [
            PriceRow(
                .capacityUnitHour, PriceKey("AmazonRDS", "ServerlessV2", "Aurora:ServerlessV2Usage"), .capacityUnitHour,
                "0.12 0.12 0.14 0.14 0.15 0.2"),
            PriceRow(
                .databaseGigabyte, PriceKey("AmazonRDS", "Database Storage", "Aurora:StorageUsage"), .gigabyteMonth,
                "0.1 0.1 0.11 0.119 0.12 0.11"),
            PriceRow(
                .databaseIO, PriceKey("AmazonRDS", "System Operation", "Aurora:StorageIOUsage"), .request,
                "0.0000002 0.0000002 0.00000022 0.00000022 0.00000024 0.00000022"),
            PriceRow(
                .backupGigabyte, PriceKey("AmazonRDS", "Storage Snapshot", "Aurora:BackupUsage"), .gigabyteMonth,
                "0.021 0.021 0.021 0.023 0.023 0.023"),
            // The same for every T class and region.
            PriceRow(
                .cpuCreditHour, PriceKey("AmazonRDS", "CPU Credits", "CPUCredits"), .creditHour,
                "0.09 0.09 0.09 0.09 0.09 0.09"),
            // I/O-Optimized storage: 2.25 times the standard price.
            PriceRow(
                .ioOptimizedGigabyte, PriceKey("AmazonRDS", "Database Storage", "Aurora:IO-OptimizedStorageUsage"),
                .gigabyteMonth, "0.225 0.225 0.248 0.268 0.27 ~0.248",
                derivation: "two and a quarter times the standard storage, as in the other regions"),
        ]

    /// Aurora PostgreSQL, standard storage. Sizes of one family are twice each other, so a family is one row.
    private static let servers =
        family("db.t4g", from: .medium, to: .large, "0.073 0.073 ~0.081 ~0.088 0.113 0.113")
        + family("db.t3", from: .medium, to: .large, "0.082 0.082 0.088 0.096 0.125 0.125")
        + family("db.r5", from: .large, to: .x4, "0.29 0.29 0.32 0.35 0.35 0.35")
        + family("db.r6g", from: .large, to: .x16, "0.26 0.26 0.286 0.313 0.313 0.313")
        + family("db.r6i", from: .large, to: .x16, "0.29 0.29 0.32 0.35 0.35 0.35")
        + family("db.r7g", from: .large, to: .x16, "0.276 0.276 ~0.305 ~0.333 ~0.333 ~0.333")
        + family("db.r8g", from: .large, to: .x16, "0.276 0.276 ~0.305 ~0.333 ~0.333 ~0.333")

    private enum Size: String, CaseIterable {
        case medium, large, xlarge
        case x2 = "2xlarge"
        case x4 = "4xlarge"
        case x8 = "8xlarge"
        case x12 = "12xlarge"
        case x16 = "16xlarge"

        /// Halves of a large one.
        var halves: Int {
            switch self {
            case .medium: 1
            case .large: 2
            case .xlarge: 4
            case .x2: 8
            case .x4: 16
            case .x8: 32
            case .x12: 48
            case .x16: 64
            }
        }
    }

    /// `prices` are those of the smallest size.
    private static func family(_ name: String, from least: Size, to most: Size, _ prices: String) -> [PriceRow] {
        Size.allCases.filter { (least.halves...most.halves).contains($0.halves) }.map { size in
            let scaled = prices.split(separator: " ").map { word in
                let mark = word.hasPrefix("~") ? "~" : ""
                return mark + Self.decimal(String(word.drop { $0 == "~" }), times: size.halves / least.halves)
            }
            let instanceClass = "\(name).\(size.rawValue)"
            return PriceRow(
                .serverHour(instanceClass),
                PriceKey("AmazonRDS", "Database Instance", "InstanceUsage:\(instanceClass)", "CreateDBInstance:0021"),
                .hour, scaled.joined(separator: " "), derivation: byR5)
        }
    }

    private static func decimal(_ text: String, times factor: Int) -> String {
        guard let one = Dollars(text) else { return text }
        return String(Dollars(billionths: one.billionths * factor).exact.dropFirst())
    }
}
