/// A set of points that a `Layered` set can stack into one more dimension. Every set has one form only, so that equal sets
/// are equal values.
package protocol Region: Sendable, Hashable {
    /// The empty set.
    init()
    var isEmpty: Bool { get }
    func union(_ other: Self) -> Self
    func intersection(_ other: Self) -> Self
    func subtracting(_ other: Self) -> Self
}

extension Region {
    package func isSubset(of other: Self) -> Bool { subtracting(other).isEmpty }

    /// Halves, their halves, and so on: a sum over thousands costs far less than one after the other.
    package static func union(of sets: [Self]) -> Self {
        guard sets.count > 2 else { return sets.dropFirst().reduce(sets.first ?? Self()) { $0.union($1) } }
        let middle = sets.count / 2
        return union(of: Array(sets[..<middle])).union(union(of: Array(sets[middle...])))
    }
}
