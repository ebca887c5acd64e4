import Foundation
import PeerKit
import TestKit
import Testing

/// What `terrace export shell` writes makes the stack, and a second time makes nothing more.
struct ExportedScriptTests {
    private static let canary =
        "    health: /health\n    scale-on: { requests-per-task: 60 }\n    deploy: { canary: { share: 10 } }"

    @Test(arguments: [
        (PeerManifest.plain, "guestbook-data"),
        (PeerManifest.plain.replacing("    health: /health", with: canary), "guestbook-canary"),
    ])
    func aScriptMakesTheStackAndASecondRunFindsIt(_ manifest: String, _ part: String) async throws {
        let image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web@sha256:" + String(repeating: "a", count: 64)
        try await withScript(manifest.replacing(/image: .*/, with: "image: .")) { run, world in
            try await run(["IMAGE_WEB=\(image)"], 0)
            let made = try await world.dump()
            // A service that runs needs nearly everything else.
            for word in ["guestbook-web", "aws-waf-logs-guestbook", part, "terrace/guestbook/database"] {
                #expect(made.contains(word), "\(word)")
            }
            try await run(["IMAGE_WEB=\(image)"], 0)
            #expect(try await world.dump() == made)
        }
    }

    /// What only the user knows is asked for before anything is made.
    @Test func aScriptWithoutAnImageMakesNothing() async throws {
        try await withScript(PeerManifest.plain.replacing(/image: .*/, with: "image: .")) { run, world in
            let empty = try await world.dump()
            try await run([], 1)
            #expect(try await world.dump() == empty)
        }
    }

    private func withScript(
        _ manifest: String,
        _ body: (_ run: (_ values: [String], _ exitCode: Int32) async throws -> Void, PeerWorld) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try PeerManifest.write(manifest, into: folder)
            try await PeerWorld.with { world in
                let export = try await world.run(
                    [BuiltPrograms.terrace, "export", "shell", "--out", "stack.sh"], in: folder)
                #expect(export.exitCode == 0, "\(export.errors)")
                let script = folder.appending(path: "stack.sh").path(percentEncoded: false)
                try await body(
                    { values, code in
                        let result = try await runTool(
                            [MotoServer.python, MotoServer.script("shell.py"), script] + values,
                            environment: world.environment(behindProxy: false))
                        #expect(
                            result.exitCode == code, "\(result.output)\(result.errors)\(world.moto.complaints)")
                    }, world)
            }
        }
    }
}
