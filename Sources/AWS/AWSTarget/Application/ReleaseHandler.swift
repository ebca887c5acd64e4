import AWSServices
import AWSWire
import Provisioning
import Resources
import Stacks

/// Releases: one task of each version. That it has succeeded is written into a tag of the task definition's revision, so that
/// it is known when ECS has long forgotten the task.
enum ReleaseHandler: KindHandler {
    /// By which its tasks are told from the service's.
    private static let starter = "terrace/release"

    static func find(_ search: Search<ReleaseSettings>) async throws -> [Observed] {
        let search = try await search.knowing([.taskDefinition, .ecsCluster, .subnet, .securityGroup])
        return try await search.items.concurrentCompactMap { item in
            guard let revision = item.settings.taskDefinition.literal, let family = family(of: revision) else {
                return nil
            }
            // The call by which the definition itself is found.
            let request = ECS.DescribeTaskDefinitionRequest(taskDefinition: family, include: ["TAGS"])
            let answer = try await search.work.lookIfThere(request)
            guard answer?.taskDefinition?.taskDefinitionArn == revision, isReleased(answer?.tags) else { return nil }
            return Observed(item.address, .release(item.settings), facts: [.id: revision])
        }
    }

    private static func isReleased(_ tags: [ECS.Tag]?) -> Bool {
        tags?.contains { $0.key == ReleaseSettings.tag } ?? false
    }

    /// `arn:…:task-definition/guestbook-web:7` → `guestbook-web`
    private static func family(of revision: String) -> String? {
        revision.components(after: ":task-definition/").map { String($0.prefix { $0 != ":" }) }
    }

    static func create(_ order: Order<ReleaseSettings>) async throws -> Observed {
        let settings = order.settings
        let revision = settings.taskDefinition.text
        let known = try await order.work.call(
            ECS.DescribeTaskDefinitionRequest(taskDefinition: revision, include: ["TAGS"]))
        if isReleased(known.tags) { return order.done(facts: [.id: revision]) }
        switch ReleaseStep(try await tasks(of: settings, order.work), container: settings.container) {
        case .done:
            try await note(settings, "earlier", order.work)
            return order.done(facts: [.id: revision])
        case .await(let task): return order.done(facts: [.id: task], state: .pending("its task is under way"))
        case .start(let generation):
            return order.done(
                facts: [.id: try await start(order, generation)], state: .pending("its task has been started"))
        }
    }

    /// Another version.
    static func update(_ order: Order<ReleaseSettings>, from observed: Observed) async throws -> Observed {
        try await create(order)
    }

    private static func start(_ order: Order<ReleaseSettings>, _ generation: String) async throws -> String {
        let token = order.token("\(order.settings.taskDefinition) \(generation)")
        let answer = try await order.work.call(ReleaseCalls.run(order.settings, startedBy: starter, token: token))
        if let task = answer.tasks.first?.taskArn { return task }
        throw Report(
            "cannot start the task of \(order.address): \(answer.failures.first?.reason ?? "ECS gave no reason")",
            state: "the service keeps its version",
            next: "run the same command again: it continues")
    }

    /// Those of this version, under way or ended within the last hour or so.
    private static func tasks(of settings: ReleaseSettings, _ work: Work) async throws -> [ECS.Task] {
        // Without its cluster there are none.
        guard let family = family(of: settings.taskDefinition.text), settings.cluster.literal != nil else { return [] }
        let states: [ECS.DesiredStatus] = ["RUNNING", "STOPPED"]
        return try await states.concurrentMap { state in
            let list = ECS.ListTasksRequest(cluster: settings.cluster.text, family: family, desiredStatus: state)
            let arns = try await work.fresh().lookAll(list).flatMap(\.taskArns)
            return try await ReleaseCalls.batches(arns).concurrentMap { batch in
                try await work.call(ECS.DescribeTasksRequest(tasks: batch, cluster: settings.cluster.text)).tasks
            }.flatMap { $0 }
        }.flatMap { $0 }
            .filter { $0.startedBy == starter && $0.taskDefinitionArn == settings.taskDefinition.text }
    }

    /// Also writes down that it has succeeded, and makes a report of it when it has not.
    static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed? {
        guard case .release(let settings) = observed.settings, let id = observed.facts[.id] else { return nil }
        guard id.contains(":task/") else { return try await noted(observed, work) }
        let request = ECS.DescribeTasksRequest(tasks: [id], cluster: settings.cluster.text)
        guard let task = try await work.look(request).tasks.first else { return nil }
        var seen = observed
        switch ReleaseRun(task, container: settings.container) {
        case .underWay(let text): seen.state = .pending(text)
        case .succeeded:
            try await note(settings, id, work)
            seen.state = .ready
        case .failed(let ended):
            let told = try await EndedTask.withLastLines([ended], of: settings.taskDefinition.text, work)
            throw ReleaseCalls.failure(at: observed.address, told.first ?? ended)
        }
        return seen
    }

    private static func noted(_ observed: Observed, _ work: Work) async throws -> Observed? {
        let request = ECS.DescribeTaskDefinitionRequest(taskDefinition: observed.facts[.id] ?? "", include: ["TAGS"])
        return isReleased(try await work.fresh().lookIfThere(request)?.tags) ? observed : nil
    }

    private static func note(_ settings: ReleaseSettings, _ task: String, _ work: Work) async throws {
        let word = task.split(separator: "/").last.map(String.init) ?? task
        try await work.call(
            ECS.TagResourceRequest(
                resourceArn: settings.taskDefinition.text, tags: ECS.Tag.list([ReleaseSettings.tag: word])))
    }

    /// Stops what runs and forgets that it has succeeded.
    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard case .release(let settings) = observed.settings else { return }
        for task in try await tasks(of: settings, work) where task.lastStatus != "STOPPED" {
            try await work.gone(
                ECS.StopTaskRequest(task: task.taskArn ?? "", cluster: settings.cluster.text), in: .region)
        }
        try await work.gone(
            ECS.UntagResourceRequest(resourceArn: settings.taskDefinition.text, tagKeys: [ReleaseSettings.tag]),
            in: .region)
    }
}
