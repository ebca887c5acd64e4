/// Amounts that a month brings, and money.
extension Shape where Value == Int {
    /// `10M/month`, `50/s`: how often something happens, as times a month of 730 hours.
    static var monthly: Shape {
        let allowed = "a number with k, M or G where it is large, each /s, /hour, /day or /month, such as 10M/month"
        let pattern = "^[0-9]+(\\.[0-9]+)?[kMG]?/(s|hour|day|month)$"
        var shape = Shape(schema: .object([("type", .text("string")), ("pattern", .text(pattern))])) { found, report in
            guard let text = found.text else {
                report.error(found, "found \(found.value.described)", allowed: allowed)
                return nil
            }
            if let value = MonthlyCount.reading(text) { return value }
            let nearest = MonthlyCount.reading(text + "/month") == nil ? nil : text + "/month"
            let mistake = nearest == nil ? "is not a frequency" : "does not say how often"
            report.error(found, "\(found.value.described) \(mistake)", allowed: allowed, nearest: nearest)
            return nil
        }
        shape.literal = { .text(MonthlyCount.written($0)) }
        return shape
    }

    /// A number with up to two digits behind the point, in hundredths.
    static func hundredths(in range: ClosedRange<Int>, _ unit: String) -> Shape {
        let allowed =
            "a number of \(unit) from \(range.lowerBound) to \(range.upperBound), at most two digits behind the point"
        let bounds: [(key: String, value: JSON)] = [
            ("type", .text("number")), ("minimum", .number(range.lowerBound)), ("maximum", .number(range.upperBound)),
        ]
        var shape = Shape(schema: .object(bounds)) { found, report in
            guard case .scalar(let text, isPlain: true) = found.value.content, let value = Hundredths.reading(text),
                (range.lowerBound * 100...range.upperBound * 100).contains(value)
            else {
                report.error(found, "found \(found.value.described)", allowed: allowed)
                return nil
            }
            return value
        }
        shape.literal = { .decimal(Double($0) / 100) }
        return shape
    }
}

extension Shape where Value == Bool {
    static var flag: Shape {
        var shape = Shape(schema: .object([("type", .text("boolean"))])) { found, report in
            if case .scalar(let text, isPlain: true) = found.value.content, ["true", "false"].contains(text) {
                return text == "true"
            }
            report.error(found, "found \(found.value.described)", allowed: "true or false")
            return nil
        }
        shape.literal = { .bool($0) }
        return shape
    }
}

extension Shape where Value == ByteCount {
    /// `500GB`, `1.5 TB`, `0GB`; up to a PiB. KB, MB, GB mean KiB, MiB, GiB: AWS bills its GB so.
    static var volume: Shape {
        let allowed = "a number with a unit up to 1024 TB, such as 500GB or 1.5 TB"
        let pattern = "^[0-9]+(\\.[0-9]+)? ?[KkMmGgTt]i?[Bb]$"
        var shape = Shape(schema: .object([("type", .text("string")), ("pattern", .text(pattern))])) { found, report in
            guard let volume = found.text.flatMap(ByteCount.init(volume:)) else {
                report.error(found, "\(found.value.described) is not an amount of data", allowed: allowed)
                return nil
            }
            return volume
        }
        shape.literal = { .text($0.description) }
        return shape
    }
}

extension Shape where Value == Dollars {
    /// Dollars a month.
    static var money: Shape {
        let allowed = "dollars a month, such as 400 or 99.50"
        let schema: JSON = .object([
            ("type", .text("number")), ("minimum", .number(0)), ("maximum", .number(1_000_000_000)),
        ])
        var shape = Shape(schema: schema) { found, report in
            guard case .scalar(let text, isPlain: true) = found.value.content, let value = Dollars(text),
                value == value.roundedToCents, value <= Dollars.cents(100_000_000_000)
            else {
                report.error(found, "found \(found.value.described)", allowed: allowed)
                return nil
            }
            return value
        }
        shape.literal = { .text($0.exact) }
        return shape
    }
}

/// How often something happens in a month of 730 hours, as AWS's own estimates count one.
enum MonthlyCount {
    /// Above this sums of money would not fit; nobody pays for it either.
    private static let most = 1_000_000_000_000
    private static let letters: [(letter: Character, factor: Int)] = [
        ("G", 1_000_000_000), ("M", 1_000_000), ("k", 1000),
    ]
    private static let times = ["s": 730 * 3600, "hour": 730, "month": 1]

    static func reading(_ text: String) -> Int? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, var number = parts.first else { return nil }
        var factor = 1
        if let letter = letters.first(where: { $0.letter == number.last }) {
            factor = letter.factor
            number.removeLast()
        }
        guard let count = Dollars(String(number)), count <= Dollars(billionths: 1_000_000 * 1_000_000_000) else {
            return nil
        }
        // A day is 1/30.4 of 730 hours.
        let hours = parts[1] == "day" ? (730, 24) : (times[String(parts[1])] ?? 0, 1)
        guard hours.0 > 0 else { return nil }
        let scaled = (count.billionths / 1000).multipliedReportingOverflow(by: factor)
        guard !scaled.overflow else { return nil }
        let product = (scaled.partialValue / 1_000_000).multipliedReportingOverflow(by: hours.0)
        let value = product.partialValue / hours.1
        return product.overflow || value > most ? nil : value
    }

    static func written(_ count: Int) -> String {
        for (letter, factor) in letters where count >= factor && count % factor == 0 {
            return "\(count / factor)\(letter)/month"
        }
        return "\(count)/month"
    }
}

enum Hundredths {
    /// `4`, `2.5`, `0.75`
    static func reading(_ text: String) -> Int? {
        guard let amount = Dollars(text), amount.billionths % 10_000_000 == 0 else { return nil }
        return amount.billionths / 10_000_000
    }
}

extension ByteCount {
    init?(volume text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).drop { $0 == " " }.lowercased()
        let shifts = ["kb": 10, "kib": 10, "mb": 20, "mib": 20, "gb": 30, "gib": 30, "tb": 40, "tib": 40]
        guard let shift = shifts[unit], let count = Dollars(String(number)),
            count.billionths <= 2_000_000 * 1_000_000_000
        else { return nil }
        // Whole bytes: what is finer is dropped.
        let (high, low) = count.billionths.multipliedFullWidth(by: 1 << shift)
        guard high < 1_000_000_000 else { return nil }
        let bytes = 1_000_000_000.dividingFullWidth((high, low)).quotient
        guard bytes <= 1 << 50 else { return nil }
        self.init(bytes: bytes)
    }
}
