import Resources

extension Tree {
    /// Reads JSON in whose texts something may still have to be learnt; nil when it is not JSON.
    init?(json: Resources.Value) {
        var reader = JSONReader(json)
        guard let tree = reader.value(), reader.isAtEnd else { return nil }
        self = tree
    }
}

/// JSON without numbers in exponents, which Terrace never writes. Nested so deep as we write it ourselves.
private struct JSONReader {
    private enum Symbol {
        case character(Unicode.Scalar)
        case hole(Value.Part)
    }

    private let symbols: [Symbol]
    private var position = 0

    init(_ value: Value) {
        symbols = value.parts.flatMap { part -> [Symbol] in
            if case .text(let text) = part { return text.unicodeScalars.map { .character($0) } }
            return [.hole(part)]
        }
    }

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return position == symbols.count
        }
    }

    mutating func value() -> Tree? {
        switch next() {
        case "{": object()
        case "[": array()
        case "\"": text().map { .text($0) }
        default: word()
        }
    }

    private mutating func object() -> Tree? {
        var members: [Tree.Member] = []
        position += 1
        if take("}") { return .map([]) }
        repeat {
            guard next() == "\"", let key = text()?.literal, take(":"), let value = value() else { return nil }
            members.append(Tree.Member(key: key, value: value))
        } while take(",")
        return take("}") ? .map(members) : nil
    }

    private mutating func array() -> Tree? {
        var elements: [Tree] = []
        position += 1
        if take("]") { return .list([]) }
        repeat {
            guard let element = value() else { return nil }
            elements.append(element)
        } while take(",")
        return take("]") ? .list(elements) : nil
    }

    private mutating func text() -> Value? {
        var parts: [Value.Part] = []
        position += 1
        while position < symbols.count {
            let symbol = symbols[position]
            position += 1
            switch symbol {
            case .hole(let part): parts.append(part)
            case .character("\""): return Value(parts: parts)
            case .character("\\"):
                guard let escaped = escape() else { return nil }
                parts.append(.text(escaped))
            case .character(let scalar): parts.append(.text(String(scalar)))
            }
        }
        return nil
    }

    private mutating func escape() -> String? {
        guard position < symbols.count, case .character(let scalar) = symbols[position] else { return nil }
        position += 1
        return scalar == "u"
            ? number()
            : ["\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t"][scalar]
    }

    /// Four digits. None of a pair that stands for one scalar: Terrace writes such scalars as they are.
    private mutating func number() -> String? {
        let digits = symbols[position...].prefix(4).compactMap { symbol in
            if case .character(let scalar) = symbol { Character(scalar) } else { nil }
        }
        guard digits.count == 4, digits.allSatisfy(\.isHexDigit), let value = UInt32(String(digits), radix: 16) else {
            return nil
        }
        position += 4
        return Unicode.Scalar(value).map { String($0) }
    }

    private mutating func word() -> Tree? {
        var word = ""
        while position < symbols.count, case .character(let character) = symbols[position],
            Character(character).isLetter || Character(character).isNumber || "-.".unicodeScalars.contains(character)
        {
            word.unicodeScalars.append(character)
            position += 1
        }
        switch word {
        case "true": return .flag(true)
        case "false": return .flag(false)
        case "null": return Tree.none
        default: return Int(word).map { .number($0) } ?? Double(word).map { .decimal($0) }
        }
    }

    private mutating func skipSpace() {
        while position < symbols.count, case .character(let character) = symbols[position],
            character.properties.isWhitespace
        {
            position += 1
        }
    }

    private mutating func next() -> Unicode.Scalar? {
        skipSpace()
        guard position < symbols.count, case .character(let character) = symbols[position] else { return nil }
        return character
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next() == character else { return false }
        position += 1
        return true
    }
}
