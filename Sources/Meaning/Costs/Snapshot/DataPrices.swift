/// Columns: us-east-1, us-west-2, eu-west-1, eu-central-1, ap-northeast-1, ap-southeast-2.
extension PriceSnapshot {
    static let data = [
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
            "0.021 0.021 0.021 0.023 ~0.023 ~0.023",
            derivation: "the price in Frankfurt, the highest that was found"),
        // The same in every region, as AWS's pages say of them.
        PriceRow(
            .cpuCreditHour("db.t4g"), PriceKey("AmazonRDS", "CPU Credits", "CPUCredits:db.t4g"), .creditHour,
            "0.09 0.09 0.09 0.09 0.09 0.09"),
        PriceRow(
            .cpuCreditHour("db.t3"), PriceKey("AmazonRDS", "CPU Credits", "CPUCredits:db.t3"), .creditHour,
            "~0.09 ~0.09 ~0.09 ~0.09 ~0.09 ~0.09", derivation: "the price for db.t4g"),
        // I/O-Optimized storage: 2.25 times the standard price.
        PriceRow(
            .ioOptimizedGigabyte, PriceKey("AmazonRDS", "Database Storage", "Aurora:IO-OptimizedStorageUsage"),
            .gigabyteMonth, "0.225 0.225 0.248 ~0.268 0.27 ~0.248",
            derivation: "two and a quarter times the standard storage, as in the other regions"),
    ]
}
