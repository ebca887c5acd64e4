import AWSServices
import AWSWire
package import Provisioning
package import Resources
import Stacks

// The steps of a restore. Each may be made twice: what it has done is looked at before the next one is chosen.
extension AWSCloudStack {
    package func carryOut(_ step: RestoreStep, of graph: ResourceGraph, in world: World) async throws {
        let parts = try DatabaseParts(graph, world)
        try await reportingRefusals("restore the database (\(step.text))") { try await carryOut(step, parts) }
    }

    private func carryOut(_ step: RestoreStep, _ parts: DatabaseParts) async throws {
        switch step {
        case .makeCopy(let order, let origin, let name): try await makeCopy(order, origin, name, parts)
        case .addServer(let number, let copy): try await addServer(number, to: copy, parts)
        case .settle(let copy): try await settle(copy, parts)
        case .admit(let copy): try await admitApplication(to: copy, parts)
        case .begin(let copy, let moment):
            let progress = CloudRestores.Copy.Progress.taking(moment)
            try await tag(try await seen(copy).cluster, [StackScope.progressTag: progress.tag])
        case .mark(let name, let moment): try await mark(name, [StackScope.keptTag: moment])
        case .renameCluster(let name, let other):
            let exports = other == parts.names.cluster ? parts.cluster.logExports : []
            let found = try await seen(name).cluster.enabledCloudwatchLogsExports
            try await work.callIfThere(ClusterRequests.rename(name, to: other, logExports: exports, from: found))
        case .renameServer(let name, let other):
            var request = RDS.ModifyDBInstanceRequest(dbInstanceIdentifier: name, applyImmediately: true)
            request.newDBInstanceIdentifier = other
            try await work.callIfThere(request)
        case .cut(let name, let moment): try await cut(name, moment)
        case .place(let name, let moment): try await place(name, moment, parts)
        case .leave(let name): try await untag(name, [StackScope.addressTag], clusterFirst: true)
        case .forget(let name):
            let keys = [StackScope.copyTag, StackScope.purposeTag, StackScope.progressTag]
            try await untag(name, keys, clusterFirst: false)
        }
    }

    // MARK: - The copy

    private func makeCopy(
        _ order: RestoreOrder, _ origin: String, _ name: String, _ parts: DatabaseParts
    ) async throws {
        let settings = parts.copy(named: name, for: order.purpose)
        var tags = DatabaseParts.besideTags(parts.clusterTags, order)
        tags[StackScope.progressTag] = CloudRestores.Copy.Progress.making.tag
        do {
            switch order.source {
            case .moment(let seconds):
                try await work.call(
                    ClusterRequests.restore(settings, of: origin, to: AWSWire.Moment(seconds: seconds), tags: tags))
            case .snapshot(let snapshot):
                try await work.call(ClusterRequests.restore(settings, from: snapshot, tags: tags))
            }
        } catch let error as AWSError where error.kind == .alreadyExists {
            // Made by a try whose answer was lost; or it is somebody else's.
            let found = try await DatabaseClusterHandler.clusters(work.fresh()).first { $0.dbClusterIdentifier == name }
            guard let found, [String: String](found.tagList)[StackScope.copyTag] == order.source.text,
                scope.owns([String: String](found.tagList))
            else { throw taken(name) }
        }
    }

    private func addServer(_ number: Int, to copy: String, _ parts: DatabaseParts) async throws {
        let cluster = try await seen(copy).cluster
        guard let settings = parts.server(number, of: copy),
            let found = CloudRestores.Copy.order(in: [String: String](cluster.tagList))
        else { return }
        let tags = DatabaseParts.besideTags(parts.servers[number - 1].tags, found)
        do {
            try await work.call(DatabaseInstanceHandler.creation(settings, tags: tags))
        } catch let error as AWSError where error.kind == .alreadyExists {
            // Made by a try whose answer was lost; or it is somebody else's.
            let again = try await seen(copy).instances
            guard again.contains(where: { $0.dbInstanceIdentifier == settings.identifier.text }) else {
                throw taken(settings.identifier.text)
            }
        }
    }

    private func taken(_ name: String) -> Report {
        Report(
            "cannot restore the database: the name \(name) is taken",
            expected: "a name that is free, or what an earlier run of the same command has made",
            state: "what has the name is left as it is",
            next: "remove it if it is yours; then run the same command: it continues")
    }

    private func settle(_ copy: String, _ parts: DatabaseParts) async throws {
        let cluster = try await seen(copy).cluster
        guard let order = CloudRestores.Copy.order(in: [String: String](cluster.tagList)),
            let requests = parts.difference(of: cluster, for: order.purpose)
        else { return }
        try await work.perform(requests, in: .region)
    }

