/// A JSON value that keeps the order of its members, so that what is generated is the same everywhere.
indirect enum JSON: Sendable, Equatable {
    case text(String)
    case number(Int)
    case decimal(Double)
    case bool(Bool)
    case list([JSON])
    case object([(key: String, value: JSON)])

    static func == (left: JSON, right: JSON) -> Bool { left.printed() == right.printed() }

    /// Members of `self` with those of `other` behind them; a value that is no object is left alone.
    func adding(_ other: [(key: String, value: JSON)]) -> JSON {
        guard case .object(let members) = self else { return self }
        return .object(members + other)
    }

    func printed(indent: String = "") -> String {
        switch self {
        case .text(let text): text.quotedForJSON
        case .number(let number): String(number)
        case .decimal(let number): number == number.rounded() ? String(Int(number)) : String(number)
        case .bool(let flag): String(flag)
        case .list(let values) where values.isEmpty: "[]"
        case .list(let values) where values.allSatisfy(\.isSimple):
            "[" + values.map { $0.printed() }.joined(separator: ", ") + "]"
        case .list(let values):
            JSON.block("[", "]", values.map { $0.printed(indent: indent + "  ") }, indent)
        case .object(let members) where members.isEmpty: "{}"
        case .object(let members):
            JSON.block(
                "{", "}", members.map { "\($0.key.quotedForJSON): \($0.value.printed(indent: indent + "  "))" }, indent)
        }
    }

    private var isSimple: Bool {
        switch self {
        case .text, .number, .decimal, .bool: true
        case .list, .object: false
        }
    }

    private static func block(_ open: String, _ close: String, _ lines: [String], _ indent: String) -> String {
        open + "\n" + lines.map { "\(indent)  \($0)" }.joined(separator: ",\n") + "\n\(indent)\(close)"
    }
}
