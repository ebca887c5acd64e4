import Foundation
import TestKit
import Testing

/// Terraform takes over what Terrace runs: it imports everything and would change nothing but what `imports.tf` says.
@Suite(.enabled("needs terraform and a mirror of its AWS provider") { await TerraformTrial.isThere })
struct TakeoverTests {
    @Test func aPlanAfterTheImportChangesNothing() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.terrace("up", "--yes")
            try await expectNoChange(trial)
        }
    }

    @Test func whateverAManifestSaysIsTakenOverToo() async throws {
        try await Trial.with(PeerManifest.marked, region: "eu-central-1") { trial in
            try await trial.give("zone", "example.com")
            try await trial.give("secret", "terrace/shop/SESSION_KEY")
            _ = try await trial.run("up", "--yes")
            try await trial.give("image", "terrace/shop-web")
            try await trial.terrace("up", "--yes")
            try await expectNoChange(trial)
        }
    }

    private func expectNoChange(_ trial: Trial) async throws {
        let export = try await trial.runPlain("export", "terraform", "--import")
        #expect(export.exitCode == 0, "\(export.errors)")
        let folder = trial.folder.appending(path: "terraform")
        let head = try String(contentsOf: folder.appending(path: "imports.tf"), encoding: .utf8)
        let announced = TerraformTrial.announced(head)
        let plan = try await TerraformTrial(trial).plan(folder)
        #expect(plan.imported > 80)
        #expect(plan.otherActions.isEmpty, "made, replaced or deleted: \(plan.otherActions)")
        for (address, attributes) in plan.changed {
            let type = String(address.prefix { $0 != "." })
            #expect(attributes.subtracting(announced[type] ?? []).isEmpty, "\(address): \(attributes)")
        }
        // The list says no more than what is so.
        let seen = plan.changed.reduce(into: [String: Set<String>]()) { result, change in
            result[String(change.key.prefix { $0 != "." }), default: []].formUnion(change.value)
        }
        #expect(seen == announced)
    }
}
