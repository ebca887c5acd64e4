/// Numbers from `low` to `high`, both included: addresses, protocols or ports.
package struct Span: Sendable, Hashable {
    package let low: UInt32
    package let high: UInt32

    /// `low` above `high` is our own mistake.
    package init(_ low: UInt32, _ high: UInt32) {
        precondition(low <= high)
        self.low = low
        self.high = high
    }

    package init(_ number: UInt32) { self.init(number, number) }

    package static let everyAddress = Span(0, .max)
    package static let everyProtocol = Span(0, 255)
    package static let everyPort = Span(0, 65_535)

    package func contains(_ number: UInt32) -> Bool { low <= number && number <= high }

    package func intersection(_ other: Span) -> Span? {
        let (low, high) = (max(self.low, other.low), min(self.high, other.high))
        return low <= high ? Span(low, high) : nil
    }
}
