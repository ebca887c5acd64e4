import Drills
import LocalTarget
import Provisioning
import Resources
import Stacks
import Visitors

/// A stack on AWS, whose own interfaces break it. Whatever they stop comes back by itself; what a drill makes beside it is marked as its
/// own, so that the next `up` removes what a killed one has left.
struct CloudGround: DrillGround {
    let session: CloudSession
    let look: CloudLook
    /// Where the load goes in place of the edge's own address.
    let through: VisitAddress?
    private let undo = DrillUndo()

    init(session: CloudSession, look: CloudLook, through: VisitAddress?) {
        (self.session, self.look, self.through) = (session, look, through)
    }

    var left: Report? { undo.left }
    func stopAtOnce() { undo.stop.raise(to: .atOnce) }

    var stack: Stack { session.stack }
    var target: TargetName { .aws }
    /// A task of Fargate's takes half a minute to start, a server of Aurora's about one to restart.
    var pace: DrillPace { DrillPace(warmUp: .seconds(5), coolDown: .seconds(5), patience: .seconds(600)) }

    private static let unbroken = "nothing was broken"

    func summary(_ name: DrillName) -> String {
        switch name.cloud {
        case .done(let summary) where name == .restore:
            "\(summary); \(RestoreDrillCost(graph: look.graph, region: stack.region).text)"
        case .done(let summary): summary
        case .onlyHere(let reason): "not on aws: \(reason)"
        }
    }

    func hypothesis(_ name: DrillName) -> Hypothesis {
        .inCloud(name, hasReader: (stack.database?.readers ?? 0) > 0)
    }

    func hold(_ name: DrillName) -> Duration { name.cloudHold }

    func rate(_ asked: Int?) throws -> Int {
        try CloudLoadRate(firewall: stack.edge.firewall, isThroughEdge: through == nil).rate(asked)
    }

    func check(_ name: DrillName) async throws {
        if case .onlyHere(let reason) = name.cloud {
            throw Report(
                "the drill \(name.rawValue) is for this machine: \(reason)",
                expected: DrillName.inCloud.map(\.rawValue).joined(separator: ", "), state: Self.unbroken,
                next: "`terrace drill \(name.rawValue)` holds it here")
        }
        try DrillReadiness(name: name, stack: stack).checkStack()
        if name == .badDeploy { _ = try BadDeploySubject(look.world) }
        if name == .restore { try await checkRestore() }
        let vitals = try await session.cloud.vitals(of: look.world)
        if !vitals.alarms.isEmpty {
            throw Report(
                "\(stack.fullName) is in alarm, so a drill may not begin",
                details: vitals.alarms.map { Report.Detail("alarm", "\($0.name): \($0.reason)") } + [
                    Report.Detail("state", Self.unbroken),
                    Report.Detail("next", "mend what they are about; when they are quiet, run the same command again"),
                ])
        }
        guard let trouble = vitals.troubles.first else { return }
        throw Report(
            "\(stack.fullName) is not whole: \(trouble)", expected: "every task healthy, every server available",
            state: Self.unbroken, next: "wait until `terrace status --on aws` shows it ready")
    }

    private func checkRestore() async throws {
        let seen = try await session.cloud.restores(of: look.graph, in: look.world)
        try RestoreDrillReadiness(stack: stack, look: look, seen: seen).check()
        // Who may not ask is told before anything is made.
        _ = try await session.cloud.ask(.clock, of: nil, in: look.world)
    }

    func visitors(seed: UInt64) async throws -> VisitTarget {
        let endpoints = CloudEndpoints(stack, look.graph, KnownFacts(look.world))
        guard let address = through ?? endpoints.url.flatMap(VisitAddress.init(argument:)) else {
            throw Report(
                "\(stack.fullName) has no address that visitors could use", state: Self.unbroken,
                next: "`terrace up --on aws` makes it")
        }
        let write = stack.drill.write.map { VisitTarget.Write(path: $0.path, body: $0.body, type: $0.type) }
        let target = VisitTarget(
            host: address.host, address: address.host, port: address.port,
            tls: address.isSecure ? try VisitTarget.usualTrust() : nil, read: stack.drill.read, write: write)
        let first = await VisitorLoad.visitOnce(target)
        guard first.isGood else {
            throw Report(
                "\(address)\(stack.drill.read) is not served even now: \(first.reason)", state: Self.unbroken,
                next: "name a path that answers in the manifest: `drill: { read: /health }`")
        }
        return target
    }

    /// The data subnets have no way in.
    func database() async throws -> DatabaseClient? { nil }

    func whileHeld<Result: Sendable>(
        _ course: DrillCourse, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        undo.left = nil
        return try await Shielded.run(body) { body in
            try await CloudService.change(session, "terrace drill \(course.name.rawValue)") {
                course.name == .restore ? try await withoutRemains(course, body) : try await body()
            }
        }
    }

    /// However the drill ends, what it has made is removed under the lease, and no cancellation reaches that.
    private func withoutRemains<Result: Sendable>(
        _ course: DrillCourse, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let removal = RestoreDrillRemoval(session: session, look: look, stop: undo.stop, told: course.progress)
        try await removal.copies()
        do {
            let result = try await body()
            await finish(removal)
            return result
        } catch {
            await finish(removal)
            throw error
        }
    }

    private func finish(_ removal: RestoreDrillRemoval) async {
        do { try await removal() } catch { undo.left = error }
    }

    func watch(_ course: DrillCourse, _ load: DrillLoad) async throws -> any DrillWatching {
        CloudDrillWatch(
            session: session, world: look.world, load: load, condition: .of(course.name),
            first: try await session.cloud.vitals(of: look.world), progress: course.progress)
    }

    func breaks(
        _ course: DrillCourse, _ target: VisitTarget, _ database: DatabaseClient?
    ) async throws -> FaultOutcome {
        try await CloudFaultRun(course: course, session: session, look: look)()
    }

    func mend() async throws {}

    func farewell(_ name: DrillName) -> String {
        let look = "`terrace status --on aws` shows how far it is"
        switch name {
        case .badDeploy:
            return "ECS takes back by itself what \(name.rawValue) had deployed: \(look); "
                + "`terrace up --on aws` removes what is left of it"
        case .restore:
            return left == nil
                ? "what restore had made is removed" : "what restore had made is not removed to the last part"
        default: return "what \(name.rawValue) had stopped comes back by itself: \(look)"
        }
    }
}

extension DrillName {
    /// Those that can be held in a cloud.
    static var inCloud: [DrillName] {
        allCases.filter { if case .done = $0.cloud { true } else { false } }
    }
}
