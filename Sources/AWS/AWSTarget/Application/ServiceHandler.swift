import AWSServices
import AWSWire
import Provisioning
import Resources
import Stacks

/// ECS services.
enum ServiceHandler: KindHandler {
    static var lingers: Bool { true }
    static var schedule: PollSchedule { .slow }

    /// ECS describes so many services at a time.
    private static let batch = 10

    /// Where a service stands, by names: `shop`, `shop-web`.
    private struct Place: Hashable, Comparable {
        var cluster: String
        var name: String

        static func < (left: Place, right: Place) -> Bool { (left.cluster, left.name) < (right.cluster, right.name) }
    }

    static func find(_ search: Search<ECSServiceSettings>) async throws -> [Observed] {
        let search = try await search.knowing([.ecsCluster])
        let work = search.work
        // Without its cluster there is no service.
        let sought = search.items.compactMap { item in
            item.settings.cluster.literal.map {
                Place(cluster: $0.components(after: ":cluster/") ?? $0, name: item.settings.name.text)
            }
        }
        return try await work.seek(sought) {
            try await work.taggedARNs(of: "service/", in: .region).compactMap { tagged in
                guard tagged.arn.contains(":ecs:"),
                    let parts = tagged.arn.components(after: ":service/")?.split(separator: "/"), parts.count == 2
                else { return nil }
                return Place(cluster: String(parts[0]), name: String(parts[1]))
            }
        } _: { places in
            let clusters = Dictionary(grouping: places, by: \.cluster).sorted { $0.key < $1.key }
            let batches = clusters.flatMap { cluster, places in
                places.map(\.name).batches(of: batch).map { (cluster, $0) }
            }
            return try await batches.concurrentMap { cluster, names in
                let services = try await describe(names, in: cluster, work)
                return services.compactMap { service in found(service, search) }
            }.flatMap { $0 }
        }
    }

    /// Its name follows from the stack.
    static func identify(_ search: Search<ECSServiceSettings>) async throws -> [Address: [Fact: String]]? {
        let pairs = search.items.compactMap { item in
            item.settings.name.literal.map { (item.address, [Fact.name: $0]) }
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private static func found(_ service: ECS.Service, _ search: Search<ECSServiceSettings>) -> Observed? {
        guard service.status != "INACTIVE" else { return nil }
        let item = search.items.first {
            $0.settings.name.text == service.serviceName && $0.settings.cluster.literal == service.clusterArn
        }
        let tags = [String: String](service.tags)
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        return observed(service, address, tags, Rollout(service, wanted: service.taskDefinition ?? "").state)
    }

    static func describe(_ names: [String], in cluster: String, _ work: Work) async throws -> [ECS.Service] {
        let request = ECS.DescribeServicesRequest(services: names, cluster: cluster, include: ["TAGS"])
        return try await work.lookIfThere(request)?.services ?? []
    }

    private static func observed(
        _ service: ECS.Service, _ address: Address, _ tags: [String: String], _ state: Observed.State
    ) -> Observed {
        Observed(
            address, .ecsService(ECSServiceSettings(service)),
            facts: [.name: service.serviceName ?? "", .arn: service.serviceArn ?? ""], state: state, tags: tags)
    }

    static func create(_ order: Order<ECSServiceSettings>) async throws -> Observed {
        // ECS takes a second creation for a mistake, and a service that drains for none.
        if let found = try await earlier(order) { return found }
        let token = order.token(order.settings.taskDefinition.text)
        let request = ServiceCalls.create(order.settings, tags: order.tags, token: token)
        let answer = try await order.work.call(request)
        let service = try answer.service.orUnreadable("ECS.CreateService", "service")
        return order.done(
            facts: [.name: order.settings.name.text, .arn: service.serviceArn ?? ""],
            state: .pending("no task runs yet"))
    }

    static func update(_ order: Order<ECSServiceSettings>, from observed: Observed) async throws -> Observed {
        guard case .ecsService(let found) = observed.settings, let arn = observed.facts[.arn] else { return observed }
        if let waiting = try await TurnsEnd.prepare(order, from: found, observed) { return waiting }
        let changes = ServiceCalls.changes(order.settings, from: found)
        try await order.work.perform(changes + ECSTags.calls(arn, order.tags, from: observed.tags), in: .region)
        var settings = order.settings
        settings.desiredCount = found.desiredCount
        return order.born(
            settings, facts: observed.facts,
            state: changes.isEmpty ? observed.state : .pending("the change is rolled out"))
    }

    /// Reads the reasons of a deployment that fails, not only its state.
    static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed? {
        guard case .ecsService(let wanted) = observed.settings else { return nil }
        let services = try await describe([wanted.name.text], in: wanted.cluster.text, work)
        guard let service = services.first, service.status != "INACTIVE" else { return nil }
        let now = work.connection.now()
        if let reason = CanaryRescue.reason(service, wanted: wanted.taskDefinition.text, now: now) {
            // The tasks first: once it has gone back, ECS tells less of them.
            var report = try await DeploymentFailure.report(reason, of: service, at: observed.address, wanted, work)
            let state = Report.Detail("state", try await CanaryRescue.takeBack(wanted, work))
            report.details = report.details.map { $0.label == state.label ? state : $0 }
            throw report
        }
        let rollout = Rollout(service, wanted: wanted.taskDefinition.text)
        if case .failed(let reason) = rollout {
            throw try await DeploymentFailure.report(reason, of: service, at: observed.address, wanted, work)
        }
        return Self.observed(service, observed.address, [String: String](service.tags), rollout.state)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard case .ecsService(let service) = observed.settings else { return }
        do {
            // With force it need not be scaled to none first.
            try await work.gone(
                ECS.DeleteServiceRequest(service: service.name.text, cluster: service.cluster.text, force: true),
                in: .region)
        } catch let error as AWSError where error.code == "ServiceNotActiveException" {
            // On its way out already; the wait sees the end.
            return
        }
    }
}

extension Rollout {
    /// A failure that somebody else will find is no reason to make the service anew: whoever waits for it reads why.
    fileprivate var state: Observed.State {
        switch self {
        case .steady: .ready
        case .underWay(let text): .pending(text)
        case .failed(let reason): .pending("its last deployment failed: \(reason)")
        case .leaving: .deleting
        }
    }
}
