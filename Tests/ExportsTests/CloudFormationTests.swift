import Foundation
import Resources
import SampleStacks
import Stacks
import TestKit
import Testing

@testable import Exports

@Suite struct CloudFormationTests {
    @Test(arguments: SampleStack.reviewed) func templatesReadAsReviewed(_ sample: SampleStack) {
        for file in CloudFormationExport(sample.stack).files {
            expectGolden(file.text, "cloudformation-\(sample.rawValue)-\(file.name)")
        }
    }

    @Test(.enabled(if: PythonJudge.cfnLint.isThere, "needs cfn-lint; `scripts/install tests` installs it"))
    func cfnLintFindsNothing() async throws {
        let files = everySample { CloudFormationExport($0).files }
        try await withExport(files) { folder in
            // What one region lacks, such as an instance class, is no mistake of the template.
            let regions = ["us-east-1", "eu-west-1", "eu-central-1"]
            let result = try await PythonJudge.cfnLint.run(
                ["--regions"] + regions + ["--template"] + files.map(\.name), in: folder)
            #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
        }
    }

    /// Nothing is left out of a template that CloudFormation would refuse; it is said.
    @Test(arguments: [(1, false), (50, true)]) func aTemplateThatIsTooLargeSaysSo(services: Int, isTooLarge: Bool)
        throws
    {
        var stack = SampleStack.domain.stack
        stack.services = (1...services).map {
            Service(name: "part-\($0)", image: ".", routes: [RoutePattern(unchecked: "/\($0)/*")])
        }
        stack.jobs = []
        let export = CloudFormationExport(stack)
        let count = export.files[0].text.matches(of: /\n {4}Type: AWS::/).count
        #expect((count > 500) == isTooLarge)
        let said = "CloudFormation takes 500 resources in a template, and eu-central-1.yaml has \(count)"
        #expect(export.excesses == (isTooLarge ? [said] : []))
        #expect(export.files[0].text.contains("# \(said):\n# to be read, or to be cut into several.\n") == isTooLarge)
    }

    @Test func oneRegionIsOneTemplate() {
        #expect(CloudFormationExport(SampleStack.standard.stack).files.map(\.name) == ["us-east-1.yaml"])
        #expect(
            CloudFormationExport(SampleStack.domain.stack).files.map(\.name) == [
                "eu-central-1.yaml", "us-east-1.yaml",
            ])
    }

    /// The first template can be created without the second.
    @Test(arguments: SampleStack.allCases) func onlyTheSecondTemplateTakesFromTheOther(_ sample: SampleStack) {
        let templates = CloudFormationExport(sample.stack).templates
        #expect(templates[0].foreign.isEmpty)
        for template in templates.dropFirst() {
            let told = Set(templates[0].outputs.map(\.key))
            for reference in template.foreign where !reference.fact.isSecret {
                #expect(told.contains(template.foreignName(reference)))
            }
        }
    }

    @Test(arguments: SampleStack.allCases) func everyResourceIsNamedInAComment(_ sample: SampleStack) {
        let text = CloudFormationExport(sample.stack).files.map(\.text).joined()
        for resource in StackResources.graph(of: sample.stack).resources {
            #expect(text.contains("# \(resource.address)\n"), "\(resource.address)")
        }
    }

    @Test func wordsThatDifferInSignsOnlyGetNamesOfTheirOwn() {
        var stack = SampleStack.workers.stack
        stack.services = ["web-1", "web1"].map { Service(name: $0, image: "./x", routes: []) }
        let names = StackResources.graph(of: stack).logicalNames
        #expect(Set(names.values).count == names.count)
    }

    @Test func textsThatLookLikeSubstitutionsStayTexts() {
        let yaml = YAMLText { _ in "${AWS::Region}" }
        let value: Value = "${b} \(Lookup.region)"
        #expect(
            yaml.body([Tree.Member(key: "A", value: .text(value))], indent: 0) == "A: !Sub \"${!b} ${AWS::Region}\"\n")
    }

    /// A quote with an accent on it, and Windows' end of a line, are one character each.
    @Test func textsKeepTheirMarksAndEnds() {
        let yaml = YAMLText { _ in "" }
        let text: Value = "\"\u{301} a\r\nb\u{7}\u{2028}é"
        let line = yaml.body([Tree.Member(key: "A", value: .text(text))], indent: 0)
        #expect(Array(line.unicodeScalars) == Array("A: \"\\\"\u{301} a\\r\\nb\\u0007\\u2028é\"\n".unicodeScalars))
    }

    /// A line of YAML would end there.
    @Test func textsInJSONEndNoLine() {
        let yaml = YAMLText { _ in "" }
        let body = yaml.body(
            [Tree.Member(key: "A", value: .json(["b": .word("x\u{2028}y\u{85}z\u{7F}${a}")]))], indent: 0)
        #expect(body == "A: |\n  { \"b\": \"x\\u2028y\\u0085z\\u007f${a}\" }\n")
    }

    /// What stands in a job's definition, as in a policy, is read whatever it is, and written again.
    @Test(arguments: ["a && b <c >d", "\u{301}é \u{2028}", "\"\u{301} \\ \t\r\n\u{8}\u{C}\u{1}/", "🦊"])
    func textsInJSONAreReadAsTheyAre(_ text: String) throws {
        let machine = StateMachineSettings(
            name: "x", role: "r", timeout: 1, cluster: "c", taskDefinition: "t", container: "c", command: [text],
            subnets: [], groups: [])
        guard case .json(let definition) = machine.definitionTree else { throw Report("it is not read at all") }
        let command = try #require(definition.first("Command"))
        guard case .list(let words) = command, case .text(let word)? = words.first else { throw Report("\(command)") }
        #expect(word.literal.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
    }
}

extension Tree {
    /// What stands under the key, however deep.
    fileprivate func first(_ key: String) -> Tree? {
        switch self {
        case .map: members.lazy.compactMap { $0.key == key ? $0.value : $0.value.first(key) }.first
        case .list(let elements): elements.lazy.compactMap { $0.first(key) }.first
        default: nil
        }
    }
}
