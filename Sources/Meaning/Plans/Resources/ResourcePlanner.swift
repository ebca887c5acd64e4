package import Resources
import Stacks

/// Compares what a stack asks for with what exists, setting by setting.
///
/// It goes through the graph in order and keeps what is known on the way: what is made or replaced has no id yet, so
/// whatever refers to it differs, too, and says so.
package struct ResourcePlanner {
    private let graph: ResourceGraph
    private let world: World
    /// Addresses of what the user lets go although it holds data.
    private let allowed: Set<Address>
    private var known: KnownFacts
    private var plan = ResourcePlan()

    private init(_ graph: ResourceGraph, _ world: World, allowing: Set<Address>) {
        self.graph = graph
        self.world = world
        allowed = allowing
        known = KnownFacts(world)
    }

    /// `allowing` has the addresses that the user named: they may be replaced or deleted with their data.
    package static func plan(_ graph: ResourceGraph, _ world: World, allowing: Set<Address> = []) -> ResourcePlan {
        var planner = ResourcePlanner(graph, world, allowing: allowing)
        for resource in graph.resources { planner.compare(resource) }
        planner.deleteTheRest()
        planner.refuse()
        return planner.plan
    }

    /// Everything goes, strays as well. What becomes of the data is the engine's policy, for which the user is asked.
    package static func destruction(of world: World) -> ResourcePlan {
        let all = world.resources.values.map { $0 } + world.strays
        let changes = all.map { observed in
            ResourceChange(
                address: observed.address, action: .delete, observed: observed, reason: "the stack is destroyed")
        }
        return ResourcePlan(changes: DeletionOrder.sorted(changes))
    }

    // MARK: What is wanted

    private mutating func compare(_ resource: Resource) {
        if isByHand(resource) {
            var record = resource
            record.settings = resource.settings.resolved(knowing: known)
            plan.byHand.append(record)
            return
        }
        guard let observed = world.resources[resource.address] else {
            if let owner = world.taken[resource.address] { refuse(resource, belongingTo: owner) }
            add(.create, resource, nil, fields(of: resource, against: nil), "does not exist yet")
            return
        }
        if resource.kind == .databaseCluster, observed.tags["terrace:kept"] != nil {
            return refuseUnfinishedRestore(resource, observed)
        }
        let fields = fields(of: resource, against: observed)
        switch observed.state {
        case .failed(let reason):
            replace(resource, observed, fields, "it failed: \(reason)")
        case .deleting:
            // Nothing of it can be kept; its successor has to wait for its name.
            add(.replace(.deleteFirst), resource, observed, fields, "it is being deleted")
        case .ready, .pending:
            change(resource, observed, fields)
        }
    }

    /// Some of the database's names are its own and some its successor's: nobody but the restore knows which.
    private mutating func refuseUnfinishedRestore(_ resource: Resource, _ observed: Observed) {
        plan.unchanged += 1
        plan.refusals.append(
            Report(
                "\(resource.address) is being set aside: a restore in place was interrupted",
                state: "nothing was changed",
                next: "`terrace db restore --on aws` with what it was given continues it, also with --yes"))
    }

    /// A record of a zone that the account does not hold.
    private func isByHand(_ resource: Resource) -> Bool {
        guard case .dnsRecord(let record) = resource.settings else { return false }
        return record.zone.lookups.contains { known.lookups[$0] == "" }
    }

    private mutating func change(_ resource: Resource, _ observed: Observed, _ fields: [FieldChange]) {
        if isForeign(resource, observed) {
            adopt(resource, observed, fields)
        } else if let reason = replaceReason(fields) {
            replace(resource, observed, fields, reason)
        } else if !fields.isEmpty {
            add(.update, resource, observed, fields, updateReason(fields))
        } else {
            plan.unchanged += 1
        }
        if case .pending(let reason) = observed.state, plan.changes.last?.address != resource.address {
            plan.pending[resource.address] = reason
        }
    }

    /// Nil when everything can be changed in place. A name that moves is never the cause but what was hashed into it is.
    private func replaceReason(_ fields: [FieldChange]) -> String? {
        let reasons = fields.compactMap { field -> (name: String, reason: String)? in
            guard case .replace(let reason) = field.onChange else { return nil }
            return (field.name, reason)
        }
        return (reasons.first { $0.name != "name" } ?? reasons.first)?.reason
    }

    private mutating func replace(
        _ resource: Resource, _ observed: Observed, _ fields: [FieldChange], _ reason: String
    ) {
        add(
            .replace(order(resource, observed)), resource, observed, fields, "must be replaced: \(reason)")
    }

    private mutating func add(
        _ action: ResourceChange.Action, _ resource: Resource, _ observed: Observed?, _ fields: [FieldChange],
        _ reason: String
    ) {
        plan.changes.append(
            ResourceChange(
                address: resource.address, action: action, desired: resource, observed: observed, fields: fields,
                reason: reason))
        switch action.name {
        case .create, .replace: known.facts[resource.address] = nil
        case .update:
            for fact in resource.kind.factsOfUpdate { known.facts[resource.address]?[fact] = nil }
        case .adopt, .delete: break
        }
    }

    private func updateReason(_ fields: [FieldChange]) -> String {
        let awaited = Set(fields.flatMap(\.awaited)).sorted()
        if fields.allSatisfy({ !$0.isKnown }), let first = awaited.first {
            return "follows \(first)\(awaited.count > 1 ? " and \(awaited.count - 1) more" : "")"
        }
        return fields.count == 1 ? "1 setting differs" : "\(fields.count) settings differ"
    }

    // MARK: Setting by setting

    private func fields(of resource: Resource, against observed: Observed?) -> [FieldChange] {
        if let observed { return resource.differences(from: observed, knowing: known) }
        return resource.comparedFields(knowing: known).map {
            FieldChange(name: $0.name, old: .none, new: $0.value, onChange: $0.onChange)
        }
    }

    // MARK: Names that are taken

    /// It was found by its name and does not carry this stack's tags.
    private func isForeign(_ resource: Resource, _ observed: Observed) -> Bool {
        resource.kind.tagging == .always && observed.tags["terrace:stack"] != resource.tags["terrace:stack"]
    }

    private mutating func adopt(_ resource: Resource, _ observed: Observed, _ fields: [FieldChange]) {
        let isOwned = observed.tags["terrace:stack"] != nil
        let differing = fields.filter { !$0.name.hasPrefix("tags.") }
        guard isOwned || !(differing.isEmpty || resource.settings.isGivenByUser) else {
            let reason = resource.settings.isGivenByUser ? "is yours" : "exists as it should be"
            add(.adopt, resource, observed, fields, "\(reason), without the stack's tags")
            return
        }
        refuse(
            resource, belongingTo: observed.tags["terrace:stack"].map { "the stack \($0)" } ?? "somebody else",
            next: isOwned ? "give one of the two stacks another name" : nil)
    }

    private mutating func refuse(_ resource: Resource, belongingTo owner: String, next: String? = nil) {
        let name = resource.settings.resolved(knowing: known).fields.first { ["name", "family"].contains($0.name) }
        let words = name.flatMap { if case .text(let value) = $0.value { value.literal } else { nil } }
        plan.refusals.append(
            Report(
                "cannot use the name \(words.map { "\($0) " } ?? "")of \(resource.address): it belongs to \(owner)",
                expected: "a name that is free, or a resource as the stack describes it",
                state: "what has the name is left as it is",
                next: next ?? "delete or rename it, or give the stack another name"))
    }

    private func order(_ resource: Resource, _ observed: Observed) -> ResourceChange.ReplaceOrder {
        guard resource.kind.canExistTwice else { return .deleteFirst }
        let name = { (settings: Settings) in settings.fields.first { $0.name == "name" }?.value }
        guard let wanted = name(resource.settings.resolved(knowing: known)), let found = name(observed.settings) else {
            return .createFirst
        }
        return wanted.isMet(by: found) || !wanted.isKnown ? .deleteFirst : .createFirst
    }

    // MARK: What is not wanted

    private mutating func deleteTheRest() {
        let unwanted = world.resources.values.filter { graph[$0.address] == nil }.map { observed in
            ResourceChange(
                address: observed.address, action: .delete, observed: observed, reason: "is no longer in the manifest")
        }
        let strays = world.strays.map { observed in
            ResourceChange(
                address: observed.address, action: .delete, observed: observed, reason: reason(for: observed))
        }
        plan.changes += DeletionOrder.sorted(unwanted + strays)
    }

    private func reason(for stray: Observed) -> String {
        if DrillRemains.isLeft(stray) { return "is what an interrupted drill has left" }
        return graph[stray.address] == nil
            ? "is no longer in the manifest" : "is a second one, left by a run that was interrupted"
    }

    private mutating func refuse() {
        for change in plan.changes {
            guard change.action.name == .replace || change.action.name == .delete,
                let observed = change.observed, observed.state != .deleting, observed.settings.kind.holdsData,
                !allowed.contains(change.address), !DrillRemains.isLeft(observed)
            else { continue }
            let verb = change.action.name == .delete ? "delete" : "replace"
            plan.refusals.append(
                Report(
                    "will not \(verb) \(change.address): it holds data and \(change.reason)",
                    state: "nothing was changed",
                    next: "name it to let it go: `--allow-replace \(change.address)`"))
        }
    }
}

extension Settings {
    /// The user makes it and the manifest names it: whatever it is like, it is meant.
    fileprivate var isGivenByUser: Bool {
        if case .secret(let secret) = self, case .given = secret.content { true } else { false }
    }
}

extension ResourceKind {
    /// Whether a successor can be made beside its predecessor, names permitting.
    var canExistTwice: Bool {
        switch self {
        case .vpc, .elasticAddress, .certificate, .loadBalancer, .targetGroup, .vpcOrigin, .flowLog, .role,
            .clusterParameterGroup, .subnetGroup, .securityGroup, .routeTable, .networkACL, .cachePolicy, .webACL:
            true
        default: false
        }
    }
}
