import AWSServices
import AWSWire
import Provisioning
import Resources

/// Task definitions: the newest active revision of each family.
enum TaskDefinitionHandler: KindHandler {
    static func find(_ search: Search<TaskDefinitionSettings>) async throws -> [Observed] {
        let work = search.work
        return try await work.seek(search.items.map(\.settings.family.text)) {
            try await work.taggedARNs(of: "task-definition/", in: .region).compactMap {
                $0.arn.components(after: ":task-definition/").map { String($0.prefix { $0 != ":" }) }
            }
        } _: { families in
            try await families.concurrentCompactMap { try await observed($0, search) }
        }
    }

    private static func observed(
        _ family: String, _ search: Search<TaskDefinitionSettings>
    ) async throws -> Observed? {
        guard let answer = try await newest(family, search.work), let definition = answer.taskDefinition,
            definition.status == "ACTIVE", let arn = definition.taskDefinitionArn
        else { return nil }
        // That a release has succeeded is the release's to know.
        let tags = [String: String](answer.tags).filter { $0.key != ReleaseSettings.tag }
        let item = search.items.first { $0.settings.family.text == family }
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        return Observed(
            address, .taskDefinition(TaskDefinitionSettings(definition)), facts: facts(arn, family), tags: tags)
    }

    /// Nil when the family has no active revision, which ECS calls a mistake of the client.
    private static func newest(_ family: String, _ work: Work) async throws -> ECS.DescribeTaskDefinitionResponse? {
        do {
            return try await work.look(ECS.DescribeTaskDefinitionRequest(taskDefinition: family, include: ["TAGS"]))
        } catch let error as AWSError
            where error.code == "ClientException" && error.message.lowercased().contains("unable to describe")
        {
            return nil
        }
    }

    private static func facts(_ arn: String, _ family: String) -> [Fact: String] {
        [.arn: arn, .name: family, .revision: String(arn.split(separator: ":").last ?? "")]
    }

    static func create(_ order: Order<TaskDefinitionSettings>) async throws -> Observed {
        // A revision that an earlier run has registered will do, so that nothing stands there twice.
        if let found = try await earlier(order) { return found }
        return try await register(order)
    }

    static func update(_ order: Order<TaskDefinitionSettings>, from observed: Observed) async throws -> Observed {
        guard case .taskDefinition(let found) = observed.settings, let arn = observed.facts[.arn] else {
            return observed
        }
        if order.settings.isLike(found) {
            try await order.work.perform(ECSTags.calls(arn, order.tags, from: observed.tags), in: .region)
            return order.done(facts: observed.facts)
        }
        let registered = try await register(order)
        let family = order.settings.family.text
        let active = try await revisions(family, "ACTIVE", order.work)
        for arn in TaskDefinitionCalls.outdated(active, used: Set(registered.facts[.arn].map { [$0] } ?? [])) {
            try await order.work.call(ECS.DeregisterTaskDefinitionRequest(taskDefinition: arn))
        }
        return registered
    }

    private static func register(_ order: Order<TaskDefinitionSettings>) async throws -> Observed {
        let answer = try await order.work.call(TaskDefinitionCalls.register(order.settings, tags: order.tags))
        let arn = try (answer.taskDefinition?.taskDefinitionArn).orUnreadable(
            "ECS.RegisterTaskDefinition", "taskDefinitionArn")
        return order.done(facts: facts(arn, order.settings.family.text))
    }

    /// Newest first. ECS takes the family as a beginning: `web` also lists `web-admin`.
    private static func revisions(
        _ family: String, _ status: ECS.TaskDefinitionStatus, _ work: Work
    ) async throws -> [String] {
        let request = ECS.ListTaskDefinitionsRequest(familyPrefix: family, status: status, sort: "DESC")
        return try await work.fresh().lookAll(request).flatMap(\.taskDefinitionArns)
            .filter { $0.components(after: ":task-definition/")?.prefix { $0 != ":" } == family[...] }
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let family = observed.facts[.name] else { return }
        for arn in try await revisions(family, "ACTIVE", work) {
            try await work.call(ECS.DeregisterTaskDefinitionRequest(taskDefinition: arn))
        }
        let inactive = try await revisions(family, "INACTIVE", work)
        for start in stride(from: 0, to: inactive.count, by: TaskDefinitionCalls.batch) {
            let batch = Array(inactive[start..<min(start + TaskDefinitionCalls.batch, inactive.count)])
            try await work.call(ECS.DeleteTaskDefinitionsRequest(taskDefinitions: batch))
        }
    }
}

extension TaskDefinitionSettings {
    /// Whether a plan would see no difference.
    func isLike(_ other: TaskDefinitionSettings) -> Bool {
        let (left, right) = (fields, other.fields)
        return left.count == right.count
            && zip(left, right).allSatisfy { $0.name == $1.name && $0.value.says($1.value) }
    }
}
