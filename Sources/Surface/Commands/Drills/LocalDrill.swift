import Drills
import Foundation
import LocalTarget
import Stacks
import Visitors

/// One drill on this machine: begins a load, breaks something, watches until all is whole again, counts.
struct LocalDrill {
    /// What can be chosen about a drill.
    struct Options {
        /// How long what was broken stays so.
        var hold: Duration?
        /// Requests through the edge.
        var perSecond = 50
        var seed: UInt64
    }

    let name: DrillName
    let stack: Stack
    let client: ControlClient
    let options: Options
    /// Told what happens, a line at a time.
    let progress: @Sendable (String) -> Void

    /// Before the fault: what is normal.
    static let warmUp = Duration.seconds(3)
    /// After everything is whole again.
    static let coolDown = Duration.seconds(2)
    /// For everything to be whole again.
    static let patience = Duration.seconds(90)
    static let commitsPerSecond = 20
    /// Of the requests through the edge, when the manifest names what to write.
    static let writesOfHundred = 20

    func callAsFunction() async throws -> DrillResult {
        let before = try await client.status()
        try DrillReadiness(name: name, stack: stack).check(before)
        let target = try await LocalVisitors(stack: stack, seed: options.seed).target()
        let database = stack.database == nil ? nil : try await databaseClient()
        return try await client.drill(name.rawValue) {
            try await run(target, database, before)
        }
    }

    private func databaseClient() async throws -> DatabaseClient {
        DatabaseClient(
            endpoint: try await client.databaseEndpoints().writer,
            credentials: try await client.databaseCredentials())
    }

    private func run(
        _ target: VisitTarget, _ database: DatabaseClient?, _ before: StackStatus
    ) async throws -> DrillResult {
        if let database { try await CommitProbe.prepare(database) }
        let startedAt = Surroundings.current.now()
        let traffic = try await DrillLoad.begin(self, target, database)
        let watch = DrillWatch(client: client)
        do {
            progress("a load of \(options.perSecond) requests a second runs through the edge")
            try await Task.sleep(for: LocalDrill.warmUp)
            let breaking = DrillFault(drill: self, target: target, database: database)
            let fault = try await watch.whileSupervised { try await breaking() }
            let recovery = try await watch.wholeAgain(after: fault.over, within: LocalDrill.patience)
            progress(recovery.map { "everything runs again after \(Seconds.text($0))" } ?? "it is not whole again")
            try await Task.sleep(for: LocalDrill.coolDown)
            watch.end()
            let load = await traffic.end()
            let after = try await client.status()
            var seen = try await observe(load, fault, database)
            seen.failovers = (after.database?.failovers ?? 0) - (before.database?.failovers ?? 0)
            seen.recovery = recovery
            return result(startedAt, load, fault, seen, watch.events)
        } catch {
            watch.end()
            _ = await traffic.end()
            throw error
        }
    }

    private func observe(
        _ load: DrillLoad.Outcome, _ fault: DrillFault.Outcome, _ database: DatabaseClient?
    ) async throws -> Observation {
        let window = FaultWindow(
            began: fault.began - load.start, done: fault.done - load.start, isGentle: fault.isGentle)
        func figures(_ outcomes: [VisitOutcome]) -> LoadFigures {
            LoadFigures(outcomes, fault: window, length: load.length)
        }
        let byKind = Dictionary(grouping: load.visits, by: \.visit.kind)
        var seen = Observation(
            reads: figures(byKind[.read] ?? []),
            writes: stack.drill.write == nil ? nil : figures(byKind[.write] ?? []), fetches: fault.fetches,
            deployed: fault.deployed)
        guard database != nil else { return seen }
        let acknowledged = Set(load.commits.filter(\.isGood).map(\.visit.number))
        // The drill may have changed the password.
        let present = try await CommitProbe.present(try await databaseClient())
        seen.commits = Observation.Commits(
            figures: figures(load.commits), acknowledged: acknowledged.count,
            lost: acknowledged.subtracting(present).count)
        seen.restored = fault.restored.map { compare($0, load) }
        return seen
    }

    private func compare(_ copy: DrillFault.Copy, _ load: DrillLoad.Outcome) -> Observation.Restored {
        let moment = copy.moment - load.start
        let before = load.commits.filter { $0.isGood && $0.end <= moment }.map(\.visit.number)
        let after = load.commits.filter { $0.visit.at > moment }.map(\.visit.number)
        return Observation.Restored(
            missing: Set(before).subtracting(copy.numbers).count, tooNew: copy.numbers.intersection(after).count,
            seconds: copy.seconds)
    }

    private func result(
        _ startedAt: Date, _ load: DrillLoad.Outcome, _ fault: DrillFault.Outcome, _ seen: Observation,
        _ events: [StackEvent]
    ) -> DrillResult {
        let faultAt = (fault.began - load.start).inSeconds
        let zero = startedAt.addingTimeInterval(faultAt)
        let steps = events.filter { $0.time >= startedAt }.map {
            DrillResult.Step(at: $0.time.timeIntervalSince(zero), text: "\($0.subject): \($0.message)")
        }
        let own = fault.own.map { DrillResult.Step(at: ($0.at - fault.began).inSeconds, text: $0.text) }
        return DrillResult(
            drill: name, stack: stack.fullName, target: "local", startedAt: DrillHistory.stamp(startedAt),
            seed: options.seed, length: load.length.inSeconds, faultAt: faultAt,
            hypothesis: .of(name, hasReader: (stack.database?.readers ?? 0) > 0),
            steps: (steps + own).sorted { $0.at < $1.at }, observation: seen)
    }
}
