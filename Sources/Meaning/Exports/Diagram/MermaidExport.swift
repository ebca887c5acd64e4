import Resources
package import Stacks

/// A stack as Mermaid's flow chart, for README files that draw it themselves.
package struct MermaidExport: Sendable {
    private let picture: Picture

    package init(_ stack: Stack) { picture = Picture(stack, StackResources.graph(of: stack)) }

    /// Ends with a newline; without the fence around it.
    package var text: String {
        let lines = ["flowchart TB"] + nodes + flows
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: What there is

    private var nodes: [String] {
        var lines: [String] = []
        if let edge = picture.edge {
            lines.append("  users([Users])")
            lines.append("  edge[\(label(["CloudFront", edge.host] + (edge.rules.isEmpty ? [] : ["behind AWS WAF"])))]")
        }
        lines.append("  subgraph vpc[\(label(["VPC \(picture.cidr), \(picture.region)"]))]")
        let isPublic = picture.balancer?.isPublic ?? false
        lines += group("public", "Public subnets", (isPublic ? balancer : []) + gateways)
        lines += group(
            "application", "Application subnets", (isPublic ? [] : balancer) + picture.services.map(service) + endpoints
        )
        lines += group("data", "Data subnets", database)
        lines.append("  end")
        if !picture.gateways.isEmpty { lines.append("  internet([Internet])") }
        return lines
    }

    private func group(_ id: String, _ title: String, _ members: [String]) -> [String] {
        guard !members.isEmpty else { return [] }
        return ["    subgraph \(id)[\(label([title]))]"] + members.map { "      \($0)" } + ["    end"]
    }

    private var balancer: [String] {
        picture.balancer.map { ["balancer[\(label(["Load balancer", $0.isPublic ? "internet-facing" : "internal"]))]"] }
            ?? []
    }

    private var gateways: [String] {
        picture.gateways.isEmpty ? [] : ["nat[\(label(["NAT gateway", count(picture.gateways.count, "zone")]))]"]
    }

    private var endpoints: [String] {
        let names = picture.endpoints.filter { $0 != "s3" }
        return names.isEmpty ? [] : ["endpoints[\(label(["Interface endpoints", names.joined(separator: ", ")]))]"]
    }

    private func service(_ service: Picture.ServiceBar) -> String {
        "\(id(service))[\(label([service.name, "\(service.tasks), \(service.size) each"]))]"
    }

    private var database: [String] {
        picture.cluster.map { cluster in
            ["database[(\(label(["Aurora PostgreSQL", count(cluster.servers.count, "server")])))]"]
        } ?? []
    }

    // MARK: Who talks to whom

    private var flows: [String] {
        var lines: [String] = []
        if picture.edge != nil { lines.append("  users -->|443| edge") }
        if let balancer = picture.balancer { lines.append("  edge -->|\(balancer.port)| balancer") }
        for service in picture.services {
            if let port = service.port { lines.append("  balancer -->|\(port)| \(id(service))") }
            if let cluster = picture.cluster { lines.append("  \(id(service)) -->|\(cluster.port)| database") }
            if !picture.gateways.isEmpty { lines.append("  \(id(service)) -.->|443| nat") }
            if !endpoints.isEmpty { lines.append("  \(id(service)) -.->|443| endpoints") }
        }
        if !picture.gateways.isEmpty { lines.append("  nat -.->|443| internet") }
        return lines
    }

    /// Apart from words of Mermaid's own, such as `end`.
    private func id(_ service: Picture.ServiceBar) -> String { "service-\(service.name)" }

    private func label(_ lines: [String]) -> String { "\"\(lines.joined(separator: "<br/>"))\"" }

    private func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
}
