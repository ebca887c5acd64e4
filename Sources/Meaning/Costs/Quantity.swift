package import Stacks

/// How much of something a month brings, exact to a millionth of its unit. Never below zero.
package struct Quantity: Sendable, Hashable, Comparable {
    package let millionths: Int

    package init(millionths: Int) { self.millionths = max(0, millionths) }
    package init(_ count: Int) { self.init(millionths: count * 1_000_000) }

    package static let zero = Quantity(millionths: 0)

    /// In AWS's GB, which are GiB.
    package init(gigabytesOf bytes: Int) { self.init(millionths: Quantity.scaled(bytes, by: 1_000_000, over: 1 << 30)) }

    package static func < (left: Quantity, right: Quantity) -> Bool { left.millionths < right.millionths }
    package static func + (left: Quantity, right: Quantity) -> Quantity {
        Quantity(millionths: left.millionths + right.millionths)
    }
    /// Not below zero.
    package static func - (left: Quantity, right: Quantity) -> Quantity {
        Quantity(millionths: left.millionths - right.millionths)
    }

    /// `factor / divisor` times as much, to the nearest millionth.
    package func times(_ factor: Int, over divisor: Int = 1) -> Quantity {
        Quantity(millionths: Quantity.scaled(millionths, by: factor, over: divisor))
    }

    /// `value × factor / divisor` to the nearest whole, through 128 bits. What is not negative stays so.
    static func scaled(_ value: Int, by factor: Int, over divisor: Int) -> Int {
        let (high, low) = value.multipliedFullWidth(by: factor)
        let half = UInt(divisor / 2)
        let (sum, carry) = low.addingReportingOverflow(half)
        return divisor.dividingFullWidth((high + (carry ? 1 : 0), sum)).quotient
    }
}

extension Quantity: CustomStringConvertible {
    /// At most two digits behind the point: `1,460`, `55.56`, `0.01`.
    package var description: String {
        let hundredths = (millionths + 5000) / 10_000
        var digits = Array(String(hundredths / 100))
        for position in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: position) }
        let rest = hundredths % 100
        let fraction = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : ".\(rest < 10 ? "0" : "")\(rest)"
        return String(digits) + fraction
    }
}

/// A figure in the three columns of an estimate: with the fewest tasks and the least capacity, with the average, with the most.
package struct Spread<Value: Sendable & Equatable>: Sendable, Equatable {
    package var low: Value
    package var expected: Value
    package var high: Value

    package init(low: Value, expected: Value, high: Value) {
        (self.low, self.expected, self.high) = (low, expected, high)
    }
    package init(_ same: Value) { self.init(low: same, expected: same, high: same) }

    package var isFlat: Bool { low == expected && expected == high }

    package func map<Other>(_ change: (Value) -> Other) -> Spread<Other> {
        Spread<Other>(low: change(low), expected: change(expected), high: change(high))
    }
}

extension Spread where Value == Dollars {
    package static let zero = Spread(Dollars.zero)

    package static func + (left: Spread, right: Spread) -> Spread {
        Spread(
            low: left.low + right.low, expected: left.expected + right.expected, high: left.high + right.high)
    }
}
