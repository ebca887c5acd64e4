import Drills
import LocalTarget
import Stacks

// A version that cannot run.
extension LocalFault {
    private static let look = Duration.milliseconds(50)

    func deployBroken() async throws -> FaultOutcome {
        let before = try await client.releases(service: nil)
        let injection = try await client.inject(.badDeploy)
        for line in injection.what { course.progress(line) }
        let end = try await givenUp(within: LocalGround.patience)
        if let end {
            course.progress("it was given up after \(Seconds.text((end - injection.began).inSeconds))")
        }
        try await Task.sleep(until: injection.done + hold, clock: .continuous)
        let list = try await deployed()
        try await client.mend()
        let running = before.first { $0.service == list.service }?.running ?? 0
        return FaultOutcome(
            began: injection.began, done: injection.done, over: end ?? .now, isGentle: true,
            deployed: Observation.Deployed(
                release: list.drill ?? 0, before: running, serving: list.running,
                seconds: end.map { ($0 - injection.began).inSeconds }))
    }

    /// When; nil when it was not.
    private func givenUp(within limit: Duration) async throws -> ContinuousClock.Instant? {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            let list = try await deployed()
            if list.releases.first(where: { $0.number == list.drill })?.outcome == .failed { return .now }
            try await Task.sleep(for: LocalFault.look)
        }
        return nil
    }

    /// The releases of the service that got it.
    private func deployed() async throws -> ReleaseList {
        guard let list = try await client.releases(service: nil).first(where: { $0.drill != nil }) else {
            throw Report("the supervisor does not say which release the drill deployed")
        }
        return list
    }
}
