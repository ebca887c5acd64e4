/// Numbers, words and texts.
extension Shape where Value == Int {
    static func integer(in range: ClosedRange<Int>) -> Shape {
        var shape = Shape(
            schema: .object([
                ("type", .text("integer")), ("minimum", .number(range.lowerBound)),
                ("maximum", .number(range.upperBound)),
            ])
        ) { found, report in
            let allowed = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            guard let number = found.integer(allowed: allowed, &report) else { return nil }
            guard range.contains(number) else {
                let nearest = number < range.lowerBound ? range.lowerBound : range.upperBound
                report.error(found, "\(number) is out of range", allowed: allowed, nearest: String(nearest))
                return nil
            }
            return number
        }
        shape.literal = { .number($0) }
        return shape
    }

    static func integer(among numbers: [Int]) -> Shape {
        var shape = Shape(schema: .object([("type", .text("integer")), ("enum", .list(numbers.map(JSON.number)))])) {
            found, report in
            let allowed = numbers.map(String.init).joined(separator: ", ")
            guard let number = found.integer(allowed: allowed, &report) else { return nil }
            guard numbers.contains(number) else {
                let nearest = Nearest.number(to: number, in: numbers).map(String.init)
                report.error(found, "\(number) is not one of the sizes", allowed: allowed, nearest: nearest)
                return nil
            }
            return number
        }
        shape.literal = { .number($0) }
        return shape
    }
}

extension Shape where Value == Double {
    /// In steps of a half.
    static func halves(in range: ClosedRange<Double>) -> Shape {
        let bounds = (JSON.decimal(range.lowerBound), JSON.decimal(range.upperBound))
        var shape = Shape(
            schema: .object([
                ("type", .text("number")), ("minimum", bounds.0), ("maximum", bounds.1), ("multipleOf", .decimal(0.5)),
            ])
        ) { found, report in
            let allowed = "a number from \(bounds.0.printed()) to \(bounds.1.printed()) in steps of 0.5"
            guard case .scalar(let text, isPlain: true) = found.value.content, text.utf8.first.map(isDigit) == true,
                let number = Double(text), number.isFinite
            else {
                report.error(found, "found \(found.value.described)", allowed: allowed)
                return nil
            }
            guard range.contains(number), (number * 2).rounded() == number * 2 else {
                report.error(found, "\(Excerpt.path(text)) is out of range", allowed: allowed)
                return nil
            }
            return number
        }
        shape.literal = { .decimal($0) }
        return shape
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension Shape where Value == String {
    static func text(_ rule: TextRule) -> Shape {
        let types = rule.types.map(JSON.text)
        let type: JSON = types.count == 1 ? types[0] : .list(types)
        var schema: [(key: String, value: JSON)] = [("type", type)]
        if !rule.pattern.isEmpty { schema.append(("pattern", .text(rule.pattern))) }
        var shape = Shape(schema: .object(schema)) { found, report in
            guard let text = found.text else {
                report.error(found, "found \(found.value.described)", allowed: rule.allowed)
                return nil
            }
            guard let mistake = rule.mistake(text) else { return text }
            let nearest = Nearest.word(to: text, in: rule.known)
            report.error(found, "\(found.value.described) \(mistake)", allowed: rule.allowed, nearest: nearest)
            return nil
        }
        shape.literal = { .text($0) }
        return shape
    }
}

extension Shape where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    /// One of the words of an enumeration.
    static var choice: Shape {
        let words = Value.allCases.map(\.rawValue)
        var shape = Shape(schema: .object([("enum", .list(words.map(JSON.text)))])) { found, report in
            let allowed = words.joined(separator: ", ")
            guard let text = found.text else {
                report.error(found, "found \(found.value.described)", allowed: allowed)
                return nil
            }
            if let value = Value(rawValue: text) { return value }
            report.error(
                found, "there is no \(Excerpt.quoted(text))", allowed: allowed,
                nearest: Nearest.word(to: text, in: words))
            return nil
        }
        shape.literal = { .text($0.rawValue) }
        return shape
    }
}

extension Found {
    /// A plain decimal number: no quotes, and none of YAML's other notations (octal `010`, `0x10`, `1_000`).
    fileprivate func integer(allowed: String, _ report: inout MistakeList) -> Int? {
        if case .scalar(let text, isPlain: true) = value.content {
            let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
            let isDecimal =
                !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            let hasLeadingZero = digits.count > 1 && digits.first == UInt8(ascii: "0")
            if isDecimal, !hasLeadingZero, let number = Int(text) { return number }
        }
        if case .scalar(let text, isPlain: false) = value.content, Int(text) != nil {
            report.error(self, "found \(value.described), which is a text", allowed: allowed, nearest: text)
        } else {
            report.error(self, "found \(value.described)", allowed: allowed)
        }
        return nil
    }
}
