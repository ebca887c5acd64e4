import Foundation
import Resources
import SampleStacks
import Stacks
import TestKit
import Testing

@testable import Exports

/// Checkov over both exports: what it finds is either mended or waived beside the resource, with a reason.
@Suite(.enabled(if: PythonJudge.checkov.isThere, "needs checkov; `scripts/install tests` installs it"))
struct ScannerTests {
    @Test func terraformPassesWithTheDocumentedWaivers() async throws {
        try await check("terraform", atLeast: 700) { TerraformExport($0).files }
    }

    @Test func cloudFormationPassesWithTheDocumentedWaivers() async throws {
        try await check("cloudformation", atLeast: 300) { CloudFormationExport($0).files }
    }

    /// One run for all samples: starting takes it longer than looking. A scanner that reads nothing finds nothing, so it must
    /// have passed a number of checks.
    private func check(
        _ framework: String, atLeast least: Int, _ export: (Stack) -> [ExportedFile]
    ) async throws {
        try await withExport(everySample(export)) { folder in
            let result = try await PythonJudge.checkov.run(
                ["-d", ".", "--framework", framework, "--skip-download", "--quiet", "--compact"], in: folder)
            #expect(result.exitCode == 0, "\(result.output)")
            let passed = result.output.firstMatch(of: /Passed checks: (\d+)/).flatMap { Int($0.1) } ?? 0
            #expect(passed >= least, "\(result.output)\(result.errors)")
        }
    }

    /// A colon or a new line would end the comment that a waiver is.
    @Test(arguments: SampleStack.allCases) func reasonsFitIntoTheirComments(_ sample: SampleStack) {
        for resource in StackResources.graph(of: sample.stack).resources {
            for waiver in ScannerWaiver.all(of: resource) {
                #expect(!waiver.reason.contains(":") && !waiver.reason.contains("\n"), "\(waiver)")
            }
        }
    }
}
