import AWSServices
import Resources
import Stacks

/// Which version of Aurora PostgreSQL a stack gets. One with long-term support stays until its last day without forced minor
/// upgrades, so it comes before newer ones.
struct EngineChoice {
    struct Offer: Equatable {
        /// `17.7`
        var version: String
        /// `aurora-postgresql17`
        var family: String
    }

    static let longTermSupport = AccountFacts.longTermSupport

    var offered: [Offer]
    /// The version of the cluster that is there.
    var existing: String?

    /// - Parameter word: `auto`, a major version, or a full version.
    func offer(for word: String, region: String) throws(Report) -> Offer {
        let sorted = offered.sorted { Self.isOlder($1.version, $0.version) }
        if let existing, word == "auto" || Self.major(existing) == word {
            // AWS stops offering a minor version long before the clusters that have it are gone.
            return sorted.first { $0.version == existing }
                ?? Offer(version: existing, family: "aurora-postgresql\(Self.major(existing))")
        }
        let choice =
            if word == "auto" {
                Self.longTermSupport.lazy.compactMap { minor in sorted.first { $0.version == minor } }.first
                    ?? sorted.first
            } else {
                sorted.first { $0.version == word }
                    ?? Self.longTermSupport.lazy.filter { Self.major($0) == word }
                    .compactMap { minor in sorted.first { $0.version == minor } }.first
                    ?? sorted.first { Self.major($0.version) == word }
            }
        guard let choice else {
            throw Report(
                "\(region) does not offer Aurora PostgreSQL \(word == "auto" ? "" : word)",
                expected: "one of \(sorted.map(\.version).joined(separator: ", "))",
                next: "set database.version in the manifest, or leave it out")
        }
        return choice
    }

    private static func major(_ version: String) -> String { String(version.prefix { $0 != "." }) }

    static func isOlder(_ left: String, _ right: String) -> Bool {
        let (left, right) = (numbers(left), numbers(right))
        return left.lexicographicallyPrecedes(right)
    }

    private static func numbers(_ version: String) -> [Int] {
        version.split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
    }
}

extension EngineChoice.Offer {
    /// Nil for Limitless and other variants, whose versions say more than numbers.
    init?(_ version: RDS.DBEngineVersion) {
        guard let number = version.engineVersion, let family = version.dbParameterGroupFamily,
            number.allSatisfy({ $0.isNumber || $0 == "." })
        else { return nil }
        self.init(version: number, family: family)
    }
}
