import Stacks

package import struct Foundation.Date

/// What an operator asks for: a number of tasks, other bounds, or the manifest's again.
package struct ScaleOrder: Codable, Sendable, Equatable {
    package var tasks: Int?
    package var min: Int?
    package var max: Int?
    /// How long scaling leaves the number alone, in seconds.
    package var hold: Double?
    /// Back to the manifest; nothing else is set then.
    package var isReset: Bool

    package init(tasks: Int? = nil, min: Int? = nil, max: Int? = nil, hold: Double? = nil, isReset: Bool = false) {
        self.tasks = tasks
        self.min = min
        self.max = max
        self.hold = hold
        self.isReset = isReset
    }

    /// Nothing is to be changed: only the state is asked for.
    var isQuestion: Bool { self == ScaleOrder() }
}

/// How many tasks of a service are wanted and within which bounds, as `terrace scale` shows it.
package struct ScaleState: Codable, Sendable, Equatable {
    package var service: String
    package var tasks: Int
    package var min: Int
    package var max: Int
    /// The bounds are an operator's and not the manifest's.
    package var isOwn: Bool
    /// Until then nothing but an operator changes the number.
    package var heldUntil: Date?
    /// `cpu 60 per cent`, `1000 requests a minute and task`
    package var scalesOn: [String]

    package init(
        service: String, tasks: Int, min: Int, max: Int, isOwn: Bool = false, heldUntil: Date? = nil,
        scalesOn: [String] = []
    ) {
        self.service = service
        self.tasks = tasks
        self.min = min
        self.max = max
        self.isOwn = isOwn
        self.heldUntil = heldUntil
        self.scalesOn = scalesOn
    }
}

/// How many tasks of one service are wanted, whoever said so last. A value; it outlives the supervisor in a file.
struct ServiceScale: Codable, Sendable, Equatable {
    private struct Bounds: Codable, Sendable, Equatable {
        var min: Int
        var max: Int
        var range: ClosedRange<Int> { min...Swift.max(min, max) }
    }

    private(set) var count: Int
    private(set) var heldUntil: Date?
    /// The manifest's, when they were looked at last.
    private var manifest: Bounds
    /// An operator's; they end when the manifest says other ones.
    private var own: Bounds?

    init(manifest range: ClosedRange<Int>) {
        count = range.lowerBound
        manifest = Bounds(min: range.lowerBound, max: range.upperBound)
    }

    var range: ClosedRange<Int> { (own ?? manifest).range }
    var isOwn: Bool { own != nil }

    func isHeld(at now: Date) -> Bool { heldUntil.map { now < $0 } ?? false }

    /// The manifest has been read, again or anew.
    mutating func adopt(manifest range: ClosedRange<Int>) {
        let new = Bounds(min: range.lowerBound, max: range.upperBound)
        if new != manifest {
            let wasLeast = count == self.range.lowerBound
            (manifest, own) = (new, nil)
            if wasLeast { count = range.lowerBound }
        }
        bound()
    }

    /// Target tracking wants another number.
    mutating func scale(to count: Int) {
        self.count = count
        bound()
    }

    /// What an operator says counts at once. Throws what is contradictory and changes nothing then.
    mutating func follow(_ order: ScaleOrder, service: String, at now: Date) throws(Report) {
        guard !order.isReset else {
            self = ServiceScale(manifest: manifest.range)
            return
        }
        var next = self
        if order.min != nil || order.max != nil {
            let (least, most) = (order.min ?? range.lowerBound, order.max ?? range.upperBound)
            guard least <= most else {
                throw Report(
                    "cannot scale \(service): the least of \(least) tasks is more than the most of \(most)",
                    expected: "--min up to --max", state: "nothing was changed")
            }
            let bounds = Bounds(min: least, max: most)
            next.own = bounds == manifest ? nil : bounds
        }
        if let tasks = order.tasks {
            guard next.range.contains(tasks) else {
                throw Report(
                    "cannot scale \(service) to \(tasks): its bounds are \(next.range.lowerBound) and "
                        + "\(next.range.upperBound)",
                    expected: "a number between them, or other bounds with --min and --max",
                    state: "nothing was changed")
            }
            next.count = tasks
            next.heldUntil = nil
        }
        if let hold = order.hold { next.heldUntil = now.addingTimeInterval(hold) }
        next.bound()
        self = next
    }

    private mutating func bound() { count = min(max(count, range.lowerBound), range.upperBound) }
}
