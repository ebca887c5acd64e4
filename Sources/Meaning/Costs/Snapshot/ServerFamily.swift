import Stacks

/// The sizes of one kind of server, and what is taken for a price that was not found:
///
/// - in us-west-2 us-east-1's, and in Tokyo, Sydney and (but for T classes) Frankfurt Seoul's: each class that was found costs the same in both;
/// - elsewhere the multiple of the next smaller size. AWS rounds each by itself, so that a large one for 0.26 dollars is half an xlarge one for
///   0.519: what is worked out so may be a thousandth off.
struct ServerFamily {
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

    private struct Cell {
        var each: Dollars
        /// Nil for what was found.
        var derivation: String?
    }

    /// Column by column; the last is Seoul's.
    private typealias Row = [Cell]

    private let name: String
    private let sizes: [Size]
    /// By size, a word for each column; `-` where none was found.
    private let found: [Size: [String]]
    /// Of the prices with `~`, by column.
    private let derivations: [Int: String]

    private static let virginia = 0
    private static let seoul = PriceSnapshot.regions.count

    init(_ name: String, _ found: [Size: String], _ derivations: [Int: String] = [:]) {
        self.name = name
        sizes = Size.allCases.filter { found[$0] != nil }
        self.found = found.mapValues { text in
            text.split(separator: " ").map(String.init).filter { $0 != "|" }
        }
        self.derivations = derivations
    }

    var rows: [PriceRow] {
        var known: [Size: Row] = [:]
        return sizes.map { size in
            let row = row(size, known)
            known[size] = row
            let cells = row.dropLast()
            return PriceRow(
                .serverHour("\(name).\(size.rawValue)"),
                PriceKey(
                    "AmazonRDS", "Database Instance", "InstanceUsage:\(name).\(size.short)", "CreateDBInstance:0021"),
                .hour,
                cells.map { ($0.derivation == nil ? "" : "~") + $0.each.exact.dropFirst() }.joined(separator: " "),
                derivations: cells.map { $0.derivation ?? "" })
        }
    }

    private func row(_ size: Size, _ smaller: [Size: Row]) -> Row {
        let words = found[size] ?? []
        precondition(words.count == Self.seoul + 1, "\(name).\(size) has \(words.count) prices")
        var cells = words.enumerated().map { column, word in
            stated(word, column) ?? multiple(of: smaller, size, column)
        }
        for (column, word) in words.enumerated() where word == "-" {
            if let model = model(of: column) {
                let region = PriceSnapshot.regions[column]
                cells[column] = cells[model.column].map { like($0, of: model.words, in: region) }
            }
        }
        return cells.map { cell in
            guard let cell else { preconditionFailure("\(name).\(size) has a price without an origin") }
            return cell
        }
    }

    private func stated(_ word: String, _ column: Int) -> Cell? {
        guard let each = Dollars(String(word.drop { $0 == "~" })) else { return nil }
        return Cell(each: each, derivation: word.hasPrefix("~") ? derivations[column] : nil)
    }

    private func multiple(of smaller: [Size: Row], _ size: Size, _ column: Int) -> Cell? {
        let known = sizes.filter { $0.halves < size.halves && (found[$0]?[column] ?? "-") != "-" }
        guard let base = known.last, let cell = smaller[base]?[column] else { return nil }
        let factor = size.halves / base.halves
        let origin = cell.derivation.map { ", which is \($0)" } ?? ""
        return Cell(
            each: Dollars(billionths: cell.each.billionths * factor),
            derivation: "\(factor) times the price of \(name).\(base.rawValue)" + origin)
    }

    /// The region whose prices a region has.
    private func model(of column: Int) -> (column: Int, words: String)? {
        switch PriceSnapshot.regions.indices.contains(column) ? PriceSnapshot.regions[column] : "" {
        case "us-west-2": (Self.virginia, "us-east-1")
        case "ap-northeast-1", "ap-southeast-2": (Self.seoul, "Seoul")
        case "eu-central-1" where !name.hasPrefix("db.t"): (Self.seoul, "Seoul")
        default: nil
        }
    }

    private func like(_ cell: Cell, of model: String, in region: String) -> Cell {
        let isBurstable = { (name: String) in name.hasPrefix("db.t") }
        // Frankfurt's T classes cost less than Seoul's.
        let alike = FoundPrices.servers(in: region).filter { region != "eu-central-1" || !isBurstable($0) }
        let origin = cell.derivation.map { ", there \($0)" } ?? ""
        let words = "\(alike.joined(separator: ", ")) cost\(alike.count == 1 ? "s" : "") the same"
        return Cell(each: cell.each, derivation: "the price in \(model), where \(words)" + origin)
    }
}
