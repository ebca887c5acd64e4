import AWSServices
import AWSWire
import Provisioning
import Resources

/// PostgreSQL's settings; a group is born with its family's own.
enum ClusterParameterGroupHandler: KindHandler {
    static func find(_ search: Search<ClusterParameterGroupSettings>) async throws -> [Observed] {
        let search = try await search.knowingTheEngine()
        let work = search.work
        return try await work.seek(search.items.compactMap(\.settings.name.literal)) {
            try await work.rdsNames("cluster-pg")
        } _: { names in
            try await names.concurrentCompactMap { try await observed($0, search) }
        }
    }

    private static func observed(
        _ name: String, _ search: Search<ClusterParameterGroupSettings>
    ) async throws -> Observed? {
        let work = search.work
        let request = RDS.DescribeDBClusterParameterGroupsRequest(dbClusterParameterGroupName: name)
        guard let group = try await work.lookIfThere(request)?.dbClusterParameterGroups.first,
            let parameters = try await parameters(name, work)
        else { return nil }
        let arn = group.dbClusterParameterGroupArn ?? work.connection.arn("rds", "cluster-pg:\(name)")
        let item = search.items.first { $0.settings.name.literal == name }
        let tags = try await work.rdsTags(arn, wanted: item?.tags)
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        let settings = ClusterParameterGroupSettings(group, parameters: parameters)
        return Observed(address, .clusterParameterGroup(settings), facts: [.name: name, .arn: arn], tags: tags)
    }

    /// Only what somebody has set; nil when the group is not there.
    private static func parameters(_ name: String, _ work: Work) async throws -> [RDS.Parameter]? {
        guard !work.isForRemoval else { return [] }
        do {
            let request = RDS.DescribeDBClusterParametersRequest(dbClusterParameterGroupName: name, source: "user")
            return try await work.lookAll(request).flatMap(\.parameters)
        } catch let error as AWSError where error.kind == .notFound {
            return nil
        }
    }

    static func create(_ order: Order<ClusterParameterGroupSettings>) async throws -> Observed {
        let (wanted, name) = (order.settings, order.settings.name.text)
        do {
            let request = RDS.CreateDBClusterParameterGroupRequest(
                dbClusterParameterGroupName: name, dbParameterGroupFamily: wanted.family.text,
                description: wanted.description, tags: RDS.Tag.list(order.tags))
            let answer = try await order.work.call(request)
            let arn =
                answer.dbClusterParameterGroup?.dbClusterParameterGroupArn
                ?? order.work.connection.arn("rds", "cluster-pg:\(name)")
            var bare = wanted
            bare.parameters = [:]
            return order.born(bare, facts: [.name: name, .arn: arn])
        } catch let error as AWSError where error.kind == .alreadyExists {
            return try await adopt(order, named: name)
        }
    }

    static func update(_ order: Order<ClusterParameterGroupSettings>, from observed: Observed) async throws -> Observed
    {
        guard case .clusterParameterGroup(let found) = observed.settings else { return observed }
        try await order.retagRDS(observed)
        let changes = ParameterChanges(from: found.parameters, to: order.settings.parameters)
        let name = order.settings.name.text
        for batch in changes.set.batches(of: ParameterChanges.mostInACall) {
            try await order.work.call(
                RDS.ModifyDBClusterParameterGroupRequest(dbClusterParameterGroupName: name, parameters: batch))
        }
        for batch in changes.reset.batches(of: ParameterChanges.mostInACall) {
            try await order.work.call(
                RDS.ResetDBClusterParameterGroupRequest(dbClusterParameterGroupName: name, parameters: batch))
        }
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let name = observed.facts[.name] else { return }
        try await work.call(RDS.DeleteDBClusterParameterGroupRequest(dbClusterParameterGroupName: name))
    }
}

/// Which parameters are set and which go back to the family's own.
struct ParameterChanges {
    /// Source: ModifyDBClusterParameterGroup's reference, read 2026-11.
    static let mostInACall = 20
    /// PostgreSQL reads these when it starts; for every other that Terrace sets a reload is enough.
    private static let readAtStart: Set<String> = ["shared_preload_libraries"]

    var set: [RDS.Parameter]
    var reset: [RDS.Parameter]

    init(from found: [String: String], to wanted: [String: String]) {
        set = wanted.filter { found[$0.key] != $0.value }.sorted { $0.key < $1.key }.map {
            Self.parameter($0.key, $0.value)
        }
        reset = found.keys.filter { wanted[$0] == nil }.sorted().map { Self.parameter($0, nil) }
    }

    private static func parameter(_ name: String, _ value: String?) -> RDS.Parameter {
        RDS.Parameter(
            parameterName: name, parameterValue: value,
            applyMethod: readAtStart.contains(name) ? .pendingReboot : .immediate)
    }
}

extension Array {
    /// Pieces of at most `count`.
    func batches(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}

extension ClusterParameterGroupSettings {
    /// As RDS tells it. Some parameters are in every list although nobody has set them.
    init(_ group: RDS.DBClusterParameterGroup, parameters: [RDS.Parameter]) {
        let set = parameters.filter { $0.source ?? "user" == "user" }.compactMap { parameter in
            parameter.parameterName.flatMap { name in parameter.parameterValue.map { (name, $0) } }
        }
        self.init(
            name: Value(group.dbClusterParameterGroupName ?? ""), family: Value(group.dbParameterGroupFamily ?? ""),
            description: group.description ?? "", parameters: Dictionary(set) { first, _ in first })
    }
}

extension Search {
    /// The group's name has the engine's family in it, which is a lookup.
    func knowingTheEngine() async throws -> Search {
        guard let lookups = try await work.board?.engineLookups() else { return self }
        var facts = work.facts
        facts.lookups.merge(lookups) { $1 }
        return Search(filling: self, with: facts)
    }
}
