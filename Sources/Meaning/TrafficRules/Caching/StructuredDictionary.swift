/// A dictionary of RFC 9651 (structured field values), read strictly: anything that is none makes the whole field count as absent
/// (RFC 9213 §2.1). Of what caches need only the values of members are kept; parameters and inner lists are checked and
/// passed over.
struct StructuredDictionary {
    enum Value: Equatable {
        case integer(Int)
        case boolean(Bool)
        /// A string without its quotes; escapes are left out.
        case text(ArraySlice<UInt8>)
        /// A decimal, token, byte sequence, date or inner list.
        case other
    }

    /// In order; of a repeated name the last value counts and stands at its first place.
    private(set) var members: [(name: ArraySlice<UInt8>, value: Value)] = []
    private var rest: ArraySlice<UInt8>

    /// Nil for an empty or malformed dictionary.
    init?(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
        skip { $0 == 32 }
        guard !rest.isEmpty else { return nil }
        while true {
            guard let name = key() else { return nil }
            var value: Value? = .boolean(true)
            if take(61) { value = rest.first == 40 ? innerList() : item() }
            guard let value, parameters() else { return nil }
            if let index = members.firstIndex(where: { $0.name.elementsEqual(name) }) {
                members[index].value = value
            } else {
                members.append((name, value))
            }
            skip(\.isBlank)
            if rest.isEmpty { return }
            guard take(44) else { return nil }
            skip(\.isBlank)
            guard !rest.isEmpty else { return nil }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func skip(_ isSkipped: (UInt8) -> Bool) { rest = rest.drop(while: isSkipped) }

    private mutating func run(_ isIncluded: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let run = rest.prefix(while: isIncluded)
        rest = rest[run.endIndex...]
        return run
    }

    private static func isLower(_ byte: UInt8) -> Bool { (97...122).contains(byte) }

    private mutating func key() -> ArraySlice<UInt8>? {
        guard let first = rest.first, Self.isLower(first) || first == 42 else { return nil }
        return run { Self.isLower($0) || $0.isDigit || [95, 45, 46, 42].contains($0) }
    }

    private mutating func parameters() -> Bool {
        while take(59) {
            skip { $0 == 32 }
            guard key() != nil else { return false }
            if take(61), item() == nil { return false }
        }
        return true
    }

    private mutating func innerList() -> Value? {
        guard take(40) else { return nil }
        while true {
            skip { $0 == 32 }
            if take(41) { return .other }
            guard item() != nil, parameters(), rest.first == 32 || rest.first == 41 else { return nil }
        }
    }

    private mutating func item() -> Value? {
        guard let first = rest.first else { return nil }
        switch first {
        case 45, 48...57: return number()
        case 34: return string()
        case 63:
            rest.removeFirst()
            if take(49) { return .boolean(true) }
            return take(48) ? .boolean(false) : nil
        case 58:
            rest.removeFirst()
            _ = run { $0.isDigit || Self.isLower($0 | 32) || [43, 47, 61].contains($0) }
            return take(58) ? .other : nil
        case 64:
            rest.removeFirst()
            if case .integer = number() { return .other }
            return nil
        default:
            guard Self.isLower(first | 32) || first == 42 else { return nil }
            _ = run { $0.isTokenByte || $0 == 58 || $0 == 47 }
            return .other
        }
    }

    /// At most 15 digits, or 12 before and 3 behind a point.
    private mutating func number() -> Value? {
        let isNegative = take(45)
        let digits = run(\.isDigit)
        guard (1...15).contains(digits.count) else { return nil }
        guard take(46) else {
            let value = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
            return .integer(isNegative ? -value : value)
        }
        let fraction = run(\.isDigit)
        return digits.count <= 12 && (1...3).contains(fraction.count) ? .other : nil
    }

    private mutating func string() -> Value? {
        guard take(34) else { return nil }
        let whole = rest
        var hasEscape = false
        while let byte = rest.popFirst() {
            switch byte {
            case 34: return hasEscape ? .other : .text(whole[..<(rest.startIndex - 1)])
            case 92:
                hasEscape = true
                guard let escaped = rest.popFirst(), escaped == 34 || escaped == 92 else { return nil }
            case 32...126: break
            default: return nil
            }
        }
        return nil
    }
}
