import AWSServices
import AWSWire
import Resources
import Stacks

/// Finds out what the account and the region can tell, all of it at the same time, and only what the graph speaks of. What a
/// stack has settled on stays: its zones are those of its subnets, its version is the cluster's.
struct LookupSearch: Sendable {
    private let graph: ResourceGraph
    private let board: FindBoard
    private let work: Work

    init(_ graph: ResourceGraph, _ board: FindBoard, _ work: Work) {
        self.graph = graph
        self.board = board
        self.work = work
    }

    func answers() async throws -> [Lookup: String] {
        let wanted = graph.lookups
        let zoneCount = wanted.compactMap(\.zone).max().map { $0 + 1 } ?? 0
        return try await withThrowingTaskGroup(of: [Lookup: String].self) { group in
            if zoneCount > 0 { group.addTask { try await zones(zoneCount) } }
            if wanted.contains(.cloudFrontPrefixList) || wanted.contains(.s3PrefixList) {
                group.addTask { try await prefixLists(wanted) }
            }
            group.addTask { try await engineAnswers() }
            for case .hostedZone(let domain) in wanted {
                group.addTask { [.hostedZone(domain): try await work.hostedZone(of: domain)] }
            }
            for case .image(let service) in wanted { group.addTask { try await image(service) } }
            return try await group.reduce(into: work.connection.ownLookups) { $0.merge($1) { _, new in new } }
        }
    }

    // MARK: - Zones

    private func zones(_ count: Int) async throws -> [Lookup: String] {
        async let offered = work.look(EC2.DescribeAvailabilityZonesRequest())
        let settled = ZoneChoice.settled(try await board.found(.subnet), graph)
        let zones = try await offered.availabilityZones.compactMap(ZoneChoice.Zone.init)
        var choice = ZoneChoice(zones: zones, settled: settled)
        if graph.has(.vpcOrigin) { choice.excluded = ZoneChoice.withoutVPCOrigins }
        if settled.count < count, let databaseClass = graph.databaseClass {
            choice.orderable = try await orderable(databaseClass)
        }
        return try choice.lookups(count, region: work.connection.region)
    }

    /// Names of the zones in which the database's servers can stand.
    private func orderable(_ databaseClass: String) async throws -> Set<String> {
        let request = RDS.DescribeOrderableDBInstanceOptionsRequest(
            engine: Self.engine, dbInstanceClass: databaseClass, vpc: true)
        let options = try await work.lookAll(request).flatMap(\.orderableDBInstanceOptions)
        return Set(options.flatMap(\.availabilityZones).compactMap(\.name))
    }

    // MARK: - Prefix lists

    private static let cloudFrontList = "com.amazonaws.global.cloudfront.origin-facing"

    private func prefixLists(_ wanted: Set<Lookup>) async throws -> [Lookup: String] {
        let names: [(Lookup, String)] = [
            (.cloudFrontPrefixList, Self.cloudFrontList), (.s3PrefixList, "com.amazonaws.\(work.connection.region).s3"),
        ]
        let request = EC2.DescribeManagedPrefixListsRequest(
            filters: [EC2.Filter(name: "prefix-list-name", values: names.map(\.1))])
        let lists = try await work.lookAll(request).flatMap(\.prefixLists)
        var found: [Lookup: String] = [:]
        for (lookup, name) in names where wanted.contains(lookup) {
            guard let id = lists.first(where: { $0.prefixListName == name })?.prefixListId else {
                throw Report(
                    "\(work.connection.region) has no prefix list \(name)", expected: "a region that has the service",
                    next: "choose another region in the manifest")
            }
            found[lookup] = id
        }
        return found
    }

    // MARK: - Engine

    static let engine = "aurora-postgresql"

    func engineAnswers() async throws -> [Lookup: String] {
        let lookups = graph.lookups
        var wanted = lookups.compactMap(\.version)
        if lookups.contains(.engineFamily), !wanted.contains("auto") { wanted.append("auto") }
        guard !wanted.isEmpty else { return [:] }
        async let answers = work.lookAll(RDS.DescribeDBEngineVersionsRequest(engine: Self.engine))
        let cluster = try await board.found(.databaseCluster).first { graph[$0.address] != nil }
        let offered = try await answers.flatMap(\.dbEngineVersions).compactMap(EngineChoice.Offer.init)
        let choice = EngineChoice(offered: offered, existing: cluster?.engineVersion)
        var found: [Lookup: String] = [:]
        for word in wanted {
            let offer = try choice.offer(for: word, region: work.connection.region)
            found[.engineVersion(word)] = offer.version
            if word == "auto" { found[.engineFamily] = offer.family }
        }
        return found
    }

    // MARK: - Names and images

    /// Missing while nothing was pushed: what needs it says so.
    private func image(_ service: String) async throws -> [Lookup: String] {
        let repositories = try await board.found(.repository)
        let repository = repositories.first { $0.address.text.hasSuffix(".\(service)") }
        guard let name = repository?.facts[.name], let url = repository?.facts[.url] else { return [:] }
        let images = try await work.lookAll(ECR.DescribeImagesRequest(repositoryName: name)).flatMap(\.imageDetails)
        let newest = images.filter { $0.imageDigest != nil }.max {
            ($0.imagePushedAt?.milliseconds ?? 0) < ($1.imagePushedAt?.milliseconds ?? 0)
        }
        return newest?.imageDigest.map { [.image(service): "\(url)@\($0)"] } ?? [:]
    }
}

extension AWSConnection {
    /// What is known without asking again.
    var ownLookups: [Lookup: String] {
        [.account: account, .partition: partition.rawValue, .region: region]
    }
}

extension ResourceGraph {
    /// Everything that the resources ask of the account.
    var lookups: Set<Lookup> {
        Set(
            resources.flatMap { $0.settings.values.flatMap(\.parts) }.compactMap {
                if case .lookup(let lookup) = $0 { lookup } else { nil }
            })
    }

    fileprivate func has(_ kind: ResourceKind) -> Bool { resources.contains { $0.kind == kind } }

    fileprivate var databaseClass: String? {
        for resource in resources {
            if case .databaseInstance(let settings) = resource.settings { return settings.instanceClass }
        }
        return nil
    }
}

extension Lookup {
    fileprivate var zone: Int? {
        switch self {
        case .zoneID(let index), .zoneName(let index): index
        default: nil
        }
    }

    fileprivate var version: String? { if case .engineVersion(let word) = self { word } else { nil } }
}

extension Observed {
    fileprivate var engineVersion: String? {
        if case .databaseCluster(let settings) = settings { settings.version.literal } else { nil }
    }
}
