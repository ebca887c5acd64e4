import AWSServices
import AWSWire
import Provisioning
import Resources

/// One server of the cluster.
enum DatabaseInstanceHandler: KindHandler {
    static var lingers: Bool { true }
    static var schedule: PollSchedule { .slow }

    static func find(_ search: Search<DatabaseInstanceSettings>) async throws -> [Observed] {
        let work = search.work
        // A server never outlives its cluster.
        if work.isForRemoval, try await !DatabaseClusterHandler.isThere(work) { return [] }
        let pages = try await work.lookAll(RDS.DescribeDBInstancesRequest())
        return pages.flatMap(\.dbInstances).compactMap { instance -> Observed? in
            let tags = [String: String](instance.tagList)
            guard let address = search.address(ofDatabasePart: instance.dbInstanceIdentifier ?? "", tags) else {
                let item = search.items.first { $0.settings.identifier.text == instance.dbInstanceIdentifier }
                if let item { search.noteTaken(item, tags: tags) }
                return nil
            }
            var settings = DatabaseInstanceSettings(instance)
            // RDS tells the zone of a new server late; the one that was asked for is the one it gets.
            if instance.availabilityZone == nil, let item = search.items.first(where: { $0.address == address }) {
                settings.zone = item.settings.zone
            }
            return Observed(
                address, .databaseInstance(settings), facts: facts(instance), state: state(instance), tags: tags)
        }.withoutSuperseded()
    }

    static func facts(_ instance: RDS.DBInstance) -> [Fact: String] {
        var facts: [Fact: String] = [:]
        facts[.name] = instance.dbInstanceIdentifier
        facts[.arn] = instance.dbInstanceArn
        return facts
    }

    static func state(_ instance: RDS.DBInstance) -> Observed.State {
        switch instance.dbInstanceStatus {
        case "available"?, "storage-optimization"?: .ready
        case "deleting"?: .deleting
        case let status? where Self.lost.contains(status): .failed("the server is \(status)")
        case let status?: .pending("the server is \(status)")
        case nil: .pending("the server has no state yet")
        }
    }

    /// States that do not end by themselves. Source: RDS user guide, instance status, read 2026-11.
    private static let lost: Set<String> = [
        "failed", "incompatible-create", "incompatible-network", "incompatible-option-group", "incompatible-parameters",
        "incompatible-restore", "insufficient-capacity", "restore-error", "storage-full",
        "inaccessible-encryption-credentials", "inaccessible-encryption-credentials-recoverable",
    ]

    static func create(_ order: Order<DatabaseInstanceSettings>) async throws -> Observed {
        do {
            let answer = try await order.work.call(creation(order.settings, tags: order.tags))
            let instance = try answer.dbInstance.orUnreadable("RDS.CreateDBInstance", "DBInstance")
            let state = state(instance)
            return order.done(facts: facts(instance), state: state == .ready ? .pending("creating") : state)
        } catch let error as AWSError where error.kind == .alreadyExists {
            return try await adopt(order, named: order.settings.identifier.text)
        }
    }

    static func creation(
        _ wanted: DatabaseInstanceSettings, tags: [String: String]
    ) -> RDS.CreateDBInstanceRequest {
        var request = RDS.CreateDBInstanceRequest(
            dbInstanceIdentifier: wanted.identifier.text, dbInstanceClass: wanted.instanceClass,
            engine: LookupSearch.engine, tags: RDS.Tag.list(tags))
        request.dbClusterIdentifier = wanted.cluster.text
        request.availabilityZone = wanted.zone.text
        request.promotionTier = wanted.promotionTier
        request.monitoringInterval = wanted.monitoringInterval
        request.monitoringRoleArn = wanted.monitoringRole.text
        request.publiclyAccessible = wanted.isPublic
        request.autoMinorVersionUpgrade = wanted.autoMinorUpgrade
        request.enablePerformanceInsights = wanted.performanceInsights
        return request
    }

    static func update(_ order: Order<DatabaseInstanceSettings>, from observed: Observed) async throws -> Observed {
        guard case .databaseInstance(let found) = observed.settings else { return observed }
        try await order.retagRDS(observed)
        guard let request = modification(order.settings, from: found) else {
            return order.done(facts: observed.facts, state: observed.state)
        }
        try await order.work.call(request)
        return order.done(facts: observed.facts, state: .pending("the server is being changed"))
    }

    /// Nil when nothing differs that a modification can change.
    static func modification(
        _ wanted: DatabaseInstanceSettings, from found: DatabaseInstanceSettings
    ) -> RDS.ModifyDBInstanceRequest? {
        let bare = RDS.ModifyDBInstanceRequest(dbInstanceIdentifier: wanted.identifier.text, applyImmediately: true)
        var request = bare
        if wanted.instanceClass != found.instanceClass { request.dbInstanceClass = wanted.instanceClass }
        if wanted.promotionTier != found.promotionTier { request.promotionTier = wanted.promotionTier }
        if wanted.monitoringInterval != found.monitoringInterval || wanted.monitoringRole != found.monitoringRole {
            request.monitoringInterval = wanted.monitoringInterval
            request.monitoringRoleArn = wanted.monitoringRole.text
        }
        if wanted.isPublic != found.isPublic { request.publiclyAccessible = wanted.isPublic }
        if wanted.autoMinorUpgrade != found.autoMinorUpgrade {
            request.autoMinorVersionUpgrade = wanted.autoMinorUpgrade
        }
        if wanted.performanceInsights != found.performanceInsights {
            request.enablePerformanceInsights = wanted.performanceInsights
        }
        return request == bare ? nil : request
    }

    /// The cluster's snapshot holds what its servers know.
    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let name = observed.facts[.name] else { return }
        try await work.call(RDS.DeleteDBInstanceRequest(dbInstanceIdentifier: name, skipFinalSnapshot: true))
    }
}

extension DatabaseInstanceSettings {
    /// As RDS tells it.
    init(_ instance: RDS.DBInstance) {
        self.init(
            identifier: Value(instance.dbInstanceIdentifier ?? ""), cluster: Value(instance.dbClusterIdentifier ?? ""),
            instanceClass: instance.dbInstanceClass ?? "", zone: Value(instance.availabilityZone ?? ""),
            promotionTier: instance.promotionTier ?? 1, monitoringRole: Value(instance.monitoringRoleArn ?? ""),
            monitoringInterval: instance.monitoringInterval ?? 0, isPublic: instance.publiclyAccessible ?? false,
            autoMinorUpgrade: instance.autoMinorVersionUpgrade ?? false,
            performanceInsights: instance.performanceInsightsEnabled ?? false)
    }
}
