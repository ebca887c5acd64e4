import AWSServices
import AWSWire
package import Provisioning
package import Resources
import Stacks

// What restores have made of the database, read from names and tags.
extension AWSCloudStack {
    package func restores(of graph: ResourceGraph, in world: World) async throws -> CloudRestores {
        let wanted = try DatabaseParts(graph, world)
        return try await reportingRefusals("look at the database") {
            let work = work
            async let clusters = DatabaseClusterHandler.clusters(work)
            async let instances = work.lookAll(RDS.DescribeDBInstancesRequest()).flatMap(\.dbInstances)
            let servers = Dictionary(grouping: try await instances) { $0.dbClusterIdentifier ?? "" }
            return CloudRestores(
                clusters: try await clusters.filter { scope.owns([String: String]($0.tagList)) }.map { cluster in
                    sighting(of: cluster, servers[cluster.dbClusterIdentifier ?? ""] ?? [], wanted)
                })
        }
    }

    private func sighting(
        of cluster: RDS.DBCluster, _ instances: [RDS.DBInstance], _ wanted: DatabaseParts
    ) -> CloudRestores.Cluster {
        let tags = [String: String](cluster.tagList)
        let copy = CloudRestores.Copy(tags: tags)
        let (first, last) = (cluster.earliestRestorableTime?.seconds, cluster.latestRestorableTime?.seconds)
        return CloudRestores.Cluster(
            name: cluster.dbClusterIdentifier ?? "", state: DatabaseClusterHandler.state(cluster),
            servers: instances.map { instance in
                CloudRestores.Server(
                    name: instance.dbInstanceIdentifier ?? "", state: DatabaseInstanceHandler.state(instance),
                    isPlaced: scope.address(in: [String: String](instance.tagList)) != nil)
            }.sorted { $0.name < $1.name }, isPlaced: scope.address(in: tags) != nil, copy: copy,
            kept: tags[StackScope.keptTag].map {
                CloudRestores.Kept(exchange: $0, until: tags[StackScope.keptUntilTag].flatMap(UTCText.seconds))
            }, restored: CloudRestores.Restored(tags: tags),
            isSettled: copy.map { wanted.difference(of: cluster, for: $0.purpose) == nil } ?? true,
            window: first.flatMap { first in last.map { first...max(first, $0) } },
            endpoint: cluster.endpoint.map { "\($0):\(cluster.port ?? 5432)" })
    }

    package func restored(_ part: RestoredPart, of graph: ResourceGraph) async throws -> [Observed] {
        try await reportingRefusals("look at the database") {
            let work = work
            async let clusters = DatabaseClusterHandler.clusters(work)
            async let instances = work.lookAll(RDS.DescribeDBInstancesRequest()).flatMap(\.dbInstances)
            let found = try await clusters.compactMap { cluster -> Observed? in
                let (name, tags) = (cluster.dbClusterIdentifier ?? "", [String: String](cluster.tagList))
                guard RestoredPart(tags) == part else { return nil }
                return scope.besideAddress(of: .databaseCluster, named: name, tags).map {
                    DatabaseClusterHandler.observed(cluster, $0, tags)
                }
            }
            let names = Set(found.compactMap { $0.facts[.name] })
            return try await found
                + instances.filter { names.contains($0.dbClusterIdentifier ?? "") }.map { instance in
                    Observed(
                        Address(.data, ResourceKind.databaseInstance.rawValue, instance.dbInstanceIdentifier ?? ""),
                        .databaseInstance(DatabaseInstanceSettings(instance)),
                        facts: DatabaseInstanceHandler.facts(instance), state: DatabaseInstanceHandler.state(instance),
                        tags: [String: String](instance.tagList))
                }
        }
    }

    package func snapshot(_ name: String, of graph: ResourceGraph) async throws {
        let own = RestoreNames(graph)?.cluster
        let all = try await reportingRefusals("look for the snapshot \(name)") {
            try await work.lookAll(RDS.DescribeDBClusterSnapshotsRequest()).flatMap(\.dbClusterSnapshots)
        }.filter { $0.dbClusterIdentifier == own || scope.owns([String: String]($0.tagList)) }
        let usable = all.filter { $0.status == "available" }.compactMap(\.dbClusterSnapshotIdentifier)
        guard !usable.contains(name) else { return }
        let state = all.first { $0.dbClusterSnapshotIdentifier == name }?.status
        throw Report(
            state.map { "the snapshot \(name) is \($0)" }
                ?? "there is no snapshot \(name) of the database of \(scope.fullName)",
            expected: usable.isEmpty ? "a snapshot, of which there is none" : usable.sorted().joined(separator: ", "),
            state: "nothing was changed", next: "`terrace db backup --list --on aws` shows them")
    }
}

extension RestoredPart {
    fileprivate init(_ tags: [String: String]) {
        self = tags[StackScope.copyTag] == nil ? .kept : DrillRemains.isCopy(tags) ? .drillCopy : .copy
    }
}

extension CloudRestores.Restored {
    fileprivate init?(tags: [String: String]) {
        guard let source = tags[StackScope.restoredTag].flatMap(RestoreSource.init(text:)),
            let moment = tags[StackScope.restoredAtTag].flatMap(UTCText.seconds)
        else { return nil }
        self.init(source: source, at: moment)
    }
}

extension CloudRestores.Copy {
    fileprivate init?(tags: [String: String]) {
        guard let source = tags[StackScope.copyTag].flatMap(RestoreSource.init(text:)),
            let purpose = tags[StackScope.purposeTag].flatMap(RestoreOrder.Purpose.init(rawValue:))
        else { return nil }
        self.init(source: source, purpose: purpose, progress: Progress(tag: tags[StackScope.progressTag] ?? ""))
    }
}

extension CloudRestores.Copy.Progress {
    init(tag: String) {
        if tag.hasPrefix(Self.word) {
            self = .taking(String(tag.dropFirst(Self.word.count)))
        } else {
            self = tag == Self.ready.tag ? .ready : .making
        }
    }

    var tag: String {
        switch self {
        case .making: "making"
        case .ready: "ready"
        case .taking(let moment): Self.word + moment
        }
    }

    private static let word = "taking "
}

// What is built on the database.
extension AWSCloudStack {
    package func forgetAnswers(of distribution: Observed) async throws {
        guard let id = distribution.facts[.id] else { return }
        // The same run asks once, whatever becomes of an answer.
        let batch = CloudFront.InvalidationBatch(
            paths: CloudFront.Paths(quantity: 1, items: ["/*"]),
            callerReference: StableHash.text("restore \(connection.run) \(id)"))
        try await reportingRefusals("have \(distribution.address) forget what it keeps") {
            _ = try await work.call(
                CloudFront.CreateInvalidationRequest(distributionId: id, invalidationBatch: batch), in: .global)
        }
    }
}
