import Stacks

/// Aurora PostgreSQL's servers with standard storage, on demand.
/// Columns: us-east-1, us-west-2, eu-west-1, eu-central-1, ap-northeast-1, ap-southeast-2.
extension PriceSnapshot {
    private static let byT3 = "us-east-1's price in the proportion that db.t3.medium has in the two regions"
    private static let byR6g = "us-east-1's price in the proportion that db.r6g.large has in the two regions"
    private static let byR7g = "that of db.r7g.large, which is the same where both are known"
    private static let bySeoul = "the price in Seoul, where db.r6g.large costs the same"
    private static let byBill = "the price on a bill of a region where db.r6g.large costs the same"

    static let servers: [PriceRow] = [
        ServerFamily(
            "db.t4g", from: .medium, to: .large, "0.073 0.073 ~0.078 0.085 0.113 0.113", [2: byT3],
            larger: [.large: "0.146 0.146 - - ~0.227 ~0.227"], bySeoul),
        ServerFamily("db.t3", from: .medium, to: .large, "0.082 0.082 0.088 0.096 0.125 0.125"),
        ServerFamily("db.r5", from: .large, to: .x4, "0.29 0.29 0.32 0.35 0.35 0.35", isLinear: true),
        ServerFamily(
            "db.r6g", from: .large, to: .x16, "0.26 0.26 0.286 0.313 0.313 0.313",
            larger: [
                .xlarge: "0.519 0.519 - ~0.627 ~0.627 ~0.627", .x2: "1.038 1.038 - ~1.253 ~1.253 ~1.253",
                .x4: "2.076 2.076 - - - -",
            ], byBill),
        ServerFamily("db.r6i", from: .large, to: .x16, "0.29 0.29 0.32 0.35 0.35 0.35"),
        ServerFamily(
            "db.r7g", from: .large, to: .x16, "0.276 0.276 ~0.304 ~0.333 ~0.333 ~0.333",
            [2: byR6g, 3: bySeoul, 4: bySeoul, 5: bySeoul],
            larger: [
                .xlarge: "0.553 0.553 - ~0.665 ~0.665 ~0.665", .x2: "1.106 1.106 - - - -", .x4: "2.211 2.211 - - - -",
            ], bySeoul),
        ServerFamily(
            "db.r8g", from: .large, to: .x16, "0.276 0.276 ~0.304 ~0.333 ~0.333 ~0.333",
            [2: byR7g, 3: byR7g, 4: byR7g, 5: byR7g],
            larger: [.xlarge: "0.552 0.552 - - - -", .x2: "1.104 1.104 - - - -"]),
    ].flatMap(\.rows)
}

/// The sizes of one kind of server. Their prices double with their size, but AWS rounds each by itself, so that a large one for
/// 0.26 dollars is half an xlarge one for 0.519: what is not known of a size is worked out, and says so.
private struct ServerFamily {
    enum Size: String, CaseIterable {
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

        /// As usage types have it: `xl`, `2xl`.
        var short: String { rawValue.hasSuffix("xlarge") ? String(rawValue.dropLast(4)) : rawValue }
    }

    let name: String
    let least: Size
    let most: Size
    /// Of the least size.
    let prices: [String]
    /// Of its prices with `~`, by column.
    let derivations: [Int: String]
    /// Of larger sizes, where they are known or better known than by their share; `-` where not.
    let larger: [Size: [String]]
    /// Of the prices with `~` in `larger`.
    let largerDerivation: String
    /// Every size that was found is a multiple of the least one.
    let isLinear: Bool

    init(
        _ name: String, from least: Size, to most: Size, _ prices: String, _ derivations: [Int: String] = [:],
        larger: [Size: String] = [:], _ largerDerivation: String = "", isLinear: Bool = false
    ) {
        (self.name, self.least, self.most) = (name, least, most)
        self.prices = Self.words(prices)
        self.derivations = derivations
        self.larger = larger.mapValues(Self.words)
        self.largerDerivation = largerDerivation
        self.isLinear = isLinear
    }

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    var rows: [PriceRow] {
        Size.allCases.filter { (least.halves...most.halves).contains($0.halves) }.map { size in
            let cells = prices.indices.map { cell(size, $0) }
            return PriceRow(
                .serverHour("\(name).\(size.rawValue)"),
                PriceKey(
                    "AmazonRDS", "Database Instance", "InstanceUsage:\(name).\(size.short)", "CreateDBInstance:0021"),
                .hour, cells.map(\.price).joined(separator: " "), derivations: cells.map(\.derivation))
        }
    }

    private func cell(_ size: Size, _ column: Int) -> (price: String, derivation: String) {
        guard size != least else { return (prices[column], derivations[column] ?? "") }
        if let known = larger[size]?[column], known != "-" { return (known, largerDerivation) }
        let base = prices[column]
        let factor = size.halves / least.halves
        let scaled = Self.decimal(String(base.drop { $0 == "~" }), times: factor)
        guard !isLinear else { return (scaled, "") }
        let origin = derivations[column].map { ", which is \($0)" } ?? "; AWS rounds each size by itself"
        return ("~" + scaled, "\(factor) times the price of \(name).\(least.rawValue)" + origin)
    }

    private static func decimal(_ text: String, times factor: Int) -> String {
        guard let one = Dollars(text) else { return text }
        return String(Dollars(billionths: one.billionths * factor).exact.dropFirst())
    }
}
