import AWSServices
import AWSWire
package import Provisioning
package import Resources
import Stacks

extension AWSCloudStack {
    package func backups(of world: World) async throws -> CloudBackups {
        try await reportingRefusals("look for backups") {
            let (name, work) = (try clusterName(in: world), work)
            async let cluster = work.call(RDS.DescribeDBClustersRequest(dbClusterIdentifier: name)).dbClusters.first
            let all = try await work.lookAll(RDS.DescribeDBClusterSnapshotsRequest()).flatMap(\.dbClusterSnapshots)
            // Also those of what restores have set aside, and of earlier lives of the stack.
            let own = all.filter { $0.dbClusterIdentifier == name || scope.owns([String: String]($0.tagList)) }
            let snapshots = own.map { snapshot in
                CloudBackups.Snapshot(
                    name: snapshot.dbClusterSnapshotIdentifier ?? "", made: snapshot.snapshotCreateTime?.seconds,
                    state: snapshot.status ?? "unknown", isManual: snapshot.snapshotType == "manual")
            }
            let (first, last) = (
                try await cluster?.earliestRestorableTime?.seconds, try await cluster?.latestRestorableTime?.seconds
            )
            return CloudBackups(
                database: name, snapshots: snapshots.sorted { ($0.made ?? .max, $0.name) < ($1.made ?? .max, $1.name) },
                window: first.flatMap { first in last.map { first...max(first, $0) } })
        }
    }

    package func makeBackup(of world: World, named name: String) async throws {
        try await reportingRefusals("make the snapshot \(name)") {
            let cluster = try clusterName(in: world)
            let tags = world.resources.values.first { $0.settings.kind == .databaseCluster }?.tags ?? [:]
            // Its place in the stack is not the cluster's: else it would be taken for it.
            let own = tags.filter { $0.key != StackScope.addressTag }
            let request = RDS.CreateDBClusterSnapshotRequest(
                dbClusterSnapshotIdentifier: name, dbClusterIdentifier: cluster,
                tags: own.sorted { $0.key < $1.key }.map { RDS.Tag(key: $0.key, value: $0.value) })
            do { try await work.call(request) } catch let error as AWSError where error.kind == .alreadyExists {
                // Made by a try whose answer was lost: nobody else gives it a name of this second.
            }
        }
    }

    /// - Throws: a report when there is no database yet.
    func clusterName(in world: World) throws(Report) -> String {
        guard let name = databaseName(of: world) else {
            throw Report(
                "the database of \(scope.fullName) does not exist yet", state: "nothing was changed",
                next: "`terrace up --on aws` makes it")
        }
        return name
    }
}
