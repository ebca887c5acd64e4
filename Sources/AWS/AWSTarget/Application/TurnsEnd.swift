import AWSServices
import AWSWire
import Resources

/// The way back from canaries to deployments task by task.
///
/// After every other canary the tasks stand in the second target group, which is to go. ECS itself brings them home without losing a
/// request, by one more deployment; then the service changes, and last the rule (`LiveGroup.elsewhere`).
enum TurnsEnd {
    enum Step: Equatable {
        /// ECS refuses another strategy while a deployment is under way.
        case wait(String)
        case bringHome
        case change
    }

    /// - Parameter weights: of the rule, by target group.
    static func step(_ rollout: Rollout, weights: [String: Int], home: String) -> Step {
        if case .underWay(let what) = rollout { return .wait(what) }
        let isElsewhere = weights.contains { $0.key != home && $0.value > 0 }
        return isElsewhere && weights[home] != nil ? .bringHome : .change
    }

    /// What the service is meanwhile; nil where it can be changed at once, or has no canaries to leave.
    static func prepare(
        _ order: Order<ECSServiceSettings>, from found: ECSServiceSettings, _ observed: Observed
    ) async throws -> Observed? {
        guard let turns = found.target?.turns, let target = order.settings.target, target.turns == nil else {
            return nil
        }
        let work = order.work
        let services = try await ServiceHandler.describe([found.name.text], in: found.cluster.text, work.fresh())
        guard let service = services.first else { return nil }
        let weights = try await weights(of: turns.rule.text, work)
        let rollout = Rollout(service, wanted: service.taskDefinition ?? "")
        var settings = order.settings
        settings.desiredCount = found.desiredCount
        switch step(rollout, weights: weights, home: target.targetGroup.text) {
        case .change: return nil
        case .wait(let what): return order.born(settings, facts: observed.facts, state: .pending(what))
        case .bringHome:
            try await work.perform([ServiceCalls.bringHome(order.settings, from: found)], in: .region)
            return order.born(
                settings, facts: observed.facts,
                state: .pending("ECS brings the tasks back to their first target group"))
        }
    }

    private static func weights(of rule: String, _ work: Work) async throws -> [String: Int] {
        let answer = try await work.fresh().lookIfThere(ELBv2.DescribeRulesRequest(ruleArns: [rule]))
        let groups = answer?.rules.first?.actions.first?.forwardConfig?.targetGroups ?? []
        return Dictionary(groups.map { ($0.targetGroupArn ?? "", $0.weight ?? 1) }) { first, _ in first }
    }
}
