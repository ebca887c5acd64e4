/// Turns by weight, as evenly spread as they can be: with 5 and 1, the one is asked once in six turns and not six times after
/// thirty. The method is nginx's smooth weighted round robin.
package struct WeightedTurns: Sendable, Equatable {
    private var credit: [Int] = []

    package init() {}

    /// The index whose turn it is; nil when no weight is above zero.
    package mutating func next(among count: Int, weight: (Int) -> Int) -> Int? {
        if credit.count != count { credit = Array(repeating: 0, count: count) }
        var best: Int?
        var total = 0
        for index in 0..<count {
            let weight = weight(index)
            guard weight > 0 else { continue }
            credit[index] += weight
            total += weight
            if best.map({ credit[index] > credit[$0] }) ?? true { best = index }
        }
        if let best { credit[best] -= total }
        return best
    }
}
