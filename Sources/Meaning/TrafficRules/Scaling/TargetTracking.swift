package import Stacks

/// What the tasks of a service did in one period, on average.
package struct ScalingSample: Sendable, Equatable {
    /// Per cent of the share of a processor that a task has; nil when it could not be measured.
    package var cpu: Double?
    /// A minute and task.
    package var requestsPerTask: Double?

    package init(cpu: Double? = nil, requestsPerTask: Double? = nil) {
        self.cpu = cpu
        self.requestsPerTask = requestsPerTask
    }
}

/// How many tasks a service needs to keep its figures near their targets. Told a sample for each period, it says when another number
/// is wanted. No clock: instants come in, as lengths of time since some beginning.
///
/// The rules are those of AWS's target tracking: out when a figure was above its target for three periods of a minute, by as much as its
/// excess asks for; in only when every figure was below nine tenths of its target for fifteen periods; nothing within a cooldown but more
/// tasks than the last change brought; no scaling in while a deployment is under way. Source: Application Auto Scaling "Target tracking
/// scaling policies" and the alarms that it makes, read 2026-11.
package struct TargetTracking: Sendable, Equatable {
    /// Lengths and numbers of periods.
    package struct Pace: Sendable, Equatable {
        package var period: Duration
        package var above: Int
        package var below: Int
        package var cooldownOut: Duration
        package var cooldownIn: Duration

        package init(
            period: Duration = .seconds(60), above: Int = 3, below: Int = 15, cooldownOut: Duration = .seconds(60),
            cooldownIn: Duration = .seconds(300)
        ) {
            self.period = period
            self.above = above
            self.below = below
            self.cooldownOut = cooldownOut
            self.cooldownIn = cooldownIn
        }
    }

    package struct Change: Sendable, Equatable {
        package var count: Int
        /// `cpu was above 60 per cent for 3 periods, 84 at last`
        package var reason: String
    }

    /// Below this part of the target a figure asks for fewer tasks.
    static let slack = 0.9

    private struct Figure: Sendable, Equatable {
        var name: String
        var unit: String
        var target: Double
        var value: Double?
    }

    private let pace: Pace
    /// Periods in a row, by figure.
    private var above: [String: Int] = [:]
    private var below: [String: Int] = [:]
    private var lastOut: Duration?
    private var lastIn: Duration?

    package init(pace: Pace = Pace()) { self.pace = pace }

    /// Somebody has set another number: scaling waits as after a change of its own, and counts its periods anew.
    package mutating func wasSet(at now: Duration) {
        (above, below) = ([:], [:])
        (lastOut, lastIn) = (now, now)
    }

    /// - Parameters:
    ///   - count: the tasks that are wanted now.
    ///   - isDeploying: a new version is on its way in.
    package mutating func observe(
        _ sample: ScalingSample, _ targets: ScaleOn, count: Int, range: ClosedRange<Int>, isDeploying: Bool,
        at now: Duration
    ) -> Change? {
        let figures = TargetTracking.figures(sample, targets)
        for figure in figures { note(figure) }
        if let change = out(figures, count, range, now) {
            lastOut = now
            (above, below) = ([:], [:])
            return change
        }
        guard !isDeploying, let change = `in`(figures, count, range, now) else { return nil }
        lastIn = now
        (above, below) = ([:], [:])
        return change
    }

    private static func figures(_ sample: ScalingSample, _ targets: ScaleOn) -> [Figure] {
        let cpu = targets.cpu.map { Figure(name: "cpu", unit: "per cent", target: Double($0), value: sample.cpu) }
        let requests = targets.requestsPerTask.map {
            Figure(name: "requests", unit: "a minute and task", target: Double($0), value: sample.requestsPerTask)
        }
        return [cpu, requests].compactMap { $0 }
    }

    /// What could not be measured is neither high nor low.
    private mutating func note(_ figure: Figure) {
        guard let value = figure.value else {
            (above[figure.name], below[figure.name]) = (0, 0)
            return
        }
        above[figure.name] = value > figure.target ? (above[figure.name] ?? 0) + 1 : 0
        below[figure.name] = value < figure.target * Self.slack ? (below[figure.name] ?? 0) + 1 : 0
    }

    /// The figure that asks for most decides.
    private func out(_ figures: [Figure], _ count: Int, _ range: ClosedRange<Int>, _ now: Duration) -> Change? {
        guard count < range.upperBound, lastOut.map({ now - $0 >= pace.cooldownOut }) ?? true else { return nil }
        let high = figures.filter { (above[$0.name] ?? 0) >= pace.above }
        let wanted = high.map { figure in (figure, TargetTracking.needed(count, figure)) }
        guard let (figure, most) = wanted.max(by: { $0.1 < $1.1 }), most > count else { return nil }
        return Change(
            count: min(most, range.upperBound),
            reason: "\(figure.name) was above \(Self.text(figure.target)) \(figure.unit) for \(pace.above) periods, "
                + "\(Self.text(figure.value ?? 0)) at last")
    }

    /// Every figure must be low, and the one that needs most tasks decides.
    private func `in`(_ figures: [Figure], _ count: Int, _ range: ClosedRange<Int>, _ now: Duration) -> Change? {
        guard count > range.lowerBound, !figures.isEmpty,
            [lastOut, lastIn].allSatisfy({ $0.map { now - $0 >= pace.cooldownIn } ?? true }),
            figures.allSatisfy({ (below[$0.name] ?? 0) >= pace.below })
        else { return nil }
        let least = max(range.lowerBound, figures.map { TargetTracking.needed(count, $0) }.max() ?? count)
        guard least < count, let figure = figures.first else { return nil }
        return Change(
            count: least,
            reason: "\(figure.name) was below \(Self.text(figure.target * Self.slack)) \(figure.unit) for "
                + "\(pace.below) periods, \(Self.text(figure.value ?? 0)) at last")
    }

    /// As many as bring the figure to its target, if the work stays the same.
    private static func needed(_ count: Int, _ figure: Figure) -> Int {
        guard let value = figure.value, figure.target > 0 else { return count }
        return Int(min(1e6, (Double(count) * value / figure.target).rounded(.up)))
    }

    private static func text(_ value: Double) -> String { "\(Int(min(value, 1e9).rounded()))" }
}
