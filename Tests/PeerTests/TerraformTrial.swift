import Foundation
import PeerKit
import TestKit
import Testing

/// Terraform against the peer, with a provider of this machine: tests download no 700 MB.
struct TerraformTrial {
    private let trial: Trial

    init(_ trial: Trial) { self.trial = trial }

    /// `init` finds the provider only where there is a mirror: nothing here names a network.
    static var isThere: Bool {
        get async {
            guard hasMirror else { return false }
            return (try? await runTool(["terraform", "version"]))?.exitCode == 0
        }
    }

    /// Where Terraform looks for providers before the network. Source: "CLI configuration", Terraform's documentation, read 2026-11.
    private static var hasMirror: Bool {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? ""
        let places = [
            environment["TF_CLI_CONFIG_FILE"], environment["TF_PLUGIN_CACHE_DIR"], "\(home)/.terraformrc",
            "\(home)/.terraform.d/plugins", "/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins",
        ]
        return places.contains { place in place.map(FileManager.default.fileExists(atPath:)) ?? false }
    }

    /// What `imports.tf` says that a plan will show, by type: `#   aws_rds_cluster: skip_final_snapshot, …`
    static func announced(_ imports: String) -> [String: Set<String>] {
        imports.matches(of: /(?m)^#   (aws_\w+): (.+)$/).reduce(into: [:]) { result, line in
            result[String(line.1), default: []].formUnion(line.2.split(separator: ", ").map(String.init))
        }
    }

    func plan(_ folder: URL) async throws -> TerraformPlan {
        // moto keeps all buckets under one name.
        try Data("provider \"aws\" {\n  s3_use_path_style = true\n}\n".utf8)
            .write(to: folder.appending(path: "peer_override.tf"))
        try await terraform(["init", "-input=false", "-no-color"], in: folder)
        try await terraform(["plan", "-input=false", "-no-color", "-out=plan.bin"], in: folder)
        let shown = try await terraform(["show", "-json", "plan.bin"], in: folder)
        return try TerraformPlan(shown.output)
    }

    @discardableResult
    private func terraform(_ arguments: [String], in folder: URL) async throws -> ToolResult {
        var variables = trial.world.environment(behindProxy: false)
        variables["AWS_REGION"] = trial.region
        variables["CHECKPOINT_DISABLE"] = "1"
        variables["TF_IN_AUTOMATION"] = "1"
        let result = try await runTool(
            ["terraform", "-chdir=\(folder.path(percentEncoded: false))"] + arguments, environment: variables)
        try #require(
            result.exitCode == 0,
            "terraform \(arguments[0])\n\(result.output)\(result.errors)\(trial.world.moto.complaints)")
        return result
    }
}

/// What of `terraform show -json` a test wants to know.
struct TerraformPlan {
    private(set) var imported = 0
    /// Everything that is not left alone or updated in place, with what happens to it.
    private(set) var otherActions: [String: [String]] = [:]
    /// The attributes that an update in place changes.
    private(set) var changed: [String: Set<String>] = [:]

    init(_ json: String) throws {
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        let resources = try #require(object?["resource_changes"] as? [[String: Any]])
        for resource in resources {
            guard let address = resource["address"] as? String, let change = resource["change"] as? [String: Any],
                let actions = change["actions"] as? [String]
            else { continue }
            if change["importing"] != nil { imported += 1 }
            if actions == ["update"] {
                // A value that only becomes secret in Terraform's eyes is an update in which nothing differs.
                let attributes = try Self.differing(change)
                if !attributes.isEmpty { changed[address] = attributes }
            } else if actions != ["no-op"] {
                otherActions[address] = actions
            }
        }
    }

    /// By the outermost name; a value that is known only after the apply differs, too.
    private static func differing(_ change: [String: Any]) throws -> Set<String> {
        let (before, after) = (change["before"] as? [String: Any] ?? [:], change["after"] as? [String: Any] ?? [:])
        return try Set(before.keys).union(after.keys).filter { try text(before[$0]) != text(after[$0]) }
    }

    private static func text(_ value: Any?) throws -> Data {
        try JSONSerialization.data(withJSONObject: [value ?? NSNull()], options: .sortedKeys)
    }
}
