/// Names around the database's own: of a copy that is restored beside it, and of what a restore in place sets aside.
package struct RestoreNames: Sendable, Equatable {
    /// Of the cluster that serves.
    package let cluster: String
    /// Of its servers, the first one first.
    package let servers: [String]

    /// RDS takes 63 characters; a server's number comes behind.
    private static let limit = 58

    package init(cluster: String, servers: [String]) {
        self.cluster = cluster
        self.servers = servers
    }

    /// Nil for a stack without a database.
    package init?(_ graph: ResourceGraph) {
        var (cluster, servers) = (String?.none, [String]())
        for resource in graph.resources {
            switch resource.settings {
            case .databaseCluster(let settings): cluster = settings.identifier.literal
            case .databaseInstance(let settings): servers += [settings.identifier.literal].compactMap { $0 }
            default: break
            }
        }
        guard let cluster, !servers.isEmpty else { return nil }
        self.init(cluster: cluster, servers: servers)
    }

    /// - Parameter source: `2026-11-29T06:12:00Z`, or a snapshot's name.
    package func copy(from source: String) -> String {
        Names(stack: cluster).name("from", Self.identifier(source), limit: Self.limit)
    }

    /// Of a copy that a drill makes; nobody else gives a copy such a name.
    ///
    /// - Parameter source: `2026-11-29T06:12:00Z`
    package func drillCopy(from source: String) -> String {
        Names(stack: cluster).name(DrillRemains.purpose, Self.identifier(source), limit: Self.limit)
    }

    /// - Parameter moment: `2026-11-30T06:35:01Z`
    package func kept(before moment: String) -> String {
        Names(stack: cluster).name("before", Self.identifier(moment), limit: Self.limit)
    }

    /// A server of one of these; the stack's own servers have names of their own.
    package static func server(_ number: Int, of cluster: String) -> String { "\(cluster)-\(number)" }

    /// Nil for a name that `server` did not make.
    package static func number(of server: String, in cluster: String) -> Int? {
        guard server.hasPrefix(cluster + "-") else { return nil }
        return Int(server.dropFirst(cluster.count + 1))
    }

    /// Lower-case letters and digits with single hyphens between them, as RDS wants names.
    private static func identifier(_ text: String) -> String {
        let parts = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return parts.joined(separator: "-")
    }
}
