import AWSServices
import AWSWire
import Provisioning
import Resources

/// ECS clusters with their capacity providers.
enum ClusterHandler: KindHandler {
    static func find(_ search: Search<ECSClusterSettings>) async throws -> [Observed] {
        let work = search.work
        return try await work.seek(search.items.map(\.settings.name.text)) {
            try await work.taggedARNs(of: "cluster/", in: .region).map(\.arn)
                .filter { $0.contains(":ecs:") }.compactMap { $0.components(after: ":cluster/") }
        } _: { names in
            let answer = try await work.look(
                ECS.DescribeClustersRequest(
                    clusters: names, include: ["TAGS", "SETTINGS", "CONFIGURATIONS", "ATTACHMENTS"]))
            return answer.clusters.compactMap { observed($0, search) }
        }
    }

    private static func observed(_ cluster: ECS.Cluster, _ search: Search<ECSClusterSettings>) -> Observed? {
        // ECS remembers clusters that are gone.
        guard cluster.status != "INACTIVE" else { return nil }
        let tags = [String: String](cluster.tags)
        let item = search.items.first { $0.settings.name.text == cluster.clusterName }
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        return Observed(
            address, .ecsCluster(ECSClusterSettings(cluster)), facts: facts(cluster),
            state: ClusterCalls.state(cluster), tags: tags)
    }

    private static func facts(_ cluster: ECS.Cluster) -> [Fact: String] {
        var facts: [Fact: String] = [:]
        facts[.name] = cluster.clusterName
        facts[.arn] = cluster.clusterArn
        return facts
    }

    /// A cluster of that name that is there already is what the call gives back, whoever made it: so it looks first.
    static func create(_ order: Order<ECSClusterSettings>) async throws -> Observed {
        if let found = try await earlier(order) { return found }
        let answer = try await order.work.call(ClusterCalls.create(order.settings, tags: order.tags))
        let cluster = try answer.cluster.orUnreadable("ECS.CreateCluster", "cluster")
        return order.done(facts: facts(cluster), state: ClusterCalls.state(cluster))
    }

    static func update(_ order: Order<ECSClusterSettings>, from observed: Observed) async throws -> Observed {
        guard case .ecsCluster(let found) = observed.settings, let arn = observed.facts[.arn] else { return observed }
        let changes = ClusterCalls.changes(order.settings, from: found)
        try await order.work.perform(changes + ECSTags.calls(arn, order.tags, from: observed.tags), in: .region)
        return order.done(facts: observed.facts, state: observed.state)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let arn = observed.facts[.arn] else { return }
        do {
            try await work.gone(ECS.DeleteClusterRequest(cluster: arn), in: .region)
        } catch let error as AWSError where error.code == "ClusterContainsTasksException" {
            try await stopTasks(in: arn, work)
            throw error
        }
    }

    /// The services have gone before: what is left are tasks of jobs and of `run`, which nobody else would end.
    private static func stopTasks(in cluster: String, _ work: Work) async throws {
        let tasks = try await work.fresh().lookAll(ECS.ListTasksRequest(cluster: cluster)).flatMap(\.taskArns)
        for task in tasks { try await work.gone(ECS.StopTaskRequest(task: task, cluster: cluster), in: .region) }
    }
}

/// Tags are changed the same way on everything in ECS.
enum ECSTags {
    static func calls(_ arn: String, _ desired: [String: String], from observed: [String: String]) -> [any WireRequest]
    {
        TagChange(desired, from: observed).calls {
            ECS.TagResourceRequest(resourceArn: arn, tags: ECS.Tag.list($0))
        } untag: {
            ECS.UntagResourceRequest(resourceArn: arn, tagKeys: $0)
        }
    }
}
