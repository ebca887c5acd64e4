import Foundation
package import Plans
package import Stacks

extension Supervisor {
    package func plan(_ stack: Stack) async throws -> Plan {
        var plan = StackDifference.plan(from: self.stack, to: stack)
        let kept = Set(stack.services.map(\.name))
        for (name, reason) in await parts.tasks?.outdated() ?? [] where kept.contains(name) {
            let address = "services.\(name).command"
            guard !plan.changes.contains(where: { $0.address == address }) else { continue }
            plan.changes.append(
                Change(
                    address: address, kind: .update, tier: .application,
                    reason: "\(reason): rolls the tasks of \(name)"))
        }
        return plan
    }

    /// New services and tasks come up before a route leads to them; what is removed keeps its routes until the new ones
    /// are in force, and its requests are finished after that.
    package func apply(
        _ wanted: Stack, manifest: [ManifestSource], progress: @escaping @Sendable (String) -> Void
    ) async throws {
        let (balancer, tasks) = try changeable()
        let plan = StackDifference.plan(from: stack, to: wanted)
        guard !plan.requiresRestart else {
            let addresses = plan.changes.filter(\.requiresRestart).map(\.address).joined(separator: ", ")
            throw Report(
                "cannot change \(addresses) while \(stack.fullName) runs", state: "nothing was changed",
                next: "`terrace down`, then `terrace up`")
        }
        try JobKeeper.check(wanted.jobs)
        isChanging = true
        defer { isChanging = false }
        let relay = relayEvents(to: progress)
        defer { relay.cancel() }
        let changed = changedServices(wanted, outdated: await tasks.outdated().map(\.name))
        let names = Set(wanted.services.map(\.name))
        let leaving = stack.services.filter { !names.contains($0.name) }
        try await adoptScales(of: wanted.services + leaving)
        balancer.setServices(merged(wanted.services, leaving: leaving), stack.balancer)
        await tasks.apply(wanted.services + leaving, database: parts.databaseAccess, deploying: changed)
        let problems = await tasks.waitForOutcome(of: changed)
        guard problems.isEmpty else {
            // Whatever has not come up is given up; the old tasks have served all the time.
            try await adoptScales(of: stack.services)
            await tasks.apply(stack.services, database: parts.databaseAccess, staying: changed)
            _ = await tasks.waitForOutcome(of: changed)
            balancer.setServices(stack.services, stack.balancer)
            throw Report(problems, of: wanted.fullName, state: "what ran before goes on: the change was taken back")
        }
        // Routes move at once, for all loops; then what nobody asks for any more ends.
        balancer.setServices(wanted.services + leaving.map(\.withoutRoutes), wanted.balancer)
        parts.edge?.setCacheRules(wanted.edge.cache)
        await parts.firewall?.change(to: wanted.edge.firewall)
        balancer.setHealthChecks(wanted.services)
        await renewCertificates()
        try await adoptScales(of: wanted.services)
        await tasks.apply(wanted.services, database: parts.databaseAccess)
        _ = await tasks.waitForOutcome(of: changed)
        balancer.setServices(wanted.services, wanted.balancer)
        stack = wanted
        await parts.jobs?.adopt(wanted.jobs)
        self.manifest = manifest
        adoptAlarms()
        progress("done")
    }

    /// Services that are new, gone, different, or whose program was built anew.
    private func changedServices(_ wanted: Stack, outdated: [String]) -> Set<String> {
        let before = Dictionary(stack.services.map { ($0.name, $0) }) { first, _ in first }
        let after = Dictionary(wanted.services.map { ($0.name, $0) }) { first, _ in first }
        let names = Set(before.keys).union(after.keys)
        return names.filter { before[$0] != after[$0] }.union(outdated)
    }

    /// What a change needs, when one may begin now.
    func changeable() throws(Report) -> (balancer: LoadBalancer, tasks: TaskSupervisor) {
        guard stage == .running, let balancer = parts.balancer, let tasks = parts.tasks else {
            throw Report(
                "cannot change \(stack.fullName): it is \(stage == .starting ? "still starting" : "stopping")",
                state: "nothing was changed", next: "wait until `terrace status` says ready, then run the same command")
        }
        guard !isChanging else {
            throw Report(
                "cannot change \(stack.fullName): another change is under way", state: "nothing was changed",
                next: "wait until it is done, then run the same command")
        }
        return (balancer, tasks)
    }

    /// What happens from now on, as lines for the one who waits.
    func relayEvents(to progress: @escaping @Sendable (String) -> Void) -> Task<Void, Never> {
        let events = journal.stream(withPast: false)
        return Task {
            for await event in events { progress("\(event.subject): \(event.message)") }
        }
    }

    /// The routes that are in force, with the targets of both.
    private func merged(_ wanted: [Service], leaving: [Service]) -> [Service] {
        let running = Dictionary(stack.services.map { ($0.name, $0) }) { first, _ in first }
        return wanted.map { service in
            var service = service
            service.routes = running[service.name]?.routes ?? []
            return service
        } + leaving
    }
}

extension Service {
    fileprivate var withoutRoutes: Service {
        var copy = self
        copy.routes = []
        return copy
    }
}
