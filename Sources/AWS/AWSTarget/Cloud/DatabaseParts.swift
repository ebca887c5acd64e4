import AWSServices
import AWSWire
import Provisioning
import Resources
import Stacks

/// The database as the graph asks for it, with everything filled in that the account knows: what a copy is made like.
struct DatabaseParts {
    let names: RestoreNames
    let cluster: DatabaseClusterSettings
    let clusterTags: [String: String]
    let servers: [(settings: DatabaseInstanceSettings, tags: [String: String])]
    /// With the cluster that serves.
    let role: DatabaseRoleSettings
    let roleAddress: Address

    /// - Throws: a report when there is no database, or not all that one needs.
    init(_ graph: ResourceGraph, _ world: World) throws(Report) {
        let facts = KnownFacts(world)
        var (cluster, tags): (DatabaseClusterSettings?, [String: String]) = (nil, [:])
        var (servers, role) = ([(settings: DatabaseInstanceSettings, tags: [String: String])](), Resource?.none)
        for resource in graph.resources {
            switch resource.settings.resolved(knowing: facts) {
            case .databaseCluster(let settings): (cluster, tags) = (settings, resource.tags)
            case .databaseInstance(let settings): servers.append((settings, resource.tags))
            case .databaseRole: role = resource
            default: break
            }
        }
        guard let cluster, let names = RestoreNames(graph), let role,
            case .databaseRole(let settings) = role.settings.resolved(knowing: facts)
        else { throw Report("the stack has no database", state: "nothing was changed") }
        guard world.resources.values.contains(where: { $0.settings.kind == .databaseCluster }),
            Settings.databaseCluster(cluster).values.allSatisfy({ $0.literal != nil }), settings.secret.literal != nil,
            servers.flatMap({ Settings.databaseInstance($0.settings).values }).allSatisfy({ $0.literal != nil })
        else {
            throw Report(
                "the database does not exist yet, or not all that belongs to it", state: "nothing was changed",
                next: "`terrace up --on aws` makes it")
        }
        (self.names, self.cluster, clusterTags, self.servers) = (names, cluster, tags, servers)
        (self.role, roleAddress) = (settings, role.address)
    }

    /// What a copy is to be like. One that is only looked into may be removed at any time, and RDS writes no log of it before it has
    /// the database's name: the group of that log would stay behind, for ever.
    func copy(named name: String, for purpose: RestoreOrder.Purpose) -> DatabaseClusterSettings {
        var copy = cluster
        copy.identifier = Value(name)
        copy.deletionProtection = cluster.deletionProtection && purpose == .succession
        if name != names.cluster { copy.logExports = [] }
        return copy
    }

    func server(_ number: Int, of copy: String) -> DatabaseInstanceSettings? {
        guard servers.indices ~= number - 1 else { return nil }
        var server = servers[number - 1].settings
        server.identifier = Value(RestoreNames.server(number, of: copy))
        server.cluster = Value(copy)
        return server
    }

    /// Without the place in the stack: else a plan would take it for the database.
    static func besideTags(_ tags: [String: String], _ order: RestoreOrder) -> [String: String] {
        var tags = tags
        tags[StackScope.addressTag] = nil
        tags[StackScope.copyTag] = order.source.text
        tags[StackScope.purposeTag] = order.purpose.rawValue
        return tags
    }

    /// What makes of a restored cluster one that is set like the database; nil when nothing is to be done.
    func difference(of cluster: RDS.DBCluster, for purpose: RestoreOrder.Purpose) -> [any WireRequest]? {
        let found = DatabaseClusterSettings(cluster)
        let wanted = copy(named: cluster.dbClusterIdentifier ?? "", for: purpose)
        var requests: [any WireRequest] = []
        // First: a cluster that is being modified refuses it.
        if wanted.dataAPI != found.dataAPI, let arn = cluster.dbClusterArn {
            requests.append(ClusterRequests.switchDataAPI(of: arn, on: wanted.dataAPI))
        }
        if let request = ClusterRequests.modify(wanted, from: found) { requests.append(request) }
        return requests.isEmpty ? nil : requests
    }
}
