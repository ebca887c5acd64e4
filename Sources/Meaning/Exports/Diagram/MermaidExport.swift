import Resources
package import Stacks

/// A stack as Mermaid's flow chart, for README files that draw it themselves. It has what the SVG has, but for the zone in which each
/// thing stands and the cards of the security groups, which the arrows' ports say.
package struct MermaidExport: Sendable {
    private let picture: Picture

    /// Prices are shown where they are given.
    package init(_ stack: Stack, prices: DiagramPrices? = nil) {
        var picture = Picture(stack, StackResources.graph(of: stack))
        picture.prices = prices
        self.picture = picture
    }

    /// Ends with a newline; without the fence around it.
    package var text: String {
        let lines = ["---", "title: \(title)", "---", "flowchart TB"] + nodes + flows
        return lines.joined(separator: "\n") + "\n"
    }

    private var title: String {
        let prices = picture.prices.map { ", \($0.total) a month: \($0.words)" } ?? ""
        // Quoted, since a colon would begin a mapping of YAML.
        return "\"\(picture.title) in \(picture.place)\(prices)\""
    }

    // MARK: What there is

    private var nodes: [String] {
        var lines: [String] = []
        if let edge = picture.edge {
            let firewall = edge.rules.isEmpty ? [] : ["AWS WAF: \(edge.rules.joined(separator: ", "))"]
            lines.append("users([Users])")
            lines.append("edge[\(label(["CloudFront", edge.host] + edge.facts + firewall))]")
        }
        let isPublic = picture.balancer?.isPublic ?? false
        lines += group(
            "vpc", "VPC \(picture.cidr)",
            subnets(.edge, (isPublic ? balancer : []) + gateways)
                + subnets(.application, (isPublic ? [] : balancer) + group("tasks", "Tasks", tasks) + endpoints)
                + subnets(.data, database))
        if !picture.gateways.isEmpty { lines.append("internet([Internet])") }
        if picture.endpoints.contains("s3") { lines.append("s3[\(label(["S3", "by a gateway endpoint"]))]") }
        // Below the network and in a row; else it would stand above everything, one below the other.
        lines += group("beside", "Beside the network", ["direction TB"] + beside)
        return lines.map { "  " + $0 }
    }

    /// Nothing where nobody is in it.
    private func group(_ id: String, _ title: String, _ members: [String]) -> [String] {
        members.isEmpty ? [] : ["subgraph \(id)[\(label([title]))]"] + members.map { "  \($0)" } + ["end"]
    }

    private func subnets(_ tier: Tier, _ members: [String]) -> [String] {
        group(tier.subnets, "\(name(tier)) subnets", members)
    }

    private func name(_ tier: Tier) -> String { tier.subnets.prefix(1).uppercased() + tier.subnets.dropFirst() }

    private var balancer: [String] {
        picture.balancer.map { ["balancer[\(label(["Load balancer", $0.words]))]"] } ?? []
    }

    private var gateways: [String] {
        picture.gateways.isEmpty ? [] : ["nat[\(label(["NAT gateway", zones(picture.gateways.count)]))]"]
    }

    private var endpoints: [String] {
        let names = picture.interfaceEndpoints
        return names.isEmpty ? [] : ["endpoints[\(label(["Interface endpoints", names.joined(separator: ", ")]))]"]
    }

    private var tasks: [String] {
        picture.services.map { "\(id($0))[\(label([$0.name, $0.words]))]" }
            + picture.jobs.map { "job-\($0.name)[[\(label([$0.name, "a task of \($0.service)", "at \($0.when)"]))]]" }
    }

    private var database: [String] {
        picture.cluster.map { cluster in
            let servers = cluster.servers.map { "\($0.words), \($0.instanceClass)" }
            return ["database[(\(label(["Aurora PostgreSQL \(cluster.version)"] + cluster.facts + servers)))]"]
        } ?? []
    }

    private var beside: [String] {
        ([addresses] + picture.sections).enumerated().map { "beside-\($0 + 1)[\(label([$1.title] + $1.lines))]" }
    }

    /// In a title of theirs, Mermaid would draw them over what stands in the subnets.
    private var addresses: Picture.Section {
        Picture.Section(
            title: "Subnets",
            lines: Tier.allCases.map { tier in
                let blocks = picture.cells.filter { $0.tier == tier }.sorted { $0.zone < $1.zone }.map(\.cidr)
                return "\(name(tier)): \(blocks.joined(separator: ", "))"
            })
    }

    // MARK: Who talks to whom

    /// What a task may do does not depend on its service: the way out is drawn once for all of them.
    private var flows: [String] {
        var lines: [String] = []
        if picture.edge != nil { lines.append("users -->|443| edge") }
        if let balancer = picture.balancer {
            if picture.edge != nil { lines.append("edge -->|\(balancer.way)| balancer") }
            lines += picture.services.compactMap { service in
                service.port.map { "balancer -->|\($0)| \(id(service))" }
            }
        }
        if !tasks.isEmpty {
            if let cluster = picture.cluster { lines.append("tasks -->|\(cluster.port)| database") }
            if !picture.gateways.isEmpty { lines.append("tasks -.->|443| nat") }
            if !endpoints.isEmpty { lines.append("tasks -.->|443| endpoints") }
            if picture.endpoints.contains("s3") { lines.append("tasks -.->|443| s3") }
        }
        if !picture.gateways.isEmpty { lines.append("nat -.->|443| internet") }
        lines.append("vpc ~~~ beside")
        return lines.map { "  " + $0 }
    }

    /// Apart from words of Mermaid's own, such as `end`.
    private func id(_ service: Picture.ServiceBar) -> String { "service-\(service.name)" }

    private func label(_ lines: [String]) -> String {
        "\"\(lines.map(MermaidExport.escaped).joined(separator: "<br/>"))\""
    }

    private func zones(_ number: Int) -> String { "\(number) zone\(number == 1 ? "" : "s")" }

    /// As text between quotes: what begins an entity, a tag or Markdown there is written as an entity, by Mermaid's own form.
    static func escaped(_ text: String) -> String {
        let entities: [Character: String] = [
            "#": "#35;", "\"": "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;",
        ]
        return text.map { entities[$0] ?? String($0) }.joined()
    }
}
