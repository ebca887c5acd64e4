import Stacks

/// What the account gets for nothing, taken off line by line in their order, and each line's cost.
enum FreeTier {
    static func applied(to lines: [CostLine], isUsed: Bool) -> [CostLine] {
        var left = isUsed ? Allowance.monthly.mapValues { Spread($0) } : [:]
        return lines.map { line in
            var line = line
            if let allowance = left[line.item] {
                line.free = pairs(allowance, line.quantity, min)
                left[line.item] = pairs(allowance, line.free, -)
            }
            // What is free is the first part of the month's units: the steps of a price count from there.
            line.cost = Spread(
                low: line.price.cost(from: line.free.low, to: line.quantity.low).roundedToCents,
                expected: line.price.cost(from: line.free.expected, to: line.quantity.expected).roundedToCents,
                high: line.price.cost(from: line.free.high, to: line.quantity.high).roundedToCents)
            return line
        }
    }

    private static func pairs(
        _ left: Spread<Quantity>, _ right: Spread<Quantity>, _ join: (Quantity, Quantity) -> Quantity
    ) -> Spread<Quantity> {
        Spread(
            low: join(left.low, right.low), expected: join(left.expected, right.expected),
            high: join(left.high, right.high))
    }
}
