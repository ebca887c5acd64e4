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
}
