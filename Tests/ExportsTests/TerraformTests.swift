import Foundation
import Resources
import SampleStacks
import Stacks
import TestKit
import Testing

@testable import Exports

@Suite struct TerraformTests {
    @Test(arguments: SampleStack.reviewed) func filesReadAsReviewed(_ sample: SampleStack) {
        for file in TerraformExport(sample.stack).files {
            expectGolden(file.text, "terraform-\(sample.rawValue)-\(file.name)")
        }
    }

    @Test(
        .enabled("needs terraform and a mirror of its AWS provider") { await TerraformJudge.isThere },
        arguments: [SampleStack.standard, .domain, .everything, .canary])
    func terraformTakesTheFilesAsTheyAre(_ sample: SampleStack) async throws {
        try await withExport(TerraformExport(sample.stack).files) { folder in
            let judge = try await TerraformJudge.shared()
            let result = try await judge.run(["validate", "-no-color"], in: folder)
            #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
            let form = try await judge.run(["fmt", "-check", "-diff", "-no-color"], in: folder)
            #expect(form.exitCode == 0, "\(form.output)")
        }
    }

    /// A name in one file is a name in all of them.
    @Test(arguments: SampleStack.allCases) func everyBlockHasANameOfItsOwn(_ sample: SampleStack) {
        var seen: Set<Substring> = []
        for file in TerraformExport(sample.stack).files {
            for line in file.text.split(separator: "\n") where line.hasSuffix(" {") && !line.hasPrefix(" ") {
                let isUnique = seen.insert(line).inserted
                #expect(isUnique || line.hasPrefix("provider"), "\(line)")
            }
        }
    }

    @Test(arguments: SampleStack.allCases) func everyResourceIsNamedInAComment(_ sample: SampleStack) {
        let text = TerraformExport(sample.stack).files.map(\.text).joined()
        for resource in StackResources.graph(of: sample.stack).resources {
            #expect(text.contains("# \(resource.address)\n"), "\(resource.address)")
        }
    }

    @Test func textsThatLookLikeTerraformStayTexts() {
        var stack = SampleStack.standard.stack
        stack.services[0].environment = ["A": "${b} %{c} \"d\"\\e\nf", "B": "\"\u{301} \r\n"]
        let text = TerraformExport(stack).files.map(\.text).joined()
        #expect(text.contains(#""$${b} %%{c} \"d\"\\e\nf""#))
        // A quote with an accent on it, and Windows' end of a line, are one character each.
        #expect(text.contains(#""\"\u{301} \r\n""#.replacing(#"\u{301}"#, with: "\u{301}")))
    }

    // MARK: Taking over what runs

    /// Every fact of every resource, each a text of its own.
    private func world(_ sample: SampleStack) -> World { world(sample.stack) }

    private func world(_ stack: Stack) -> World {
        let graph = StackResources.graph(of: stack)
        let resources = graph.resources.map { resource in
            let facts = resource.kind.facts.map { ($0, "\(resource.address) \($0)") }
            return Observed(
                resource.address, resource.settings, facts: Dictionary(facts) { first, _ in first }, tags: resource.tags
            )
        }
        let lookups = Set(graph.resources.flatMap { $0.settings.values.flatMap(\.lookups) })
        return World(
            resources: Dictionary(resources.map { ($0.address, $0) }) { first, _ in first },
            lookups: Dictionary(lookups.map { ($0, "\($0)") }) { first, _ in first })
    }

    /// Everything is taken over, or would be made a second time.
    @Test(arguments: SampleStack.allCases) func everyResourceThatRunsIsImportedOnce(_ sample: SampleStack) throws {
        let files = TerraformExport(sample.stack, takingOver: world(sample)).files
        let imports = try #require(files.first { $0.name == "imports.tf" }).text
        let targets = imports.matches(of: /(?m)^  to +(?:= )(\S+)$/).map { String($0.1) }
        #expect(Set(targets).count == targets.count)
        let resources = files.flatMap { $0.text.matches(of: /(?m)^resource "([^"]+)" "([^"]+)"/) }
            .map { "\($0.1).\($0.2)" }
        #expect(Set(resources) == Set(targets), "\(Set(resources).symmetricDifference(targets))")
        #expect(!files.contains { $0.text.contains("variable \"secret_") })
    }

    /// Only where a command has such marks: nobody else has anything to read about it.
    @Test(arguments: [("poll --since 'a & b'", true), ("poll", false)])
    func whatAnOlderTerraceWroteOtherwiseIsSaid(command: String, isSaid: Bool) throws {
        var stack = SampleStack.standard.stack
        let schedule = try #require(CronSchedule("*/5 * * * *"))
        stack.jobs = [
            ScheduledJob(name: "poll", schedule: schedule, service: stack.services[0].name, command: .shell(command))
        ]
        let files = TerraformExport(stack, takingOver: world(stack)).files
        let head = try #require(files.first { $0.name == "imports.tf" }).text.prefix { $0 != "{" }
        #expect(head.contains("#   aws_sfn_state_machine.poll\n") == isSaid)
        #expect(head.contains("as they are instead of by their numbers") == isSaid)
    }

    @Test(
        .enabled("needs terraform and a mirror of its AWS provider") { await TerraformJudge.isThere },
        arguments: [SampleStack.everything, .domain])
    func terraformTakesTheImportsAsTheyAre(_ sample: SampleStack) async throws {
        try await withExport(TerraformExport(sample.stack, takingOver: world(sample)).files) { folder in
            let judge = try await TerraformJudge.shared()
            let result = try await judge.run(["validate", "-no-color"], in: folder)
            #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
            let form = try await judge.run(["fmt", "-check", "-diff", "-no-color"], in: folder)
            #expect(form.exitCode == 0, "\(form.output)")
        }
    }
}
