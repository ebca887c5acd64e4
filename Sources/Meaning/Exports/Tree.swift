import Resources

/// A document before it is written down in a language: what HCL, YAML and JSON have in common, and the few things that only
/// one of them has.
indirect enum Tree: Sendable, Equatable {
    /// Left out, with its key.
    case none
    case text(Resources.Value)
    case number(Int)
    case decimal(Double)
    case flag(Bool)
    /// Already in the language that is written.
    case expression(String)
    case list([Tree])
    /// In the order in which it is to be read.
    case map([Member])
    /// HCL's nested block: `name { … }`, once for each.
    case blocks([[Member]])
    /// A text that holds JSON, such as a policy.
    case json(Tree)
    /// A program in a language of its own: as it is read, line by line, where the document's language has a form for that. Its last line
    /// ends, too.
    case program(String)

    /// A key and what it holds.
    struct Member: Sendable, Equatable {
        var key: String
        var value: Tree
    }
}

extension Tree {
    static func texts(_ values: [Resources.Value]) -> Tree { .list(values.map { .text($0) }) }
    static func words(_ words: [String]) -> Tree { .list(words.map { .text(Resources.Value($0)) }) }
    static func word(_ word: String) -> Tree { .text(Resources.Value(word)) }
    static func optional(_ value: Resources.Value?) -> Tree { value.map { .text($0) } ?? .none }
    static func optional(_ number: Int?) -> Tree { number.map { .number($0) } ?? .none }

    /// One nested block.
    static func block(_ body: Tree) -> Tree { .blocks([body.members]) }
    static func blocks(_ bodies: [Tree]) -> Tree { .blocks(bodies.map(\.members)) }

    /// Of a map, without what is left out; empty for anything else.
    var members: [Member] {
        guard case .map(let members) = self else { return [] }
        return members.filter { $0.value != .none }
    }

    static func + (left: Tree, right: Tree) -> Tree { .map(left.members + right.members) }

    /// Whether it is written on one line whatever its length.
    var isScalar: Bool {
        switch self {
        case .none, .text, .number, .decimal, .flag, .expression: true
        case .list, .map, .blocks, .json, .program: false
        }
    }
}

extension Tree: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral text: String) { self = .text(Resources.Value(text)) }
    init(integerLiteral number: Int) { self = .number(number) }
    init(booleanLiteral flag: Bool) { self = .flag(flag) }
    init(arrayLiteral elements: Tree...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, Tree)...) {
        self = .map(elements.map { Member(key: $0.0, value: $0.1) })
    }
}

extension Dictionary where Key == String {
    /// Dictionaries have no order of their own: by key.
    func tree(_ value: (Value) -> Tree) -> Tree {
        .map(sorted { $0.key < $1.key }.map { Tree.Member(key: $0.key, value: value($0.value)) })
    }
}

/// Whole numbers without a decimal point.
func plainNumber(_ number: Double) -> String {
    number == number.rounded() && number.magnitude < 1e15 ? String(Int(number)) : String(number)
}
