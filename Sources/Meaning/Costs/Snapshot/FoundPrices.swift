import Resources

/// Prices of the snapshot that were found, the same, in copies of AWS's price list and pricing pages, on bills, or in documents that
/// cite them. The others are worked out from these, and `terrace cost` says how many of an estimate's those are.
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

    /// Classes of servers whose price was found in a region, by name.
    static func servers(in region: String) -> [String] {
        Set(
            all.filter { $0.regions.contains(region) }.flatMap(\.items).compactMap { item in
                if case .serverHour(let name) = item { name } else { nil }
            }
        ).sorted()
    }

    // What was found in several places stands in one: where it is newest, and of one month where it is nearest to the list.

    private static let infracost = "Infracost's tests, which read AWS's list between 2021 and 2025"
    /// The files that AWS's own pricing pages load: AWS published these between 2025-08 and 2025-11.
    private static let pages = "a copy of the data of AWS's pricing pages of 2025"

    private static let pages2026 = "a copy of the data of AWS's pricing pages of 2026-09"
    /// Their authors say that they took them from the list.
    private static let tables = "tables of 2026 in programs that reckon with AWS's list"

    private static func list(of month: String) -> String { "a copy of AWS's list of \(month)" }
    /// Its authors say that they read the prices from the list.
    private static func document(of month: String) -> String { "a document that cites AWS's list of \(month)" }

    private static let all = america + europe + asia + everywhere

    private static let america: [FoundPrices] = [
        FoundPrices(
            ["us-east-1"], list(of: "2026-10"),
            [
                .taskCPUHour(.x86), .taskMemoryHour(.x86), .imageGigabyte, .balancerHour, .balancerUnitHour,
                .edgeRequest, .webACL, .webACLRule, .webACLRequest, .bucketGigabyte, .secret,
            ]),
        FoundPrices(
            ["us-east-1"], list(of: "2026-08"),
            [.serverHour("db.r6g.large"), .databaseGigabyte, .databaseIO, .ioOptimizedGigabyte]),
        FoundPrices(["us-east-1"], list(of: "2026-09"), [.serverHour("db.r8g.large")]),
        FoundPrices(
            ["us-east-1"], list(of: "2026-07"),
            [
                .taskCPUHour(.arm), .taskMemoryHour(.arm), .serverHour("db.t3.medium"), .serverHour("db.r5.large"),
                .serverHour("db.r5.2xlarge"), .serverHour("db.r6i.large"),
            ]),
        FoundPrices(["us-east-1"], document(of: "2026-06"), [.serverHour("db.r7g.large")]),
        FoundPrices(
            ["us-east-1"], "tests of 2026 of programs that read AWS's list",
            [.serverHour("db.r6g.2xlarge"), .serverHour("db.r7g.xlarge"), .serverHour("db.r8g.2xlarge")]),
        FoundPrices(
            ["us-east-1"], tables,
            [
                .serverHour("db.t4g.medium"), .serverHour("db.t4g.large"), .serverHour("db.r6g.xlarge"),
                .serverHour("db.r7g.2xlarge"), .serverHour("db.r8g.xlarge"),
            ]),
        FoundPrices(["us-east-1"], list(of: "2025-10"), [.capacityUnitHour]),
        FoundPrices(
            ["us-east-1"], infracost,
            [
                .endpointHour, .endpointGigabyte, .backupGigabyte, .cpuCreditHour("db.t4g"),
                .edgeUploadGigabyte,
            ]),
        FoundPrices(["us-east-1"], "articles of 2026 on AWS's pricing pages", [.dashboard]),

        FoundPrices(["us-west-2"], list(of: "2026-09"), [.backupGigabyte, .bucketGigabyte]),
        FoundPrices(
            ["us-west-2"], document(of: "2026-09"),
            [
                .imageGigabyte, .balancerHour, .balancerUnitHour, .capacityUnitHour, .secret,
            ]),
        FoundPrices(
            ["us-west-2"], pages2026,
            [.serverHour("db.r6g.large"), .databaseGigabyte, .databaseIO, .ioOptimizedGigabyte]),
        FoundPrices(["us-west-2"], "a bill of 2026-06", [.serverHour("db.r8g.large")]),
        FoundPrices(
            ["us-west-2"], pages,
            [.taskCPUHour(.x86), .taskMemoryHour(.x86), .taskCPUHour(.arm), .taskMemoryHour(.arm)]),
    ]

    private static let europe: [FoundPrices] = [
        FoundPrices(["eu-west-1"], list(of: "2026-10"), [.natHour, .natGigabyte]),
        FoundPrices(
            ["eu-west-1"], list(of: "2026-09"),
            [.taskCPUHour(.x86), .taskMemoryHour(.x86), .imageGigabyte, .bucketGigabyte, .secret]),
        FoundPrices(
            ["eu-west-1"], pages2026,
            [
                .serverHour("db.r6g.large"), .databaseGigabyte, .databaseIO, .ioOptimizedGigabyte, .backupGigabyte,
            ]),
        FoundPrices(["eu-west-1"], document(of: "2026-09"), [.capacityUnitHour]),
        FoundPrices(["eu-west-1"], "a bill of 2026-07", [.balancerHour]),
        FoundPrices(["eu-west-1"], document(of: "2026-05"), [.taskCPUHour(.arm), .taskMemoryHour(.arm)]),
        FoundPrices(["eu-west-1"], "a copy of AWS's list", [.serverHour("db.r5.large"), .balancerUnitHour]),

        FoundPrices(["eu-central-1"], document(of: "2026-10"), [.taskCPUHour(.arm), .taskMemoryHour(.arm)]),
        FoundPrices(
            ["eu-central-1"], document(of: "2026-09"),
            [.imageGigabyte, .capacityUnitHour, .databaseGigabyte, .databaseIO, .secret]),
        FoundPrices(["eu-central-1"], list(of: "2026-07"), [.taskCPUHour(.x86), .taskMemoryHour(.x86)]),
        FoundPrices(["eu-central-1"], "a bill of 2026-06", [.balancerHour]),
        FoundPrices(["eu-central-1"], infracost, [.serverHour("db.t4g.medium"), .backupGigabyte]),
        FoundPrices(["eu-central-1"], pages, [.bucketGigabyte]),
    ]

    private static let asia: [FoundPrices] = [
        FoundPrices(
            ["ap-northeast-1"], list(of: "2026-10"),
            [.taskCPUHour(.x86), .taskMemoryHour(.x86), .balancerHour, .balancerUnitHour, .publicAddressHour, .secret]),
        FoundPrices(["ap-northeast-1"], document(of: "2026-09"), [.taskCPUHour(.arm), .taskMemoryHour(.arm)]),
        FoundPrices(["ap-northeast-1"], "a bill of 2026-08", [.natHour]),
        FoundPrices(
            ["ap-northeast-1"], list(of: "2026-08"), [.databaseGigabyte, .databaseIO, .ioOptimizedGigabyte]),
        FoundPrices(
            ["ap-northeast-1"], document(of: "2026-07"),
            [
                .serverHour("db.t4g.medium"), .serverHour("db.r6g.large"), .capacityUnitHour, .cpuCreditHour("db.t4g"),
            ]),
        FoundPrices(["ap-northeast-1"], "articles on AWS's pricing pages", [.bucketGigabyte]),

        FoundPrices(["ap-southeast-2"], "a bill of 2026", [.natHour]),
        FoundPrices(
            ["ap-southeast-2"], document(of: "2026"),
            [
                .taskCPUHour(.x86), .taskMemoryHour(.x86), .taskCPUHour(.arm), .taskMemoryHour(.arm), .balancerHour,
                .capacityUnitHour, .databaseGigabyte, .databaseIO,
            ]),
        FoundPrices(["ap-southeast-2"], pages, [.bucketGigabyte]),
    ]

    private static let everywhere: [FoundPrices] = [
        FoundPrices(
            Set(PriceSnapshot.regions), pages,
            [
                .natHour, .natGigabyte, .logGigabyte, .logStorageGigabyte, .vendedLogGigabyte, .bucketLogGigabyte,
                .parquetGigabyte, .alarmFigure, .metric, .encryptionKey,
            ]),
        FoundPrices(
            Set(PriceSnapshot.regions), "AWS's announcement of 2023-07, one price for every region",
            [.publicAddressHour]),
        FoundPrices(Set(PriceSnapshot.regions), "a copy of AWS's pricing page", [.edgeGigabyte, .stateTransition]),
        FoundPrices(Set(PriceSnapshot.regions), infracost, [.zoneGigabyte, .edgeFunction]),
        FoundPrices(Set(PriceSnapshot.regions), list(of: "2019"), [.serverHour("db.r5.xlarge")]),
        FoundPrices(beyondVirginia, pages, [.endpointHour, .endpointGigabyte]),
        // CloudFront's prices are those of where the browsers are.
        FoundPrices(beyondVirginia, infracost, [.edgeRequest, .edgeUploadGigabyte]),
    ]

    private static let beyondVirginia = Set(PriceSnapshot.regions).subtracting(["us-east-1"])
}
