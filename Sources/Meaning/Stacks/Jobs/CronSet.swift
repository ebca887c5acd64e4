/// Numbers from 0 to 63, as a field of a schedule names them.
package struct CronSet: Sendable, Equatable {
    private var bits: UInt64 = 0

    init() {}

    init(_ range: ClosedRange<Int>, step: Int = 1) {
        for number in stride(from: range.lowerBound, through: range.upperBound, by: step) {
            bits |= 1 << UInt64(number)
        }
    }

    func contains(_ number: Int) -> Bool { bits & (1 << UInt64(number)) != 0 }

    /// The least of those that are not below `number`.
    func first(from number: Int) -> Int? {
        guard number < 64 else { return nil }
        let rest = bits & (UInt64.max << UInt64(number))
        return rest == 0 ? nil : rest.trailingZeroBitCount
    }

    mutating func formUnion(_ other: CronSet) { bits |= other.bits }

    mutating func replace(_ number: Int, with other: Int) {
        bits &= ~(1 << UInt64(number))
        bits |= 1 << UInt64(other)
    }

    /// Ascending.
    package var numbers: [Int] { (0..<64).filter(contains) }
}
