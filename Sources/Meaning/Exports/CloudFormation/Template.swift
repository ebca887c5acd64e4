import Resources
import Stacks

/// The template of one region.
struct Template {
    let export: CloudFormationExport
    let region: String
    let resources: [Resource]
    private let own: Set<Address>

    init(export: CloudFormationExport, region: String, resources: [Resource]) {
        self.export = export
        self.region = region
        self.resources = resources
        own = Set(resources.map(\.address))
    }

    var stack: Stack { export.stack }
    var graph: ResourceGraph { export.graph }
    private var writer: YAMLText { YAMLText(substitute: substitute) }

    func holds(_ address: Address) -> Bool { own.contains(address) }
    func name(_ address: Address) -> String { export.names[address] ?? address.logicalName(.vpc) }

    var text: String {
        let sections: [(String, [Tree.Member])] = [
            ("Parameters", parameters), ("Outputs", outputs),
        ]
        let body = sections.map { name, members in
            members.isEmpty
                ? "" : "\n\(name):\n" + members.map { writer.body([$0], indent: 2) }.joined(separator: "\n")
        }
        return head + body[0] + "\nResources:\n" + resourceTexts.joined(separator: "\n") + body[1]
    }

    // MARK: The head

    /// Source: CloudFormation's quotas, read 2026-11.
    private static let mostResources = 500

    /// What CloudFormation will not take of it; nil where it takes all.
    var excess: String? {
        let count = resources.reduce(0) { $0 + items(of: $1).count }
        return count <= Template.mostResources
            ? nil
            : "CloudFormation takes \(Template.mostResources) resources in a template, and \(region).yaml has \(count)"
    }

    private var head: String {
        let others = export.templates(besides: region)
        let order =
            others.isEmpty
            ? ""
            : region == stack.region
                ? """
                # Create this one first: \(others[0]).yaml takes its outputs as parameters of the same names.

                """
                : """
                # Create \(others[0]).yaml first: its outputs are this one's parameters of the same names.

                """
        let limit = excess.map { "# \($0):\n# to be read, or to be cut into several.\n" } ?? ""
        return """
            \(ExportedFile.mark) cloudformation`; the next export replaces it.

            AWSTemplateFormatVersion: "2010-09-09"
            Description: \(writerLine("\(stack.fullName), \(region == stack.region ? "the stack" : "its edge")"))

            # The stack \(stack.fullName) in \(region). It is a copy: Terrace does not read it back, and what it makes carries none of the
            # tags by which Terrace knows its own.
            \(order)\(limit)#
            #   aws cloudformation deploy --region \(region) --stack-name \(stack.fullName)\(region == stack.region ? "" : "-edge") \\
            #     --template-file \(region).yaml --s3-bucket BUCKET --capabilities CAPABILITY_NAMED_IAM \\
            #     --parameter-overrides NAME=VALUE …

            """
    }

    private func writerLine(_ text: String) -> String {
        writer.body([Tree.Member(key: "x", value: .word(text))], indent: 0).dropFirst(3).split(separator: "\n")
            .joined()
    }

    // MARK: Resources

    private var resourceTexts: [String] {
        let rendered = Dictionary(resources.map { ($0.address, items(of: $0)) }) { first, _ in first }
        return resources.flatMap { resource -> [String] in
            let items = rendered[resource.address] ?? []
            if items.isEmpty { return absent(resource).map { [$0] } ?? [] }
            return items.enumerated().map { index, item in
                text(item, of: resource, isFirst: index == 0, dependsOn: index == 0 ? waits(resource, rendered) : [])
            }
        }
    }

