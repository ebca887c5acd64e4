import Exports
import Foundation
import SampleStacks
import Stacks
import TestKit

/// The checkout, from where this file was compiled.
let checkout = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL

/// Runs `body` with the files of an export in a folder of their own.
func withExport(_ files: [ExportedFile], _ body: (URL) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
        for file in files {
            let url = folder.appending(path: file.name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: url)
        }
        try await body(folder)
    }
}

/// The exports of all samples, each in a folder named after it.
func everySample(_ export: (Stack) -> [ExportedFile]) -> [ExportedFile] {
    SampleStack.allCases.flatMap { sample in
        export(sample.stack).map { ExportedFile(name: "\(sample.rawValue)/\($0.name)", text: $0.text) }
    }
}

/// Terraform with a provider that is initialised once for all tests. Only a provider of this machine counts: tests download no
/// 700 MB.
struct TerraformJudge: Sendable {
    private let dataFolder: URL
    /// What `init` wrote down about the provider; none before.
    private var lock = Data()

    static var isThere: Bool {
        get async { (try? await shared()) != nil }
    }

    static func shared() async throws -> TerraformJudge { try await initialised.value }

    private static let initialised = Task { try await TerraformJudge() }

    private init() async throws {
        guard TerraformJudge.hasMirror else { throw Missing() }
        dataFolder = checkout.appending(path: ".build/terraform-judge")
        let folder = dataFolder.appending(path: "once")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let text =
            "terraform {\n  required_providers {\n    aws = {\n      source = \"hashicorp/aws\"\n"
            + "      version = \"~> 5.98\"\n    }\n  }\n}\n"
        try Data(text.utf8).write(to: folder.appending(path: "main.tf"))
        guard try await run(["init", "-input=false", "-no-color"], in: folder).exitCode == 0 else { throw Missing() }
        lock = try Data(contentsOf: folder.appending(path: ".terraform.lock.hcl"))
    }

    func run(_ arguments: [String], in folder: URL) async throws -> ToolResult {
        if !lock.isEmpty { try lock.write(to: folder.appending(path: ".terraform.lock.hcl")) }
        var environment = ProcessInfo.processInfo.environment
        environment["TF_DATA_DIR"] = dataFolder.appending(path: "data").path(percentEncoded: false)
        environment["CHECKPOINT_DISABLE"] = "1"
        return try await runTool(
            ["terraform", "-chdir=\(folder.path(percentEncoded: false))"] + arguments, environment: environment)
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

    private struct Missing: Error {}
}

/// A checker from PyPI in one of the checkout's environments.
struct PythonJudge: Sendable {
    let path: String

    static let cfnLint = PythonJudge(path: ".venv/bin/cfn-lint")
    static let checkov = PythonJudge(path: ".venv-scanners/bin/checkov")

    private var file: String { checkout.appending(path: path).path(percentEncoded: false) }
    var isThere: Bool { FileManager.default.isExecutableFile(atPath: file) }

    func run(_ arguments: [String], in folder: URL) async throws -> ToolResult {
        try await runTool(
            ["env", "-C", folder.path(percentEncoded: false), file] + arguments,
            environment: ProcessInfo.processInfo.environment.merging(["BC_SKIP_MAPPING": "TRUE"]) { $1 })
    }
}
