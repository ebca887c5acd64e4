import Drills
import Provisioning
import Resources
import Stacks

/// A version that cannot run, deployed to a service on AWS: ECS starts its tasks in vain until its circuit breaker has seen enough, and
/// takes it back by itself, whether or not somebody still looks.
struct CloudBadDeploy {
    let course: DrillCourse
    let session: CloudSession
    let world: World

    private static let look = Duration.seconds(2)
    /// ECS wants as many failed tasks as half of the service's are, at least 3, and starts them ever more slowly.
    private static let patience = Duration.seconds(1200)
    /// So long it may take until every one of ECS's answers tells of a deployment.
    private static let delay = Duration.seconds(30)

    func callAsFunction() async throws -> FaultOutcome {
        let subject = try BadDeploySubject(world)
        guard try await latest(of: subject) == subject.former else {
            throw Report(
                "\(subject.name) runs another version than a moment ago", state: "nothing was broken",
                next: "run the same command again")
        }
        var outcome = FaultOutcome(began: .now, done: .now, over: .now, isGentle: true)
        let version = try await session.cloud.provider.create(subject.version, knowing: KnownFacts(world))
        let arn = version.facts[.arn] ?? ""
        try await deploy(version, arn, subject)
        note("deployed \(Self.short(arn)) to \(subject.name), which cannot start", &outcome)
        outcome.done = .now
        let end = try await takenBack(subject)
        outcome.over = end ?? .now
        if let end {
            let seconds = (end - outcome.began) / .seconds(1)
            note("ECS took it back after \(Seconds.text(seconds)): \(Self.short(subject.former)) goes on", &outcome)
        } else {
            note("ECS has not taken it back: the drill does", &outcome)
            try await update(subject, from: arn, to: subject.former)
        }
        try await Task.sleep(until: outcome.done + course.hold, clock: .continuous)
        outcome.deployed = Observation.Deployed(
            release: nil, before: CloudDeploy.revision(subject.former) ?? 0,
            serving: CloudDeploy.revision(subject.former),
            seconds: end.map { ($0 - outcome.began) / .seconds(1) })
        try await session.cloud.provider.delete(version, policy: .keepData)
        return outcome
    }

    /// What ECS refuses leaves nothing.
    private func deploy(_ version: Observed, _ arn: String, _ subject: BadDeploySubject) async throws {
        do {
            try await update(subject, from: subject.former, to: arn)
        } catch {
            try await session.cloud.provider.delete(version, policy: .keepData)
            throw error
        }
    }

    /// Nothing but the version changes, whatever the manifest says meanwhile.
    private func update(_ subject: BadDeploySubject, from old: String, to new: String) async throws {
        let (found, wanted) = (subject.service(running: old), subject.service(running: new))
        let resource = Resource(wanted.address, wanted.settings, tags: wanted.tags, place: wanted.place)
        _ = try await session.cloud.provider.update(resource, from: found, knowing: KnownFacts(world))
    }

    /// When; nil when it was not.
    private func takenBack(_ subject: BadDeploySubject) async throws -> ContinuousClock.Instant? {
        let start = ContinuousClock.now
        var wasSeen = false
        while .now - start < Self.patience {
            // One look that fails says nothing; the drill's watch ends it when many do.
            let latest = try? await self.latest(of: subject)
            if latest == subject.former, wasSeen || .now - start > Self.delay { return .now }
            wasSeen = wasSeen || latest.map { $0 != subject.former } ?? false
            try await Task.sleep(for: Self.look)
        }
        return nil
    }

    private func latest(of subject: BadDeploySubject) async throws -> String? {
        try await session.cloud.vitals(of: world).services.first { $0.name == subject.name }?.version
    }

    private func note(_ line: String, _ outcome: inout FaultOutcome) {
        course.progress(line)
        outcome.own.append((.now, line))
    }

    /// `shop-web:7`
    private static func short(_ arn: String?) -> String { arn?.split(separator: "/").last.map(String.init) ?? "" }
}
