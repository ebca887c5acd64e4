import Foundation
import PeerKit
import TestKit
import Testing

/// The built program finds its credentials, region and endpoint where AWS's own tools find them.
struct CredentialTests {
    /// Nothing but the shared files: a role, whose source is a program, at an endpoint of the profile's.
    @Test func aProfileIsEnough() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            let config = trial.folder.appending(path: "config")
            try Data(
                """
                [profile ops]
                role_arn = arn:aws:iam::123456789012:role/operator
                source_profile = base
                region = eu-west-1
                endpoint_url = http://127.0.0.1:\(trial.world.port)
                [profile base]
                credential_process = sh -c 'echo "{\\"Version\\": 1, \\"AccessKeyId\\": \\"AKIDEXAMPLE\\", \\"SecretAccessKey\\": \\"s\\"}"'
                """.utf8
            ).write(to: config)
            let result = try await Self.terrace(
                ["status", "--profile", "ops"], trial, ["AWS_CONFIG_FILE": config.path(percentEncoded: false)])
            #expect(result.exitCode == 0, "\(result.errors)")
            let calls = trial.world.proxy.calls.map(\.operation)
            #expect(calls.contains("AssumeRole") && calls.contains("GetCallerIdentity"), "\(calls)")
        }
    }

    /// At 3 a.m.: every place that was looked at, and what to do.
    @Test func nothingAnywhereIsAReport() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            let result = try await Self.terrace(["status"], trial, ["AWS_EC2_METADATA_DISABLED": "true"])
            #expect(result.exitCode == 1)
            for words in [
                "cannot sign in to AWS: no credentials for AWS", "AWS_ACCESS_KEY_ID is not set", "no profile default",
                "AWS_WEB_IDENTITY_TOKEN_FILE is not set", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "name a profile",
            ] {
                #expect(result.errors.contains(words), "\(result.errors)")
            }
        }
    }

    /// In an environment of `variables` and a home without files alone.
    private static func terrace(
        _ arguments: [String], _ trial: Trial, _ variables: [String: String]
    ) async throws -> ToolResult {
        let own = [
            "HOME": trial.folder.path(percentEncoded: false), "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
        ]
        let command = [BuiltPrograms.terrace] + arguments + ["--on", "aws"]
        return try await runTool(
            PeerWorld.placed(command, trial.folder), environment: own.merging(variables) { $1 })
    }
}
