import Plans
package import Stacks

/// What a deployment or a rollback came to for one service.
package struct DeployedRelease: Codable, Sendable, Equatable {
    package var service: String
    /// The numbers that ran before and run now; equal when there was nothing to do.
    package var before: Int?
    package var now: Int?

    package init(service: String, before: Int?, now: Int?) {
        self.service = service
        self.before = before
        self.now = now
    }
}

extension Supervisor {
    /// Brings in what `wanted` makes of a service, or of every one: the program, the environment and what else a version is. Routes,
    /// counts and the rest of the manifest stay as they are. A service that does not come up goes on with what it ran; the others
    /// keep what they got.
    package func deploy(
        _ wanted: Stack, service: String?, progress: @escaping @Sendable (String) -> Void
    ) async throws -> [DeployedRelease] {
        let (_, tasks) = try changeable()
        let names = try deployable(in: wanted, service)
        isChanging = true
        defer { isChanging = false }
        let relay = relayEvents(to: progress)
        defer { relay.cancel() }
        let before = await tasks.runningReleases()
        let new = Dictionary(wanted.services.map { ($0.name, $0) }) { first, _ in first }
        let changed = stack.services.map { old in
            names.contains(old.name) ? new[old.name].map { old.deploying($0) } ?? old : old
        }
        // The others' programs may have been built anew as well: that is for their own deployment.
        let all = Set(stack.services.map(\.name))
        await tasks.apply(
            changed, database: parts.databaseAccess, deploying: names, staying: all.subtracting(names))
        let failed = await outcomes(of: names, tasks)
        if !failed.isEmpty {
            await tasks.apply(
                kept(changed, but: Set(failed.keys)), database: parts.databaseAccess, staying: all)
            _ = await tasks.waitForOutcome(of: Set(failed.keys))
        }
        stack.services = kept(changed, but: Set(failed.keys))
        noteRest(of: wanted, beside: changed, progress)
        let now = await tasks.runningReleases()
        if !failed.isEmpty { throw Report(notDeployed: failed, running: now) }
        return stack.services.map(\.name).filter(names.contains).map {
            DeployedRelease(service: $0, before: before[$0], now: now[$0])
        }
    }

    /// Brings an older release back, or the one with that number.
    package func rollBack(
        service: String?, to number: Int?, progress: @escaping @Sendable (String) -> Void
    ) async throws -> [DeployedRelease] {
        let (_, tasks) = try changeable()
        let name = try only(service)
        isChanging = true
        defer { isChanging = false }
        let relay = relayEvents(to: progress)
        defer { relay.cancel() }
        let before = await tasks.runningReleases()[name]
        try await tasks.rollBack(name, to: number)
        let failed = await outcomes(of: [name], tasks)
        if !failed.isEmpty {
            await tasks.apply(
                stack.services, database: parts.databaseAccess, staying: Set(stack.services.map(\.name)))
            throw Report(notDeployed: failed, running: await tasks.runningReleases())
        }
        return [DeployedRelease(service: name, before: before, now: await tasks.runningReleases()[name])]
    }

    package func releases(service: String?) async throws -> [ReleaseList] {
        guard let tasks = parts.tasks else {
            throw Report("\(stack.fullName) is still starting", next: "see `terrace status`")
        }
        if let service { _ = try only(service) }
        return try await tasks.releaseLists().filter { service == nil || $0.service == service }
    }

    /// The names of those that can be deployed: all that run here, or the one that was asked for.
    private func deployable(in wanted: Stack, _ service: String?) throws(Report) -> Set<String> {
        let known = Set(wanted.services.filter { $0.command != nil }.map(\.name))
        let running = Set(stack.services.map(\.name))
        guard let service else { return known.intersection(running) }
        _ = try only(service)
        guard known.contains(service) else {
            throw Report(
                "cannot deploy \(service): the manifest has no command for it", state: "nothing was changed",
                next: "write `services: { \(service): { command: … } }` into the manifest")
        }
        return [service]
    }

    /// A service of the stack by its name; without a name the only one there is.
    func only(_ service: String?) throws(Report) -> String {
        let names = stack.services.map(\.name)
        if let service {
            guard names.contains(service) else {
                throw Report(
                    "\(stack.fullName) has no service \(service)", expected: names.joined(separator: ", "),
                    state: "nothing was changed", next: "a service that is new in the manifest comes with `terrace up`")
            }
            return service
        }
        guard names.count == 1, let name = names.first else {
            throw Report(
                "\(stack.fullName) has \(names.count) services: which one?", expected: names.joined(separator: ", "),
                state: "nothing was changed")
        }
        return name
    }

    /// By service, the problems of those that did not come up.
    private func outcomes(of names: Set<String>, _ tasks: TaskSupervisor) async -> [String: [Problem]] {
        await withTaskGroup(of: (String, [Problem]).self) { group in
            for name in names { group.addTask { (name, await tasks.waitForOutcome(of: [name])) } }
            var failed: [String: [Problem]] = [:]
            for await (name, problems) in group where !problems.isEmpty { failed[name] = problems }
            return failed
        }
    }

    /// What was wanted, but for services that stay what they were.
    private func kept(_ changed: [Service], but failed: Set<String>) -> [Service] {
        let before = Dictionary(stack.services.map { ($0.name, $0) }) { first, _ in first }
        return changed.map { failed.contains($0.name) ? before[$0.name] ?? $0 : $0 }
    }

    /// - Parameter brought: the services as they are asked for, also those that did not come up.
    private func noteRest(of wanted: Stack, beside brought: [Service], _ progress: (String) -> Void) {
        var asked = stack
        asked.services = brought
        let rest = StackDifference.plan(from: asked, to: wanted).changes.filter { $0.effect != .elsewhere }
        guard let first = rest.first else { return }
        let more = rest.count > 1 ? " and \(rest.count - 1) more" : ""
        progress(
            "note: a deployment leaves \(first.address)\(more) as it was; `terrace up` brings in the whole manifest")
    }
}

extension Service {
    /// With what makes a version of `wanted`, and everything else as it is.
    fileprivate func deploying(_ wanted: Service) -> Service {
        var service = self
        service.image = wanted.image
        service.command = wanted.command
        service.release = wanted.release
        (service.cpu, service.memory, service.limits) = (wanted.cpu, wanted.memory, wanted.limits)
        service.environment = wanted.environment
        service.secrets = wanted.secrets
        service.deploy = wanted.deploy
        service.stopTimeout = wanted.stopTimeout
        return service
    }
}

extension Report {
    /// Services that go on with what they ran.
    fileprivate init(notDeployed failed: [String: [Problem]], running: [String: Int]) {
        let names = failed.keys.sorted()
        let first = names.first.flatMap { failed[$0]?.first }
        var details: [Detail] = []
        if let lines = first?.lines { details.append(Detail("wrote", lines.joined(separator: "\n"))) }
        for name in names.dropFirst() {
            details.append(Detail("also", "\(name) was not deployed: \(failed[name]?.first?.message ?? "")"))
        }
        let state = names.map { name in
            running[name].map { "release \($0) of \(name) goes on" } ?? "nothing of \(name) runs"
        }
        details.append(Detail("state", state.joined(separator: "; ")))
        if let next = first?.next { details.append(Detail("next", next)) }
        self.init("\(names.first ?? "the service") was not deployed: \(first?.message ?? "")", details: details)
    }
}
