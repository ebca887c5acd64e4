import AWSServices
import AWSWire
import Provisioning
import Resources

/// Ports of load balancers, found through the balancer they belong to.
enum ListenerHandler: KindHandler {
    static func find(_ search: Search<ListenerSettings>) async throws -> [Observed] {
        let search = try await search.knowing([.loadBalancer])
        let work = search.work
        let balancers = Set(search.items.compactMap(\.settings.loadBalancer.literal)).sorted()
        let listeners = try await balancers.concurrentMap { arn in
            try await work.lookIfThere(ELBv2.DescribeListenersRequest(loadBalancerArn: arn))?.listeners ?? []
        }.flatMap { $0 }
        let items = listeners.map { listener in
            search.items.first {
                $0.settings.port == listener.port && $0.settings.loadBalancer.literal == listener.loadBalancerArn
            }
        }
        let tags = try await work.elbTags(of: zip(listeners, items).map { ($0.listenerArn ?? "", $1?.tags) })
        return zip(listeners, items).compactMap { listener, item in
            guard let arn = listener.listenerArn,
                let address = search.address(tags: tags[arn] ?? [:], orOf: item)
            else { return nil }
            return Observed(
                address, .listener(ListenerSettings(listener)), facts: [.arn: arn], tags: tags[arn] ?? [:])
        }
    }

    /// The same creation again gives the first one back; one with other settings is refused.
    static func create(_ order: Order<ListenerSettings>) async throws -> Observed {
        do {
            let answer = try await order.work.call(ListenerCalls.create(order.settings, tags: order.tags))
            let arn = try (answer.listeners.first?.listenerArn).orUnreadable("ELBv2.CreateListener", "ListenerArn")
            return order.done(facts: [.arn: arn])
        } catch let error as AWSError where error.kind == .alreadyExists {
            return try await adopt(order, named: "port \(order.settings.port)")
        }
    }

    static func update(_ order: Order<ListenerSettings>, from observed: Observed) async throws -> Observed {
        guard case .listener(let found) = observed.settings, let arn = observed.facts[.arn] else { return observed }
        let changes = ListenerCalls.changes(order.settings, from: found, arn: arn)
        try await order.work.perform(changes + ELBTags.calls(arn, order.tags, from: observed.tags), in: .region)
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let arn = observed.facts[.arn] else { return }
        try await work.gone(ELBv2.DeleteListenerRequest(listenerArn: arn), in: .region)
    }
}

/// Rules of listeners, found through the listener they belong to.
enum ListenerRuleHandler: KindHandler {
    static func find(_ search: Search<ListenerRuleSettings>) async throws -> [Observed] {
        let search = try await search.knowing(search.hasTurns ? [.listener, .targetGroup] : [.listener])
        let work = search.work
        let listeners = Set(search.items.compactMap(\.settings.listener.literal)).sorted()
        return try await listeners.concurrentMap { listener -> [Observed] in
            let pages = try await work.lookAll(ELBv2.DescribeRulesRequest(listenerArn: listener))
            let rules = pages.flatMap(\.rules).filter { $0.isDefault != true }
            let settings = rules.map { ListenerRuleSettings($0, listener: listener) }
            let items = settings.map { settings in
                search.items.first {
                    $0.settings.priority == settings.priority && $0.settings.listener.literal == listener
                }
            }
            let tags = try await work.elbTags(of: zip(rules, items).map { ($0.ruleArn ?? "", $1?.tags) })
            return rules.indices.compactMap { index in
                guard let arn = rules[index].ruleArn,
                    let address = search.address(tags: tags[arn] ?? [:], orOf: items[index])
                else { return nil }
                let seen = settings[index].recognized(as: items[index]?.settings.action)
                return Observed(
                    address, .listenerRule(seen), facts: [.arn: arn], tags: tags[arn] ?? [:])
            }
        }.flatMap { $0 }
    }

    static func create(_ order: Order<ListenerRuleSettings>) async throws -> Observed {
        do {
            let live = try await LiveGroup.find(order.settings.action, nil, order.work)
            let answer = try await order.work.call(ListenerCalls.create(order.settings, live: live, tags: order.tags))
            let arn = try (answer.rules.first?.ruleArn).orUnreadable("ELBv2.CreateRule", "RuleArn")
            return order.done(facts: [.arn: arn])
        } catch let error as AWSError where error.code.hasPrefix("PriorityInUse") {
            return try await adopt(order, named: "priority \(order.settings.priority)")
        }
    }

    static func update(_ order: Order<ListenerRuleSettings>, from observed: Observed) async throws -> Observed {
        guard case .listenerRule(let found) = observed.settings, let arn = observed.facts[.arn] else { return observed }
        if let reason = try await LiveGroup.elsewhere(order.settings.action, found.action, order.work) {
            return order.done(facts: observed.facts, state: .pending(reason))
        }
        let live = try await LiveGroup.find(order.settings.action, found.action, order.work)
        let changes = ListenerCalls.changes(order.settings, from: found, live: live, arn: arn)
        try await order.work.perform(changes + ELBTags.calls(arn, order.tags, from: observed.tags), in: .region)
        return order.done(facts: observed.facts)
    }

    /// While the service's tasks stand where the rule is to lead no more, it has to wait for ECS.
    static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed? {
        let resource = Resource(observed.address, observed.settings, tags: observed.tags, place: observed.place)
        guard var seen = try await find(Search([resource], work)).first(where: { $0.isSame(as: observed) }) else {
            return nil
        }
        if case .listenerRule(let wanted) = observed.settings, case .listenerRule(let found) = seen.settings,
            let reason = try await LiveGroup.elsewhere(wanted.action, found.action, work)
        {
            seen.state = .pending(reason)
        }
        return seen
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let arn = observed.facts[.arn] else { return }
        try await work.gone(ELBv2.DeleteRuleRequest(ruleArn: arn), in: .region)
    }
}
