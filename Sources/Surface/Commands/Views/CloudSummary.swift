import Provisioning
import Resources
import Stacks

/// Where a stack in the cloud is reached, as far as it is known.
struct CloudEndpoints: Sendable, Equatable {
    var url: String?
    var writer: String?
    var reader: String?
    var repositories: [String: String] = [:]

    init(_ stack: Stack, _ graph: ResourceGraph, _ facts: KnownFacts) {
        for resource in graph.resources {
            let known = facts.facts[resource.address] ?? [:]
            switch resource.kind {
            case .distribution: url = (stack.edge.domain ?? known[.dnsName]).map { "https://\($0)" }
            case .databaseCluster:
                let port = known[.port] ?? "5432"
                writer = known[.endpoint].map { "\($0):\(port)" }
                reader = known[.readerEndpoint].map { "\($0):\(port)" }
            case .repository:
                repositories[String(resource.address.text.split(separator: ".").last ?? "")] = known[.url]
            default: break
            }
        }
    }

    /// Label and text.
    var rows: [(String, String)] {
        let ends = [("url", url), ("writer", writer), ("reader", reader)]
        return ends.compactMap { label, text in text.map { (label, $0) } }
            + repositories.sorted { $0.key < $1.key }.map { ("image \($0.key)", $0.value) }
    }
}

/// The last words of an `up` that went well.
struct CloudSummary {
    var style: TextStyle

    func text(_ stack: Stack, _ endpoints: CloudEndpoints, title: String, next: String) -> String {
        let rows = endpoints.rows + [("next", next)]
        let width = rows.map(\.0.count).max() ?? 0
        let lines = rows.map { "  \(style.dim($0.0.padding(to: width)))  \($0.1)" }
        return ([title] + lines).joined(separator: "\n") + "\n"
    }
}
