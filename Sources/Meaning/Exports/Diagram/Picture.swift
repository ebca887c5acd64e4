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

    /// A command that runs at certain times as a task of a service.
    struct Job: Sendable, Equatable {
        var name: String
        /// `30 3 * * MON-FRI, Europe/Berlin`
        var when: String
        var service: String
    }

    struct Server: Sendable, Equatable {
        var name: String
        var zone: Int
        var instanceClass: String
        var isFirst: Bool

        /// `db-1, writer`
        var words: String { "\(name), \(isFirst ? "writer" : "reader")" }
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

        /// How CloudFront gets there: `443 with secret header`.
        var way: String { isPublic ? "\(port) with secret header" : "\(port) by VPC origin" }
        /// `internal, HTTP, port 80`
        var words: String { "\(isPublic ? "internet-facing" : "internal"), \(listener)" }
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
    var jobs: [Job] = []
    var cluster: Cluster?
    var edge: EdgeBox?
    var groups: [Group] = []
    var sections: [Section] = []
    var prices: DiagramPrices?

    /// All that stands beside the network, where jobs do not stand elsewhere.
    var panel: [Section] {
        jobs.isEmpty
            ? sections
            : sections + [Section(title: "Scheduled jobs", lines: jobs.map { "\($0.name): \($0.when)" })]
    }

    /// What an interface stands for in the network; S3's gateway is a route.
    var interfaceEndpoints: [String] { endpoints.filter { $0 != "s3" } }

    /// `eu-west-1, three availability zones`
    var place: String { "\(region), \(zones == 3 ? "three" : "two") availability zones" }
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
        jobs = stack.jobs.filter { reader.runsJob($0.name) }.map {
            Job(name: $0.name, when: "\($0.schedule.text), \($0.timezone)", service: $0.service)
        }
        cluster?.servers.sort { ($0.zone, $0.name) < ($1.zone, $1.name) }
        let fromOutside = ["load-balancer", "tasks", "database", "endpoints"]
        groups = reader.groups.sorted {
            (fromOutside.firstIndex(of: $0.name) ?? 9) < (fromOutside.firstIndex(of: $1.name) ?? 9)
        }
        sections = reader.sections
    }
}
