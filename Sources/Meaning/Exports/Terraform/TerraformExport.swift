package import Resources
package import Stacks

/// A stack as plain resources of Terraform's AWS provider, version 5: no modules, a file for each group, every fact by its name.
package struct TerraformExport: Sendable {
    let stack: Stack
    let graph: ResourceGraph
    /// What runs, when Terraform is to take it over.
    let world: World?

    /// With a world, import blocks for what runs come with the files.
    package init(_ stack: Stack, takingOver world: World? = nil) {
        self.stack = stack
        self.world = world
        graph = StackResources.graph(of: stack)
    }

    /// `main.tf`, a file for each group of resources that there is, `outputs.tf`.
    package var files: [ExportedFile] {
        let blocks = self.blocks
        let groups = ResourceGroup.allCases.compactMap { group -> ExportedFile? in
            let texts = graph.resources.filter { $0.address.group == group }
                .flatMap { blocks[$0.address] ?? [] }.map(writer.text)
            return texts.isEmpty
                ? nil : file(group.rawValue, texts)
        }
        return [file("main", preamble)] + groups + [file("outputs", outputs.map(writer.text))]
            + (world == nil ? [] : [importFile(blocks), valuesFile])
    }

    private func importFile(_ blocks: [Address: [TerraformBlock]]) -> ExportedFile {
        let missing = withoutImport(blocks)
        let types = Set(blocks.values.joined().filter { $0.keyword == "resource" }.map { $0.labels[0] })
        let touched = TakeoverTouch.lines(about: types)
        let lines =
            ["What runs, for Terraform to take over: remove this file after the first apply."]
            + (missing.isEmpty ? [] : ["These do not exist yet, and Terraform makes them:"] + missing.map { "  \($0)" })
            + (touched.isEmpty
                ? []
                : ["The first plan shows these attributes as changed, which changes nothing of the stack:"] + touched)
            + TakeoverTouch.lines(aboutOlder: machinesWithMarks)
        return file("imports", [lines.map { "# \($0)\n" }.joined()] + imports(blocks).map(writer.text))
    }

    /// Names in Terraform of the state machines that run and whose text an older Terrace wrote otherwise.
    private var machinesWithMarks: [String] {
        graph.resources.compactMap { resource in
            guard world?.resources[resource.address] != nil, case .stateMachine(let machine) = resource.settings,
                machine.command.contains(where: \.hasMarksThatTerraformNumbers)
            else { return nil }
            return "aws_sfn_state_machine.\(resource.address.terraformName(resource.kind))"
        }
    }

    private func file(_ name: String, _ texts: [String]) -> ExportedFile {
        let mark = "\(ExportedFile.mark) terraform`; the next export replaces it.\n"
        return ExportedFile(name: "\(name).tf", text: ([mark] + texts).joined(separator: "\n"))
    }

    var writer: HCLText { HCLText(expression: expression) }

    /// What becomes of each resource, with what Terraform would not wait for by itself.
    private var blocks: [Address: [TerraformBlock]] {
        let bare = Dictionary(
            graph.resources.map { ($0.address, annotated($0)) }
        ) { first, _ in first }
        return Dictionary(
            graph.resources.map { ($0.address, waiting($0, bare[$0.address] ?? [], among: bare)) }
        ) { first, _ in first }
    }

    private func annotated(_ resource: Resource) -> [TerraformBlock] {
        var blocks = self.blocks(of: resource)
        guard !blocks.isEmpty else { return [] }
        blocks[0].notes.insert(resource.address.text, at: 0)
        // Of a log's delivery each of the three parts carries them; elsewhere the resource itself.
        for index in blocks.indices where index == 0 || resource.kind == .logDelivery {
            // Provider 5 has no tags for a function of CloudFront's.
            guard !resource.tags.isEmpty, blocks[index].keyword == "resource", resource.kind != .function
            else { continue }
            blocks[index].body = blocks[index].body + tags(resource)
        }
        if hasNoteOfItsRelease(resource) {
            blocks[0].body = blocks[0].body + Self.ignoring("tags[\(HCLText.quoted(ReleaseSettings.tag))]")
        }
        for index in blocks.indices where blocks[index].keyword == "resource" {
            let waivers = index == 0 ? comments(Waiver.all(of: resource)) : [:]
            let stands = resource.place == .edge && stack.region != "us-east-1"
            let provider: Tree = stands ? ["provider": .expression("aws.edge")] : [:]
            blocks[index].body = waivers + provider + blocks[index].body
        }
        return blocks
    }

    /// Whether what runs may have a tag that says of its release that it has succeeded, and by which task.
    private func hasNoteOfItsRelease(_ resource: Resource) -> Bool {
        guard world != nil, resource.kind == .taskDefinition else { return false }
        return graph.resources.contains { other in
            guard case .release(let release) = other.settings else { return false }
            return release.taskDefinition.references.contains { $0.address == resource.address }
        }
    }

    private static func ignoring(_ attribute: String) -> Tree {
        ["lifecycle": .block(["ignore_changes": .list([.expression(attribute)])])]
    }

    /// Comments by which scanners pass over a check come as members with an empty key.
    func comments(_ waivers: Waiver...) -> Tree { comments(waivers) }

    private func comments(_ waivers: [Waiver]) -> Tree {
        .map(waivers.flatMap(ScannerWaiver.of).map { Tree.Member(key: "", value: .expression($0.comment)) })
    }

    /// What every resource shares is in `local.tags`.
    private func tags(_ resource: Resource) -> Tree {
        let own = resource.tags.filter { commonTags[$0.key] != $0.value }
        guard !own.isEmpty else { return ["tags": .expression("local.tags")] }
        let width = own.keys.map { HCLText.quoted($0).count }.max() ?? 0
        let rows = own.sorted { $0.key < $1.key }.map { pair in
            let key = isName(pair.key) ? pair.key : HCLText.quoted(pair.key)
            return
                "    \(key)\(String(repeating: " ", count: max(0, width - key.count))) = \(HCLText.quoted(pair.value))"
        }
        return ["tags": .expression("merge(local.tags, {\n\(rows.joined(separator: "\n"))\n  })")]
    }

    private func isName(_ key: String) -> Bool {
        key.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    }

    var commonTags: [String: String] {
        var tags = stack.tags
        tags["terrace:tool"] = "terrace"
        tags["terrace:stack"] = stack.fullName
        tags["terrace:environment"] = stack.environment
        return tags
    }

    /// `depends_on` for what the settings do not refer to, and for what completes a resource that must be ready.
    private func waiting(
        _ resource: Resource, _ blocks: [TerraformBlock], among all: [Address: [TerraformBlock]]
    ) -> [TerraformBlock] {
        let referred = Set(resource.settings.values.flatMap(\.references).map(\.address))
        let names = resource.dependencies.flatMap { dependency -> [String] in
            let targets = all[dependency.address] ?? []
            let needed = targets.enumerated().filter { index, block in
                block.keyword == "resource"
                    && ((index == 0 || !block.completes) && !referred.contains(dependency.address)
                        || block.completes && dependency.moment == .ready)
            }
            return needed.map(\.element.address)
        }
        guard !names.isEmpty, let first = blocks.firstIndex(where: { $0.keyword == "resource" }) else { return blocks }
        var blocks = blocks
        blocks[first].body = blocks[first].body + ["depends_on": .list(names.map { .expression($0) })]
        return blocks
    }
}