    private func text(_ item: TemplateResource, of resource: Resource, isFirst: Bool, dependsOn: [String]) -> String {
        let notes = (isFirst ? [resource.address.text] : []) + item.notes
        let waits = item.waits + dependsOn
        var properties = item.properties
        if isFirst, !resource.tags.isEmpty, let tags = tags(resource, item.type) { properties = properties + tags }
        let waivers = (isFirst ? ScannerWaiver.all(of: resource) : []).map { waiver -> Tree in
            ["id": .word(waiver.check), "comment": .word(waiver.reason)]
        }
        let members: Tree =
            [
                "Type": .word(item.type), "DependsOn": waits.isEmpty ? .none : .words(waits),
            ] + item.attributes + [
                "Metadata": waivers.isEmpty ? .none : ["checkov": ["skip": .list(waivers)]],
                "Properties": properties.members.isEmpty ? .none : properties,
            ]
        return notes.map { $0.isEmpty ? "  #\n" : "  # \($0)\n" }.joined()
            + "  \(name(resource.address))\(item.suffix):\n" + writer.body(members.members, indent: 4)
    }

    /// The user's tags and the name; Terrace's own would make it take the copy for its own.
    private func tags(_ resource: Resource, _ type: String) -> Tree? {
        let own = resource.tags.filter { !$0.key.hasPrefix("terrace:") }.sorted { $0.key < $1.key }
        guard !own.isEmpty, !Template.withoutTags.contains(type) else { return nil }
        return ["Tags": .list(own.map { ["Key": .word($0.key), "Value": .word($0.value)] })]
    }

    /// AWS can tag them and CloudFormation cannot.
    private static let withoutTags: Set<String> = [
        "AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule",
        "AWS::ApplicationAutoScaling::ScalableTarget",
    ]

    /// Why nothing stands for a resource.
    private func absent(_ resource: Resource) -> String? {
        let notes: [String]
        switch resource.settings {
        case .databaseRole(let settings): notes = databaseRole(settings)
        case .release(let settings): notes = release(settings)
        case .dnsRecord: notes = ["The certificate's own resource writes the record that proves its domain."]
        default: return nil
        }
        return ([resource.address.text] + notes).map { $0.isEmpty ? "  #\n" : "  # \($0)\n" }.joined()
    }

    private func databaseRole(_ settings: DatabaseRoleSettings) -> [String] {
        let script = DatabaseRoleScript(role: settings.role, database: settings.database)
        return [
            "The application's role inside PostgreSQL, which CloudFormation cannot name. Run this once the servers are up; tasks fail",
            "until it is there. The three ARNs are outputs. `terrace up --on aws` does it by itself.", "",
        ] + script.lines(cluster: "CLUSTER_ARN", masterSecret: "MASTER_SECRET_ARN", secret: "ROLE_SECRET_ARN")
    }

    private func release(_ settings: ReleaseSettings) -> [String] {
        let script = ReleaseScript(settings)
        return [
            "One task of a new version that must succeed before the service gets it, which CloudFormation cannot run. Run this once",
            "everything else is up and before each update of the service; `terrace up --on aws` does it by itself.", "",
        ]
            + script.lines(
                cluster: "CLUSTER_NAME", taskDefinition: "TASK_DEFINITION_ARN", subnets: "SUBNET_ID,SUBNET_ID",
                groups: "TASKS_GROUP_ID")
    }

    // MARK: Order

    private func waits(_ resource: Resource, _ rendered: [Address: [TemplateResource]]) -> [String] {
        let referred = Set(resource.settings.values.flatMap(\.references).map(\.address))
        return resource.dependencies.flatMap { dependency -> [String] in
            let items = rendered[dependency.address] ?? []
            return items.enumerated().filter { index, item in
                (index == 0 || !item.completes) && !referred.contains(dependency.address)
                    || item.completes && dependency.moment == .ready
            }.map { name(dependency.address) + $0.element.suffix }
        }
    }
}

extension CloudFormationExport {
    /// Regions of the other templates.
    func templates(besides region: String) -> [String] {
        let hasEdge = templateRegions.count > 1
        return hasEdge ? templateRegions.filter { $0 != region } : []
    }

    private var templateRegions: [String] {
        let edge = graph.resources.contains { $0.place == .edge || $0.kind == .distribution }
        return stack.region != "us-east-1" && edge ? [stack.region, "us-east-1"] : [stack.region]
    }
}
