import Drills
import Foundation
import LocalTarget
import Stacks
import Visitors

/// What a drill does to the stack on this machine: breaks something, leaves it so for a while, undoes it.
struct LocalFault {
    let course: DrillCourse
    let client: ControlClient
    let target: VisitTarget
    let database: DatabaseClient?

    var hold: Duration { course.hold }

    func callAsFunction() async throws -> FaultOutcome {
        switch course.name {
        case .task: try await inject(.task, isHeld: false)
        case .zone: try await inject(.zone, isHeld: true)
        case .writer: try await inject(.writer, isHeld: false)
        case .writerHang: try await inject(.writerHang, isHeld: false)
        case .reader: try await inject(.reader, isHeld: false)
        case .badDeploy: try await deployBroken()
        case .slowStart: try await inject(.slowStart, isHeld: true)
        case .connectionExhaustion: try await exhaust()
        case .cacheStampede: try await stampede()
        case .rotation: try await rotate()
        case .restore: try await restore()
        case .fullDisk: try await inject(.fullDisk, isHeld: true)
        }
    }

    /// What is not held mends itself from the moment it was broken; the time is watched all the same.
    private func inject(_ fault: Fault, isHeld: Bool) async throws -> FaultOutcome {
        let injection = try await client.inject(fault)
        for line in injection.what { course.progress(line) }
        try await Task.sleep(for: hold)
        try await client.mend()
        return FaultOutcome(
            began: injection.began, done: injection.done,
            over: isHeld ? .now : injection.done)
    }

    private func exhaust() async throws -> FaultOutcome {
        guard let database else { throw Report("the stack has no database", state: "nothing was broken") }
        let hoard = ConnectionHoard()
        defer { hoard.release() }
        let began = ContinuousClock.now
        let (count, refusal) = try await hoard.fill(database)
        let done = ContinuousClock.now
        let text = "took the \(count) connections that were left; the next was refused: \(refusal)"
        course.progress(text)
        try await Task.sleep(for: hold)
        hoard.release()
        let over = ContinuousClock.now
        return FaultOutcome(
            began: began, done: done, over: over,
            own: [(done, text), (over, "gave the \(count) connections back")])
    }

    /// How many ask at the same moment, five times a second.
    private static let crowd = 30

    private func stampede() async throws -> FaultOutcome {
        guard let path = course.ground.stack.drill.cached else {
            throw Report(
                "nothing is named that the cache keeps", state: "nothing was broken",
                next: "name something in the manifest: `drill: { cached: /static/style.css }`")
        }
        var asked = target
        (asked.read, asked.write) = (path, nil)
        try await checkIsKept(asked)
        let plan = VisitPlan(
            perSecond: LocalFault.crowd * 5, writesOfHundred: 0, seed: course.options.seed, together: LocalFault.crowd)
        let load = VisitorLoad.begin(plan, at: asked)
        do {
            try await Task.sleep(for: hold / 2)
            let began = ContinuousClock.now
            let kept = try await client.invalidate(path)
            let done = ContinuousClock.now
            try await Task.sleep(for: hold / 2)
            let outcomes = await load.end().outcomes
            let after = outcomes.filter { $0.end >= began - load.start }
            let failed = after.count { !$0.isGood }
            let answers = kept == 1 ? "answer" : "answers"
            let text = "gave up \(kept) kept \(answers) of \(path) while \(LocalFault.crowd) at a time asked for it"
            course.progress(text)
            let came = "\(after.count) requests for it since then, \(failed) failed"
            course.progress(came)
            return FaultOutcome(
                began: began, done: done, over: .now, fetches: after.count(where: \.isFetch),
                own: [(done, text), (.now, came)])
        } catch {
            _ = await load.end()
            throw error
        }
    }

    private func checkIsKept(_ target: VisitTarget) async throws {
        _ = await VisitorLoad.visitOnce(target)
        let second = await VisitorLoad.visitOnce(target)
        guard second.isGood, !second.isFetch else {
            throw Report(
                "the cache does not keep \(target.read)"
                    + (second.isGood ? "" : ": \(second.reason)"), state: "nothing was broken",
                next: "name something that it keeps in `drill.cached`; its answers say `X-Cache: Hit`")
        }
    }

    private func rotate() async throws -> FaultOutcome {
        let began = ContinuousClock.now
        guard case .role(let role) = try await client.database(.rotate) else {
            throw Report("the supervisor does not say which role is in use")
        }
        let done = ContinuousClock.now
        let text = "the application logs in as \(role), with a new password"
        course.progress(text)
        try await Task.sleep(for: hold)
        return FaultOutcome(
            began: began, done: done, over: done, isGentle: true, own: [(done, text)])
    }

    /// After the base backup: its end is known to the second.
    private static let apart = Duration.seconds(2)

    private func restore() async throws -> FaultOutcome {
        guard let database else { throw Report("the stack has no database", state: "nothing was broken") }
        let began = ContinuousClock.now
        _ = try await client.database(.backup)
        try await Task.sleep(for: max(LocalFault.apart, hold / 2))
        let (moment, instant) = (Date(), ContinuousClock.now)
        try await Task.sleep(for: max(LocalFault.apart, hold / 2))
        guard case .restored(let copy) = try await client.database(.restore(moment)) else {
            throw Report("the supervisor does not say where the copy is")
        }
        let restored = DatabaseClient(endpoint: copy.endpoint, credentials: database.credentials)
        let numbers: Set<Int>
        do {
            numbers = try await CommitProbe.present(restored)
        } catch {
            _ = try await client.database(.dropRestored)
            throw error
        }
        _ = try await client.database(.dropRestored)
        let text =
            "restored a copy as of \(Seconds.text((began.duration(to: instant)) / .seconds(1))) after the beginning"
        course.progress(text)
        return FaultOutcome(
            began: began, done: .now, over: .now, isGentle: true,
            restored: .copy(FaultOutcome.Copy(moment: instant, numbers: numbers, seconds: copy.seconds)),
            own: [(instant, "this is the moment to restore"), (.now, text)])
    }
}
