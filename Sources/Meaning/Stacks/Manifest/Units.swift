enum UnitMistake: Error { case notANumber, noUnit, unknownUnit, tooMuch }

extension Duration {
    private static let units: [(name: String, milliseconds: Int)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// A hundred years: sums and products of a few of them cannot overflow.
    private static let longest = 36_500 * 86_400_000

    /// `10s`, `5 m`, `500ms`.
    static func reading(_ text: String) -> Result<Duration, UnitMistake> {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { return .failure(.notANumber) }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard !unit.isEmpty else { return .failure(.noUnit) }
        guard let known = units.first(where: { $0.name == unit }) else { return .failure(.unknownUnit) }
        guard let count = Int(digits) else { return .failure(.tooMuch) }
        let (product, overflow) = count.multipliedReportingOverflow(by: known.milliseconds)
        return overflow || product > longest ? .failure(.tooMuch) : .success(.milliseconds(product))
    }

    /// Parts finer than a millisecond are dropped: a manifest cannot say them.
    var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }

    /// As a manifest writes it, in the largest unit that leaves no rest: `90s`, `5m`, `7d`.
    package var written: String {
        let total = milliseconds
        guard total != 0, let unit = Duration.units.first(where: { total % $0.milliseconds == 0 }) else { return "0s" }
        return "\(total / unit.milliseconds)\(unit.name)"
    }
}

extension ByteCount {
    /// `1024` (MiB), `512 MiB`, `2GB`, `0.5 GB`. GB and MB mean GiB and MiB, as in AWS's task definitions: Fargate sells
    /// no other sizes.
    init?(manifest text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).drop { $0 == " " }.lowercased()
        guard let shift = ["": 20, "mb": 20, "mib": 20, "gb": 30, "gib": 30][unit],
            number.first?.isNumber == true, let value = Double(number), value.isFinite, value < 1e9
        else { return nil }
        let bytes = value * Double(1 << shift)
        guard bytes == bytes.rounded(), bytes < 1e18 else { return nil }
        self.init(bytes: Int(bytes))
    }
}

extension ByteCount {
    /// `64 KiB`, `10MB`, `1.5 GiB`.
    init?(size text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).drop { $0 == " " }.lowercased()
        let shifts = ["kb": 10, "kib": 10, "mb": 20, "mib": 20, "gb": 30, "gib": 30, "tb": 40, "tib": 40]
        guard let shift = shifts[unit], number.first?.isNumber == true, let value = Double(number), value.isFinite
        else { return nil }
        let bytes = value * Double(1 << shift)
        guard bytes == bytes.rounded(), (1024...1_099_511_627_776).contains(bytes) else { return nil }
        self.init(bytes: Int(bytes))
    }
}
