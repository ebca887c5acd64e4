import Resources
package import Stacks

/// A stack as CloudFormation's templates: one for its region, and one for us-east-1 with what CloudFront takes from there.
package struct CloudFormationExport: Sendable {
    let stack: Stack
    let graph: ResourceGraph
    let names: [Address: String]

    package init(_ stack: Stack) {
        self.init(stack, graph: StackResources.graph(of: stack))
    }

    init(_ stack: Stack, graph: ResourceGraph) {
        self.stack = stack
        self.graph = graph
        names = graph.logicalNames
    }

    /// `eu-west-1.yaml`, `us-east-1.yaml`; the one to create first comes first.
    package var files: [ExportedFile] {
        templates.map { ExportedFile(name: "\($0.region).yaml", text: $0.text) }
    }

    /// What is wrong with files that are too large for CloudFormation, a clause for each.
    package var excesses: [String] { templates.compactMap(\.excess) }

    var templates: [Template] {
        let edge = graph.resources.filter(standsAtEdge)
        let main = graph.resources.filter { !standsAtEdge($0) }
        let first = Template(export: self, region: stack.region, resources: main)
        return edge.isEmpty ? [first] : [first, Template(export: self, region: "us-east-1", resources: edge)]
    }

    /// CloudFront itself goes where its certificate and its firewall are: a template can refer to nothing in another region.
    private func standsAtEdge(_ resource: Resource) -> Bool {
        guard stack.region != "us-east-1", resource.place != .region, resource.kind != .role else { return false }
        if case .dnsRecord(let record) = resource.settings {
            return !record.values.flatMap(\.references).contains { graph[$0.address]?.place == .region }
        }
        return true
    }
}