    /// The copy has the roles of then, with their passwords. The one that signs in now gets its password of now, and the other one is
    /// of no use.
    private func admitApplication(to copy: String, _ parts: DatabaseParts) async throws {
        let cluster = try await seen(copy).cluster
        var role = parts.role
        role.cluster = Value(try cluster.dbClusterArn.orUnreadable("RDS.DescribeDBClusters", "DBClusterArn"))
        role.masterSecret = Value(
            try (cluster.masterUserSecret?.secretArn).orUnreadable("RDS.DescribeDBClusters", "MasterUserSecret"))
        let secret = try await work.call(SecretsManager.GetSecretValueRequest(secretId: role.secret.text)).secretString
        _ = try await DatabaseRoleHandler.create(Order(Resource(parts.roleAddress, .databaseRole(role)), work))
        let alternate = RoleStatements.alternate(of: role.role)
        try await DatabaseRoleHandler.dismiss(
            SecretLogin(secret)?.user == alternate ? role.role : alternate, role, work)
        try await tag(cluster, [StackScope.progressTag: CloudRestores.Copy.Progress.ready.tag])
    }

    // MARK: - The exchange

    /// The servers first: by the cluster's tag it is told whether it was done.
    private func mark(_ name: String, _ tags: [String: String]) async throws {
        let (cluster, instances) = try await seen(name)
        for instance in instances { try await tag(instance, tags) }
        try await tag(cluster, tags)
    }

    /// A restart ends every connection, and none can come back: the name that led here is gone.
    private func cut(_ name: String, _ moment: Int) async throws {
        let (cluster, instances) = try await seen(name)
        for instance in instances where DatabaseInstanceHandler.state(instance) == .ready {
            try await work.callIfThere(
                RDS.RebootDBInstanceRequest(dbInstanceIdentifier: instance.dbInstanceIdentifier ?? ""))
        }
        try await tag(cluster, [StackScope.keptUntilTag: UTCText.text(moment)])
    }

    /// The servers first, and all before what had the place leaves it: whoever looks meanwhile finds one database, never none.
    private func place(_ name: String, _ moment: Int, _ parts: DatabaseParts) async throws {
        let (cluster, instances) = try await seen(name)
        for instance in instances {
            guard let index = parts.names.servers.firstIndex(of: instance.dbInstanceIdentifier ?? "") else { continue }
            try await tag(instance, parts.servers[index].tags)
        }
        var tags = parts.clusterTags
        tags[StackScope.restoredTag] = [String: String](cluster.tagList)[StackScope.copyTag]
        tags[StackScope.restoredAtTag] = UTCText.text(moment)
        try await tag(cluster, tags)
    }

    private func untag(_ name: String, _ keys: [String], clusterFirst: Bool) async throws {
        let (cluster, instances) = try await seen(name)
        let servers = instances.compactMap(\.dbInstanceArn)
        let own = [cluster.dbClusterArn].compactMap { $0 }
        for arn in clusterFirst ? own + servers : servers + own {
            try await work.callIfThere(RDS.RemoveTagsFromResourceRequest(resourceName: arn, tagKeys: keys))
        }
    }

    // MARK: - Looks

    private func seen(_ name: String) async throws -> (cluster: RDS.DBCluster, instances: [RDS.DBInstance]) {
        let work = work.fresh()
        async let clusters = DatabaseClusterHandler.clusters(work)
        async let instances = work.lookAll(RDS.DescribeDBInstancesRequest()).flatMap(\.dbInstances)
        let own = try await instances.filter { $0.dbClusterIdentifier == name }
        guard let cluster = try await clusters.first(where: { $0.dbClusterIdentifier == name }) else {
            throw Report(
                "the cluster \(name) is gone", state: "the rest is left as it is",
                next: "run the same command again: it continues from what is there")
        }
        return (cluster, own)
    }

    private func tag(_ cluster: RDS.DBCluster, _ tags: [String: String]) async throws {
        let arn = try cluster.dbClusterArn.orUnreadable("RDS.DescribeDBClusters", "DBClusterArn")
        try await work.call(RDS.AddTagsToResourceRequest(resourceName: arn, tags: RDS.Tag.list(tags)))
    }

    private func tag(_ instance: RDS.DBInstance, _ tags: [String: String]) async throws {
        let arn = try instance.dbInstanceArn.orUnreadable("RDS.DescribeDBInstances", "DBInstanceArn")
        try await work.call(RDS.AddTagsToResourceRequest(resourceName: arn, tags: RDS.Tag.list(tags)))
    }
}

extension CloudRestores.Copy {
    /// What it was made for.
    fileprivate static func order(in tags: [String: String]) -> RestoreOrder? {
        guard let source = tags[StackScope.copyTag].flatMap(RestoreSource.init(text:)),
            let purpose = tags[StackScope.purposeTag].flatMap(RestoreOrder.Purpose.init(rawValue:))
        else { return nil }
        return RestoreOrder(source, for: purpose)
    }
}
