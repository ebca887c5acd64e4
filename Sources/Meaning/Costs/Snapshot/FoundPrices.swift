import Resources

/// Prices of the snapshot that were found, the same, in copies of AWS's price list and pricing pages, on bills, or in articles that cite
/// them. The others stand there from memory of AWS's pricing pages, and `terrace cost` says how many of an estimate's those are.
struct FoundPrices: Sendable {
    var regions: Set<String>
    var items: Set<PriceItem>
    /// Completes "found in …".
    var place: String

    private init(_ regions: Set<String>, _ place: String, _ items: Set<PriceItem>) {
        (self.regions, self.items, self.place) = (regions, items, place)
    }

    /// Nil where none was found.
    static func place(of item: PriceItem, in region: String) -> String? {
        all.first { $0.regions.contains(region) && $0.items.contains(item) }?.place
    }

    private static let infracost = "Infracost's tests, which read AWS's list between 2021 and 2025"

    private static let all = [
        FoundPrices(
            ["us-east-1"], infracost,
            [
                .natHour, .natGigabyte, .endpointHour, .endpointGigabyte, .taskCPUHour(.x86), .taskMemoryHour(.x86),
                .balancerHour, .balancerUnitHour, .serverHour("db.t3.medium"), .databaseGigabyte, .databaseIO,
                .backupGigabyte, .cpuCreditHour, .edgeRequest, .edgeUploadGigabyte, .webACL, .webACLRule,
                .webACLRequest, .logGigabyte, .logStorageGigabyte, .bucketGigabyte, .alarmFigure, .secret,
            ]),
        FoundPrices(
            ["us-east-1"], "a copy of AWS's list of 2026-07", [.taskCPUHour(.arm), .taskMemoryHour(.arm)]),
        FoundPrices(["us-east-1"], "a copy of AWS's list", [.ioOptimizedGigabyte]),
        FoundPrices(
            ["us-east-1"], "a program of AWS's own samples that reckons with them",
            [.vendedLogGigabyte, .bucketLogGigabyte]),
        FoundPrices(
            ["us-east-1"], "articles of 2026 on AWS's pricing pages", [.encryptionKey, .dashboard, .metric]),
        FoundPrices(["us-west-2"], "a copy of AWS's list of 2026", [.backupGigabyte]),
        // CloudFront's prices are those of where the browsers are.
        FoundPrices(
            ["us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "ap-southeast-2"], infracost,
            [.edgeRequest, .edgeUploadGigabyte]),
        FoundPrices(Set(PriceSnapshot.regions), infracost, [.zoneGigabyte]),
        FoundPrices(["us-east-1"], "a copy of AWS's list of 2026-03", [.serverHour("db.r6g.large")]),
        FoundPrices(["us-east-1", "eu-west-1"], "a copy of AWS's list of 2025-10", [.capacityUnitHour]),
        FoundPrices(["eu-west-1"], "a copy of AWS's list of 2026-10", [.natHour, .natGigabyte]),
        FoundPrices(["eu-west-1"], "a copy of AWS's list", [.serverHour("db.r5.large")]),
        FoundPrices(
            ["eu-central-1"], "a copy of AWS's list of 2026-07", [.taskCPUHour(.x86), .taskMemoryHour(.x86)]),
        FoundPrices(["eu-central-1"], "a copy of AWS's list", [.databaseIO, .natHour]),
        FoundPrices(
            ["ap-northeast-1"], "a copy of AWS's list of 2026-10",
            [.taskCPUHour(.x86), .taskMemoryHour(.x86), .balancerHour, .balancerUnitHour, .publicAddressHour, .secret]),
        FoundPrices(["ap-northeast-1"], "a bill of 2026-08", [.natHour]),
        FoundPrices(
            ["ap-northeast-1"], "articles on AWS's pricing pages",
            [.logGigabyte, .logStorageGigabyte, .bucketGigabyte, .databaseIO]),
        FoundPrices(
            ["ap-northeast-1"], "an estimate of AWS's calculator of 2025-12",
            [.serverHour("db.t4g.medium"), .capacityUnitHour]),
        FoundPrices(["ap-southeast-2"], "a bill of 2026", [.natHour]),
        FoundPrices(
            Set(PriceSnapshot.regions), "AWS's announcement of 2023-07, one price for every region",
            [.publicAddressHour]),
        FoundPrices(Set(PriceSnapshot.regions), "a copy of AWS's pricing page", [.edgeGigabyte]),
    ]
}
