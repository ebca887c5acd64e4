import Resources
import Stacks

/// What a drawing of a stack shows, read from its resources.
struct Picture: Sendable, Equatable {
    /// One tier's addresses in one zone.
    struct Cell: Sendable, Equatable {
        var tier: Tier
        var zone: Int
        var cidr: String
    }

    /// Tasks of one service over the zones.
    struct ServiceBar: Sendable, Equatable {
        var name: String
        /// Nil for one that takes no requests.
        var port: Int?
        var min: Int
        var max: Int
        /// `0.5 vCPU, 1 GiB`
        var size: String
        /// Per cent of the tasks above `min` on Fargate Spot.
        var spot: Int

        /// What is said of it beside its name.
        var words: String {
            let spot = spot == 0 ? "" : ", \(spot) % Spot above \(min)"
            return "\(tasks) on Fargate, \(size) each\(spot)\(port == nil ? ", takes no requests" : "")"
        }

        /// `2 to 10 tasks`, `1 task`
        var tasks: String { min == max ? "\(min) task\(min == 1 ? "" : "s")" : "\(min) to \(max) tasks" }
    }

    struct Server: Sendable, Equatable {
        var name: String
        var zone: Int
        var instanceClass: String
        var isFirst: Bool
    }

    struct Cluster: Sendable, Equatable {
        /// `17.7`, `newest with long-term support`
        var version: String
        var port: Int
        var facts: [String]
        var servers: [Server]
    }

    struct Balancer: Sendable, Equatable {
        var isPublic: Bool
        /// `443, TLS`
        var listener: String
        /// The port alone.
        var port: Int
    }

    struct EdgeBox: Sendable, Equatable {
        /// As it stands behind the word CloudFront: a name, or whose it is.
        var host: String
        var hasOwnName: Bool
        var facts: [String]
        /// Rules of the firewall; empty without one.
        var rules: [String]
        var isPrivateOrigin: Bool
    }

    /// A security group with lines such as `3000 from load-balancer`.
    struct Group: Sendable, Equatable {
        var name: String
        var ingress: [String]
        var egress: [String]
    }

    /// A heading and what stands below it, beside the network.
    struct Section: Sendable, Equatable {
        var title: String
        var lines: [String]
    }

    var title: String
    var region: String
    var cidr = ""
    var zones: Int
    var cells: [Cell] = []
    /// Zones with a NAT gateway.
    var gateways: [Int] = []
    var endpoints: [String] = []
    var balancer: Balancer?
    var services: [ServiceBar] = []
    var cluster: Cluster?
    var edge: EdgeBox?
    var groups: [Group] = []
    var sections: [Section] = []
    var prices: DiagramPrices?
}

extension Picture {
    init(_ stack: Stack, _ graph: ResourceGraph) {
        self.init(title: stack.fullName, region: stack.region, zones: stack.zones)
        let reader = PictureReader(graph: graph, zones: stack.zones)
        for resource in graph.resources { reader.add(resource, to: &self) }
        let order = stack.services.map(\.name)
        // As in the manifest, those that take requests first.
        services = reader.services.sorted { left, right in
            (left.port == nil ? 1 : 0, order.firstIndex(of: left.name) ?? 0)
                < (right.port == nil ? 1 : 0, order.firstIndex(of: right.name) ?? 0)
        }
        cluster?.servers.sort { ($0.zone, $0.name) < ($1.zone, $1.name) }
        let fromOutside = ["load-balancer", "tasks", "database", "endpoints"]
        groups = reader.groups.sorted {
            (fromOutside.firstIndex(of: $0.name) ?? 9) < (fromOutside.firstIndex(of: $1.name) ?? 9)
        }
        sections = reader.sections
    }
}
