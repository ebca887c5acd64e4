import Resources
import Stacks

extension Levers {
    var database: Lever? {
        switch stack.database?.capacity {
        case nil: nil
        case .instance(let name)?: serverless(insteadOf: name)
        case .serverless(let min, let max)?: server(insteadOf: min, max)
        }
    }

    /// A capacity unit has 2 GiB; serverless servers of as much memory at most, and half a unit at least.
    private func serverless(insteadOf name: String) -> Lever? {
        guard let memory = Database.Capacity.gibibytes(of: name) else {
            return Lever(
                name: "database", now: "\(name), \(servers) a month for \(serverCount)",
                choices: [choice("serverless", .unknown("how much memory \(name) has is not known here"))], remarks: [])
        }
        let units = max(1, memory / 2)
        let breakEven = self.breakEven(name)
        let share =
            Quantity(units: units).millionths == 0 ? 0 : breakEven.millionths * 100 / Quantity(units: units).millionths
        let shown = CapacityWords.half(units)
        return Lever(
            name: "database", now: "\(name), \(servers) a month for \(serverCount)",
            choices: [
                choice(
                    "serverless: { min: 0.5, max: \(shown) } at a quarter of the way",
                    change { $0.database?.capacity = .serverless(min: 0.5, max: units) })
            ],
            remarks: [
                silence("from where on it pays", without: .capacityUnitHour, .serverHour(name))
                    ?? "one \(name) costs as much as \(breakEven) capacity units around the clock: serverless pays while a server "
                    + "uses less than \(share) % of the \(shown) units that have its memory"
            ])
    }

    private func server(insteadOf least: Double, _ most: Double) -> Lever? {
        // The smallest class with the memory of the most that serverless may have.
        let fitting = prices.region.prices.keys.compactMap { item -> (name: String, memory: Double)? in
            guard case .serverHour(let name) = item, let memory = Database.Capacity.gibibytes(of: name),
                memory >= 2 * most
            else { return nil }
            return (name, memory)
        }
        let cheapest = fitting.min { left, right in
            (each(.serverHour(left.name)), left.name) < (each(.serverHour(right.name)), right.name)
        }
        let range = "\(CapacityWords.half(least)) to \(CapacityWords.half(most))"
        guard let cheapest else {
            return Lever(
                name: "database", now: "serverless, \(range) units, \(servers) a month for \(serverCount)", choices: [],
                remarks: ["no instance class with as much memory has a price here"])
        }
        let breakEven = self.breakEven(cheapest.name)
        let share = breakEven.millionths * 100 / max(1, Quantity(units: most).millionths)
        return Lever(
            name: "database", now: "serverless, \(range) units, \(servers) a month for \(serverCount)",
            choices: [
                choice(
                    "instance: \(cheapest.name), the cheapest with as much memory as the most units",
                    change {
                        $0.database?.capacity = .instance(cheapest.name)
                        $0.usage.database.capacity = nil
                    })
            ],
            remarks: [
                silence("from where on it pays", without: .capacityUnitHour)
                    ?? "one \(cheapest.name) costs as much as \(breakEven) capacity units around the clock: it pays when a server "
                    + "uses more than \(share) % of the most"
            ])
    }

    private var serverCount: String {
        let count = 1 + (stack.database?.readers ?? 0)
        return count == 1 ? "one server" : "\(count) servers"
    }

    private var servers: Dollars {
        cost { line in
            switch line.item {
            case .serverHour, .capacityUnitHour: true
            default: false
            }
        }
    }

    /// How many capacity units cost as much as one server of the class.
    private func breakEven(_ name: String) -> Quantity {
        let unit = each(.capacityUnitHour).billionths
        return unit == 0
            ? .zero
            : Quantity(millionths: Quantity.scaled(each(.serverHour(name)).billionths, by: 1_000_000, over: unit))
    }

    var readers: Lever? {
        guard let readers = stack.database?.readers, readers > 0 else { return nil }
        return Lever(
            name: "readers", now: "\(readers) reader\(readers == 1 ? "" : "s")",
            choices: [
                choice(
                    "readers: \(readers - 1)\(readers == 1 ? "; a failed writer is then made anew, which takes minutes" : "")",
                    change { $0.database?.readers = readers - 1 })
            ], remarks: [])
    }

    private static let optimized = "Aurora I/O-Optimized"
    /// What is in no settings is no difference to a plan either.
    private static let switched =
        "the manifest has no key for it: `aws rds modify-db-cluster --storage-type aurora-iopt1` switches it on, and `up` "
        + "leaves it so"

    /// What servers and capacity units cost more with I/O-Optimized: three tenths, of which those for a unit are rounded up to a
    /// whole cent. Source: AWS's list and pricing page, five regions, 2026-07 to 2026-11.
    private var optimizedServers: Dollars {
        let units = cost { $0.item == .capacityUnitHour }
        let classes = cost { if case .serverHour = $0.item { true } else { false } }
        let unit = each(.capacityUnitHour).billionths
        let cent = Dollars.cents(1).billionths
        let optimized = (unit * 13 + 10 * cent - 1) / (10 * cent) * cent
        let more = unit == 0 ? 0 : Quantity.scaled(units.billionths, by: optimized - unit, over: unit)
        return Dollars(billionths: more + Quantity.scaled(classes.billionths, by: 3, over: 10))
    }

    /// I/O-Optimized: servers at 1.3 and storage at 2.25 times the price, reads and writes for nothing.
    /// Source: Aurora pricing, 2026-11.
    var io: Lever? {
        guard stack.database != nil else { return nil }
        let now = cost { $0.item == .databaseIO }
        guard let storage = prices.region[.databaseGigabyte], let optimized = prices.region[.ioOptimizedGigabyte],
            each(.databaseIO).billionths > 0
        else {
            let reason = "the prices of both kinds of storage, and of reads and writes, are not all known here"
            return Lever(
                name: "database I/O", now: "\(now) a month", choices: [choice(Self.optimized, .unknown(reason))],
                remarks: [Self.switched])
        }
        let gigabytes = Assumptions(stack).databaseGigabytes
        let more = optimizedServers + optimized.cost(to: gigabytes) - storage.cost(to: gigabytes)
        // In whole millions, rounded up: from there on it pays.
        let million = each(.databaseIO).billionths * 1_000_000
        let breakEven = (more.billionths + million - 1) / million
        return Lever(
            name: "database I/O", now: "\(now) a month",
            choices: [
                choice(Self.optimized, .known((more - now).roundedToCents))
            ],
            remarks: ["it pays from \(Quantity(breakEven)) million reads and writes a month on", Self.switched])
    }
}

/// Capacity units as the manifest writes them.
private enum CapacityWords {
    /// `2`, `0.5`
    static func half(_ units: Double) -> String {
        units == units.rounded() ? "\(Int(units))" : "\(Int(units)).5"
    }
}

extension Quantity {
    /// Capacity units, in halves: exact.
    fileprivate init(units: Double) { self.init(millionths: Int(units * 2) * 500_000) }
}
