import AWSServices
import AWSWire
import Provisioning
import Resources
import Stacks

/// The Aurora cluster. Everything that can differ is changed by one call.
enum DatabaseClusterHandler: KindHandler {
    static var lingers: Bool { true }
    static var schedule: PollSchedule { .slow }

    static func find(_ search: Search<DatabaseClusterSettings>) async throws -> [Observed] {
        let work = search.work
        return try await clusters(work).compactMap { cluster -> Observed? in
            let tags = [String: String](cluster.tagList)
            guard let address = search.address(ofDatabasePart: cluster.dbClusterIdentifier ?? "", tags) else {
                let item = search.items.first { $0.settings.identifier.text == cluster.dbClusterIdentifier }
                if let item { search.noteTaken(item, tags: tags) }
                return nil
            }
            return observed(cluster, address, tags)
        }.withoutSuperseded()
    }

    /// Whether the stack has one.
    static func isThere(_ work: Work) async throws -> Bool {
        try await clusters(work).contains { work.scope.owns([String: String]($0.tagList)) }
    }

    static func clusters(_ work: Work) async throws -> [RDS.DBCluster] {
        try await work.lookAll(RDS.DescribeDBClustersRequest()).flatMap(\.dbClusters)
    }

    static func observed(_ cluster: RDS.DBCluster, _ address: Address, _ tags: [String: String]) -> Observed {
        Observed(
            address, .databaseCluster(DatabaseClusterSettings(cluster)), facts: facts(cluster), state: state(cluster),
            tags: tags)
    }

    private static func facts(_ cluster: RDS.DBCluster) -> [Fact: String] {
        var facts: [Fact: String] = [:]
        facts[.name] = cluster.dbClusterIdentifier
        facts[.arn] = cluster.dbClusterArn
        facts[.endpoint] = cluster.endpoint
        facts[.readerEndpoint] = cluster.readerEndpoint
        facts[.port] = cluster.port.map(String.init)
        facts[.masterSecret] = cluster.masterUserSecret?.secretArn
        return facts
    }

    static func state(_ cluster: RDS.DBCluster) -> Observed.State {
        switch cluster.status {
        case "available"?:
            switch cluster.masterUserSecret?.secretStatus {
            case "creating"?: .pending("RDS is making the master's secret")
            case "impaired"?: .failed("RDS cannot reach the master's secret")
            default: .ready
            }
        case "deleting"?: .deleting
        case let status? where Self.lost.contains(status): .failed("the cluster is \(status)")
        case let status?: .pending("the cluster is \(status)")
        case nil: .pending("the cluster has no state yet")
        }
    }

    /// States that do not end by themselves. Source: RDS user guide, cluster status, read 2026-11.
    private static let lost: Set<String> = [
        "failed", "cloning-failed", "inaccessible-encryption-credentials",
        "inaccessible-encryption-credentials-recoverable", "migration-failed",
    ]

    static func create(_ order: Order<DatabaseClusterSettings>) async throws -> Observed {
        do {
            let answer = try await order.work.call(ClusterRequests.create(order.settings, tags: order.tags))
            let cluster = try answer.dbCluster.orUnreadable("RDS.CreateDBCluster", "DBCluster")
            let state = state(cluster)
            return order.done(facts: facts(cluster), state: state == .ready ? .pending("creating") : state)
        } catch let error as AWSError where error.kind == .alreadyExists {
            return try await adopt(order, named: order.settings.identifier.text)
        }
    }

    static func update(_ order: Order<DatabaseClusterSettings>, from observed: Observed) async throws -> Observed {
        guard case .databaseCluster(let found) = observed.settings else { return observed }
        try await order.retagRDS(observed)
        var state = observed.state
        // First: a cluster that is being modified refuses it.
        if order.settings.dataAPI != found.dataAPI, let arn = observed.facts[.arn] {
            let switching = ClusterRequests.switchDataAPI(of: arn, on: order.settings.dataAPI)
            try await order.work.perform([switching], in: .region)
        }
        if let request = ClusterRequests.modify(order.settings, from: found) {
            try await order.work.call(request)
            state = .pending("the cluster is being changed")
        }
        return order.done(facts: observed.facts, state: state)
    }

    /// Lifts the protection first. A final snapshot needs a name that no earlier one has.
    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let name = observed.facts[.name] else { return }
        guard let cluster = try await clusters(work.fresh()).first(where: { $0.dbClusterIdentifier == name }) else {
            return
        }
        guard cluster.status != "deleting" else { return }
        if cluster.deletionProtection == true {
            try await work.call(
                RDS.ModifyDBClusterRequest(dbClusterIdentifier: name, applyImmediately: true, deletionProtection: false)
            )
        }
        guard policy == .keepData, !isCopy(cluster) else {
            try await work.call(RDS.DeleteDBClusterRequest(dbClusterIdentifier: name, skipFinalSnapshot: true))
            return
        }
        for attempt in 1...Self.mostSnapshots {
            let snapshot = FinalSnapshot.name(of: name, resource: cluster.dbClusterResourceId ?? "", attempt: attempt)
            do {
                try await work.call(
                    RDS.DeleteDBClusterRequest(
                        dbClusterIdentifier: name, skipFinalSnapshot: false, finalDBSnapshotIdentifier: snapshot))
                return
            } catch let error as AWSError where error.code.hasPrefix("DBClusterSnapshotAlreadyExists") {
                continue
            }
        }
        throw Report(
            "cannot delete \(observed.address): \(Self.mostSnapshots) final snapshots of it are there already",
            next: "delete old snapshots of \(name), then run the same command")
    }

    /// Whether nobody's data but a restore's is in it: a copy ends as it was made.
    private static func isCopy(_ cluster: RDS.DBCluster) -> Bool {
        let tags = [String: String](cluster.tagList)
        return tags[StackScope.copyTag] != nil && tags[StackScope.addressTag] == nil
            && tags[StackScope.progressTag]?.hasPrefix("taking") == false
    }

    private static let mostSnapshots = 20
}

/// Every life of a cluster has a snapshot of its own at its end.
enum FinalSnapshot {
    /// `guestbook-final-abcdef12`: letters, digits and single hyphens.
    static func name(of cluster: String, resource: String, attempt: Int) -> String {
        let life = StableHash.text("\(cluster)/\(resource)").prefix(8)
        return "\(cluster)-final-\(life)" + (attempt > 1 ? "-\(attempt)" : "")
    }
}
