package import Stacks

/// What `terrace up` has to do on this machine when the manifest of a running stack has changed.
package enum StackDifference {
    package static func plan(from old: Stack, to new: Stack) -> Plan {
        let services = serviceChanges(from: old, to: new)
        let settings = changes(from: Setting.list(of: old), to: Setting.list(of: new))
        let database = databaseChanges(from: old.database, to: new.database)
        return Plan(changes: settings + services + database)
    }

    private static func serviceChanges(from old: Stack, to new: Stack) -> [Change] {
        let before = Dictionary(old.services.map { ($0.name, $0) }) { first, _ in first }
        let after = Set(new.services.map(\.name))
        let kept = new.services.flatMap { service -> [Change] in
            guard let running = before[service.name] else { return [added(service)] }
            return changes(from: Setting.list(of: running), to: Setting.list(of: service))
                + [taskCount(from: running, to: service)].compactMap { $0 }
        }
        return kept + old.services.filter { !after.contains($0.name) }.map(removed)
    }

    private static func added(_ service: Service) -> Change {
        Change(
            address: "services.\(service.name)", kind: .create, tier: .application,
            reason: "starts \(tasks(service.tasks.lowerBound))")
    }

    private static func removed(_ service: Service) -> Change {
        Change(
            address: "services.\(service.name)", kind: .delete, tier: .application,
            reason: "lets running requests end, then stops \(tasks(service.tasks.lowerBound))")
    }

    private static func taskCount(from old: Service, to new: Service) -> Change? {
        let (before, after) = (old.tasks.lowerBound, new.tasks.lowerBound)
        guard before != after else { return nil }
        let reason =
            after > before
            ? "starts \(tasks(after - before)) more" : "lets running requests end, then stops \(tasks(before - after))"
        return Change(
            address: "services.\(new.name).tasks.min", kind: .update, tier: .application, old: "\(before)",
            new: "\(after)", reason: reason)
    }

    private static func tasks(_ count: Int) -> String { count == 1 ? "1 task" : "\(count) tasks" }

    private static func databaseChanges(from old: Database?, to new: Database?) -> [Change] {
        switch (old, new) {
        case (nil, nil): []
        case (let old?, let new?): changes(from: Setting.list(of: old), to: Setting.list(of: new))
        case (nil, .some):
            [
                Change(
                    address: "database", kind: .create, tier: .data, effect: .restart,
                    reason: "needs `terrace down` first: every task has to learn where the database is")
            ]
        case (.some, nil):
            [
                Change(
                    address: "database", kind: .delete, tier: .data, effect: .restart,
                    reason: "needs `terrace down` first: the servers stop, the data stays until `terrace destroy`")
            ]
        }
    }

    /// Settings meet by address; each list has an address once.
    private static func changes(from old: [Setting], to new: [Setting]) -> [Change] {
        let before = Dictionary(old.map { ($0.address, $0) }) { first, _ in first }
        let after = Set(new.map(\.address))
        let changed = new.compactMap { setting -> Change? in
            let previous = before[setting.address]
            guard previous?.value != setting.value else { return nil }
            return setting.change(from: previous?.value, to: setting.value)
        }
        let gone = old.filter { !after.contains($0.address) && $0.value != nil }
        return changed + gone.map { $0.change(from: $0.value, to: nil) }
    }
}
