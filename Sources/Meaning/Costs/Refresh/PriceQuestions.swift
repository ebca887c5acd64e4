import Stacks

/// Which products have the prices that an estimate uses.
enum PriceQuestions {
    private static let aurora = "Aurora PostgreSQL"

    /// Several items of a service share a question where the answer stays small. The attributes are those of recorded answers
    /// of the API and of copies of the list, 2022 to 2026.
    static func query(for item: PriceItem, _ key: PriceKey, region: String) -> PriceQuery {
        switch item {
        case .edgeGigabyte, .edgeRequest, .edgeUploadGigabyte:
            // CloudFront has no regions: its usage types begin with where the browsers are.
            return PriceQuery(
                service: key.service, filters: ["usagetype": "\(browsers(near: region))-\(key.usageType)"])
        case .serverHour(let name):
            // A family of thousands.
            return PriceQuery(
                service: key.service,
                filters: ["regionCode": region, "instanceType": name, "databaseEngine": aurora])
        case .cpuCreditHour:
            // RDS's own engines pay less for theirs.
            return PriceQuery(
                service: key.service,
                filters: ["regionCode": region, "productFamily": key.family, "databaseEngine": aurora])
        case .publicAddressHour:
            return PriceQuery(
                service: key.service, filters: ["regionCode": region, "group": "VPCPublicIPv4Address"])
        case .dashboard, .edgeFunction:
            // In no region: its location is "Any".
            return PriceQuery(service: key.service, filters: ["usagetype": key.usageType])
        case .bucketGigabyte:
            return PriceQuery(
                service: key.service,
                filters: ["regionCode": region, "productFamily": key.family, "volumeType": "Standard"])
        default:
            return PriceQuery(
                service: key.service, filters: ["regionCode": region, "productFamily": key.family])
        }
    }

    private static func browsers(near region: String) -> String {
        switch region.prefix(3) {
        case "eu-": "EU"
        case "ap-": region == "ap-southeast-2" ? "AU" : "JP"
        default: "US"
        }
    }

    /// The product that an item is: of those whose usage type ends so, the one with the least before it, which is the region's
    /// letters alone. Nil where there is none, or where several disagree about the price.
    static func product(for key: PriceKey, among products: [ListedProduct]) -> ListedProduct? {
        let fitting = products.filter { product in
            (product.usageType == key.usageType || product.usageType.hasSuffix("-" + key.usageType))
                && (key.operation.isEmpty || product.operation == key.operation) && !product.steps.isEmpty
        }
        guard let least = fitting.map(\.usageType.count).min() else { return nil }
        let plain = fitting.filter { $0.usageType.count == least }
        return plain.allSatisfy { $0.steps == plain[0].steps } ? plain[0] : nil
    }
}

extension [ListedProduct.Step] {
    /// Some begin with what every account has for nothing (CloudFront's functions with two million runs). That is the account's, not the
    /// stack's, and `Allowance` takes it off.
    fileprivate var withoutFreeBeginning: [ListedProduct.Step] {
        guard count > 1, let first, first.each.allSatisfy({ $0 == "0" || $0 == "." }) else { return self }
        var rest = Array(dropFirst())
        rest[0].from = first.from
        return rest
    }
}

extension ListedProduct {
    /// Nil when a number cannot be read exactly.
    func price(_ key: PriceKey, _ unit: PriceUnit) -> Price? {
        var found: [Price.Step] = []
        for step in steps.withoutFreeBeginning {
            // The list writes ten digits behind the point; a billionth is the ninth.
            var each = step.each
            while each.contains("."), each.last == "0" || each.last == "." {
                let isPoint = each.removeLast() == "."
                if isPoint { break }
            }
            guard let dollars = Dollars(each), let from = Int(step.from.prefix { $0 != "." }), from >= 0,
                from <= 1_000_000_000_000
            else { return nil }
            found.append(Price.Step(from: Quantity(from), each: dollars))
        }
        found.sort { $0.from < $1.from }
        guard found.first?.from == .zero else { return nil }
        return Price(key: key, unit: unit, steps: found, source: .list(published))
    }
}
