import Drills
import Foundation
import Plans
import Provisioning
import Resources
import Stacks

/// `db restore --on aws`: RDS makes a cluster as of a moment, or of a snapshot, beside the one that serves. In place, that cluster then
/// takes its names and its place in the stack, and what served is set aside. How far it is stands in names and tags, so the same
/// command continues what was killed.
struct CloudRestore: Sendable {
    var request: CloudRequest
    var asked: RestoreChoice.Asked
    var inPlace: Bool
    /// Also when the database is that of then already.
    var again: Bool
    var yes: Bool

    /// While the names are exchanged, for then nothing is reached under the database's.
    private static let shortInterval = Duration.seconds(2)

    func callAsFunction() async throws {
        try CloudDatabase.isWanted(request.stack)
        try CloudLook.obstaclesAreNone(request.stack)
        try await request.open { session in
            let look = try await CloudLook.take(session)
            let seen = try await session.cloud.restores(of: look.graph, in: look.world)
            if !again, let done = try RestoreChoice.done(asked, for: purpose, seen) { return tell(done, seen) }
            let course = try await course(asked, look, seen, session)
            if let copy = seen.copy {
                Surroundings.current.errors("continues with \(copy.name), of \(course.order.source.text)\n")
            }
            if inPlace { try await agree(course.order, look, seen, session) }
            let start = session.time.elapsed()
            let end = try await CloudService.change(session, "terrace db restore") {
                // Somebody else may have restored while nobody held the lease.
                let now = try await session.cloud.restores(of: look.graph, in: look.world)
                try refuseOthers(seen, now)
                let course = try await self.course(.exact(course.order.source), look, now, session)
                return try await carryOut(course, look, now, session)
            }
            let seconds = Seconds.text((session.time.elapsed() - start) / .seconds(1))
            try await inPlace
                ? tellOfExchange(course.order, end, seconds, session) : tellOfCopy(course.order, end.seen, seconds)
        }
    }

    // MARK: - Before

    private var purpose: RestoreOrder.Purpose { inPlace ? .succession : .inspection }

    /// Continues what the same command had begun; else looks whether what is asked for can be had.
    private func course(
        _ asked: RestoreChoice.Asked, _ look: CloudLook, _ seen: CloudRestores, _ session: CloudSession
    ) async throws -> RestoreCourse {
        let order = try RestoreChoice.order(asked, for: purpose, seen)
        guard let names = RestoreNames(look.graph) else {
            throw Report("\(session.stack.fullName) has no database", state: "nothing was changed")
        }
        var origin = names.cluster
        if seen.copy == nil {
            switch order.source {
            case .moment(let moment): origin = try RestoreChoice.origin(of: moment, seen)
            case .snapshot(let name): try await session.cloud.snapshot(name, of: look.graph)
            }
        }
        return RestoreCourse(order, names: names, origin: origin)
    }

    /// A database that was put back since is not the one that the user has agreed to put back.
    private func refuseOthers(_ seen: CloudRestores, _ now: CloudRestores) throws(Report) {
        guard inPlace, let restored = now.serving?.restored, restored != seen.serving?.restored else { return }
        throw Report(
            "somebody else has put the database back to \(restored.source.text) meanwhile",
            state: "nothing more was changed", next: "look what it has now; then run the same command again")
    }

    private func agree(
        _ order: RestoreOrder, _ look: CloudLook, _ seen: CloudRestores, _ session: CloudSession
    ) async throws {
        // What has begun cannot be taken back by a no.
        if case .taking? = seen.copy?.copy?.progress { return }
        if let secret = look.world.resources[StackResources.databaseSecret],
            try await session.cloud.rotation(of: secret).step == .admitted
        {
            throw Report(
                "a rotation of the application's password was interrupted", state: "nothing was changed",
                next: "`terrace db rotate --on aws` continues it; then run the same command again")
        }
        guard !yes else { return }
        try DatabaseRestore.confirm(
            session.stack.fullName, to: order.source.text,
            more: "Connections to it fail for some minutes; what ran until then is set aside.")
    }

    // MARK: - The work

    struct End: Sendable {
        var seen: CloudRestores
        /// How long nothing was reached under the database's name; nil for a copy, and where another run had cut it off.
        var away: Duration?
        /// What could not be done for what is built on the database.
        var notes: [String] = []
    }

    private func carryOut(
        _ course: RestoreCourse, _ look: CloudLook, _ now: CloudRestores, _ session: CloudSession
    ) async throws -> End {
        var seen = now
        if case .taking? = seen.copy?.copy?.progress {
        } else {
            seen = try await follow(look, session) { try course.copying($0) }
        }
        guard inPlace else { return End(seen: seen) }
        var from: Duration?
        var until: Duration?
        // All but the last step, for what follows is to be continued as well.
        _ = try await follow(look, session, every: Self.shortInterval) { seen in
            let next = try course.exchanging(seen, now: Self.now)
            if case .step(.renameCluster(course.names.cluster, _)) = next, from == nil { from = session.time.elapsed() }
            if case .step(.place) = next, until == nil { until = session.time.elapsed() }
            if case .step(.forget) = next { return .done }
            return next
        }
        let notes = try await RestoreAftermath(session: session, look: look)()
        seen = try await follow(look, session) { try course.exchanging($0, now: Self.now) }
        return End(seen: seen, away: from.flatMap { from in until.map { $0 - from } }, notes: notes)
    }

