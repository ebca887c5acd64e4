import Drills
import Foundation
import LocalTarget
import Stacks
import Visitors

/// One drill, the same on every target: begins a load, has something broken, watches until all is whole again, counts.
struct DrillCourse: Sendable {
    /// What can be chosen about a drill.
    struct Options: Sendable {
        /// How long what was broken stays so; nil for the drill's own time.
        var hold: Duration?
        /// Requests through the edge.
        var perSecond: Int
        var seed: UInt64
    }

    let name: DrillName
    let ground: any DrillGround
    let options: Options
    /// Told what happens, a line at a time.
    let progress: @Sendable (String) -> Void

    static let commitsPerSecond = 20
    /// Of the requests through the edge, when the manifest names what to write.
    static let writesOfHundred = 20

    var hold: Duration { options.hold ?? ground.hold(name) }

    func callAsFunction() async throws -> DrillResult {
        try await ground.check(name)
        let target = try await ground.visitors(seed: options.seed)
        let database = try await ground.database()
        return try await ground.whileHeld(self) { try await run(target, database) }
    }

    private func run(_ target: VisitTarget, _ database: DatabaseClient?) async throws -> DrillResult {
        if let database { try await CommitProbe.prepare(database) }
        let startedAt = Surroundings.current.now()
        let traffic = try await DrillLoad.begin(self, target, database)
        do {
            let watch = try await ground.watch(self, traffic)
            defer { watch.end() }
            progress("a load of \(options.perSecond) requests a second runs through the edge")
            let ground = ground
            let fault = try await watch.whileSound {
                try await Task.sleep(for: ground.pace.warmUp)
                return try await ground.breaks(self, target, database)
            }
            let recovery = try await watch.whileSound {
                try await watch.wholeAgain(after: fault.over, within: ground.pace.patience)
            }
            progress(recovery.map { "everything runs again after \(Seconds.text($0))" } ?? "it is not whole again")
            try await Task.sleep(for: ground.pace.coolDown)
            watch.end()
            let load = await traffic.end()
            var seen = try await observe(load, fault)
            seen.failovers = try await watch.failovers()
            seen.recovery = recovery
            return result(startedAt, load, fault, seen, watch.events)
        } catch {
            _ = await traffic.end()
            throw error
        }
    }

    private func observe(_ load: DrillLoad.Outcome, _ fault: FaultOutcome) async throws -> Observation {
        let window = FaultWindow(
            began: fault.began - load.start, done: fault.done - load.start, isGentle: fault.isGentle)
        func figures(_ outcomes: [VisitOutcome]) -> LoadFigures {
            LoadFigures(outcomes, fault: window, length: load.length)
        }
        let byKind = Dictionary(grouping: load.visits, by: \.visit.kind)
        var seen = Observation(
            reads: figures(byKind[.read] ?? []),
            writes: ground.stack.drill.write == nil ? nil : figures(byKind[.write] ?? []), fetches: fault.fetches,
            deployed: fault.deployed)
        if case .compared(let copy)? = fault.restored { seen.restored = copy }
        // The drill may have changed the password.
        guard let database = try await ground.database() else { return seen }
        let acknowledged = Set(load.commits.filter(\.isGood).map(\.visit.number))
        let present = try await CommitProbe.present(database)
        seen.commits = Observation.Commits(
            figures: figures(load.commits), acknowledged: acknowledged.count,
            lost: acknowledged.subtracting(present).count)
        if case .copy(let copy)? = fault.restored { seen.restored = compare(copy, load) }
        return seen
    }

    private func compare(_ copy: FaultOutcome.Copy, _ load: DrillLoad.Outcome) -> Observation.Restored {
        let moment = copy.moment - load.start
        let before = load.commits.filter { $0.isGood && $0.end <= moment }.map(\.visit.number)
        let after = load.commits.filter { $0.visit.at > moment }.map(\.visit.number)
        return Observation.Restored(
            missing: Set(before).subtracting(copy.numbers).count, tooNew: copy.numbers.intersection(after).count,
            seconds: copy.seconds, before: before.count, after: after.count)
    }

    private func result(
        _ startedAt: Date, _ load: DrillLoad.Outcome, _ fault: FaultOutcome, _ seen: Observation,
        _ events: [(time: Date, text: String)]
    ) -> DrillResult {
        let faultAt = (fault.began - load.start).inSeconds
        let zero = startedAt.addingTimeInterval(faultAt)
        let steps = events.filter { $0.time >= startedAt }.map {
            DrillResult.Step(at: $0.time.timeIntervalSince(zero), text: $0.text)
        }
        let own = fault.own.map { DrillResult.Step(at: ($0.at - fault.began).inSeconds, text: $0.text) }
        return DrillResult(
            drill: name, stack: ground.stack.fullName, target: ground.target.rawValue,
            startedAt: DrillHistory.stamp(startedAt), seed: options.seed, length: load.length.inSeconds,
            faultAt: faultAt, hypothesis: ground.hypothesis(name), steps: (steps + own).sorted { $0.at < $1.at },
            observation: seen)
    }
}