    private static var now: Int { Int(Surroundings.current.now().timeIntervalSince1970) }

    /// Does one thing after the other until nothing is left to be done; what there is then.
    private func follow(
        _ look: CloudLook, _ session: CloudSession, every interval: Duration = .seconds(5),
        _ next: (CloudRestores) throws -> RestoreCourse.Next
    ) async throws -> CloudRestores {
        let walk = RestoreWalk(session: session, look: look, interval: interval) {
            Surroundings.current.say("  \($0)")
        }
        return try await walk(next)
    }

    // MARK: - After

    private func tellOfCopy(_ order: RestoreOrder, _ seen: CloudRestores, _ seconds: String) throws {
        guard let copy = seen.copy, let endpoint = copy.endpoint else {
            throw Report("the restored copy is gone", next: "`terrace db backup --list --on aws` shows what there is")
        }
        let surroundings = Surroundings.current
        let host = endpoint.prefix { $0 != ":" }
        surroundings.say("the database as of \(order.source.text) answers on \(endpoint) after \(seconds)")
        surroundings.say("  from inside the network, as the application signs in now:")
        surroundings.say("  terrace run SERVICE --on aws -- env PGHOST=\(host) COMMAND")
        surroundings.say("  terrace db restore --drop --on aws")
    }

    private func tell(_ done: CloudRestores.Restored, _ seen: CloudRestores) {
        let surroundings = Surroundings.current
        surroundings.say(
            "the database is that of \(done.source.text) already, since \(UTCText.text(done.at)); nothing was changed")
        tellOfKept(seen)
        surroundings.say("again   the same command with --again")
    }

    private func tellOfKept(_ seen: CloudRestores) {
        guard let kept = seen.kept.last, let until = kept.kept?.until else { return }
        let surroundings = Surroundings.current
        surroundings.say("kept    \(kept.name), which costs what it did")
        surroundings.say("back    terrace db restore --to \(UTCText.text(until)) --in-place --on aws")
        surroundings.say("delete  terrace db restore --drop-kept --on aws")
    }

    private func tellOfExchange(
        _ order: RestoreOrder, _ end: End, _ seconds: String, _ session: CloudSession
    ) async throws {
        let surroundings = Surroundings.current
        let away = end.away.map { "; it was away for \(Seconds.text($0 / .seconds(1)))" } ?? ""
        surroundings.say("the database is that of \(order.source.text) after \(seconds)\(away)")
        for note in end.notes { surroundings.say("note: \(note)") }
        tellOfKept(end.seen)
        let now = try await CloudLook.take(session)
        guard !now.plan.changes.isEmpty else { return }
        let count = Figures.number(now.plan.changes.count, "change")
        surroundings.say(
            "`terrace plan --on aws` shows \(count), `terrace up --on aws` makes \(now.plan.changes.count == 1 ? "it" : "them")"
        )
    }
}

/// What is built on a database follows when it was put back: the release commands bring the tables to what the running releases
/// expect, the edge forgets answers of the time that did not happen. Tasks lost their connections and come back by themselves.
struct RestoreAftermath: Sendable {
    var session: CloudSession
    var look: CloudLook

    private static let interval = Duration.seconds(2)

    /// - Returns: what could not be done.
    func callAsFunction() async throws -> [String] {
        var notes: [String] = []
        for service in session.stack.services where service.release != nil {
            do { try await repeatRelease(of: service.name) } catch let report as Report {
                notes.append("\(service.name): \(report.what)")
            }
        }
        for distribution in look.world.resources.values where distribution.settings.kind == .distribution {
            do { try await session.cloud.forgetAnswers(of: distribution) } catch let report as Report {
                notes.append("the edge: \(report.what)")
            }
        }
        return notes
    }

    private func repeatRelease(of name: String) async throws {
        let service = try CloudService(name, look, session.stack)
        guard case .release(let release)? = service.resource(.release)?.settings else { return }
        Surroundings.current.say("  the release command of \(name) runs")
        let task = try await session.cloud.startTask(
            of: service.observed, container: release.container, running: release.command)
        var mark: String?
        while true {
            let seen = try await session.cloud.look(at: task, after: mark)
            mark = seen.mark
            guard let end = seen.end else {
                try await session.time.sleep(Self.interval)
                continue
            }
            if end.exitCode == 0 { return }
            let how = end.exitCode.map { "ended with \($0)" } ?? "did not run: \(end.reason)"
            throw Report(
                "the release command \(how)" + (seen.lines.last.map { "; it wrote: \($0)" } ?? ""),
                next: "`terrace run \(name) --on aws -- …` runs it again")
        }
    }
}
