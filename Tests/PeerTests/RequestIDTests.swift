import Foundation
import PeerKit
import TestKit
import Testing

/// One id for a request, from CloudFront to the task, with the built program.
struct RequestIDTests {
    private static let (id, other) = (
        "9Zx_K3vQ-EXAMPLEPmPfEXAMPLEu3EqEXAMPLEntjQpEXAMPLE_SG5Z==",
        "3pLm0aTw-EXAMPLEXAMPLEu3EqEXAMPLEntjQpEXAMPLE_PmPfSG5Z0=="
    )

    /// Whatever of it somebody has: what CloudFront answered, with and without its end, the `Root` that a task wrote, the header.
    @Test func aRequestIsFollowedThroughTheTiersOnAWS() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.terrace("up", "--yes")
            let early = try await trial.terrace("logs", "--request", Self.id)
            #expect(early.output == "" && early.errors.contains("nothing of CloudFront's or the load balancer's"))
            let root = try await trial.output("weblogs.py", [Self.id, Self.other]).trimmingCharacters(in: .newlines)
            let bare = Self.id.replacing("=", with: "")
            let own = "Self=1-00000000-\(String(repeating: "0", count: 24))"
            let words = [Self.id, bare, root, "Root=\(root)", "\(own);Root=\(root);Edge=\(bare)"]
            for word in words {
                let logs = try await trial.terrace("logs", "--request", word)
                let lines = logs.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
                #expect(Set(lines.map { $0[1] }.prefix(2)) == ["edge", "balancer"], "\(word)\n\(logs)")
                #expect(lines.map { $0[1] }.dropFirst(2) == ["web.0f3c6a1b"], "\(word)\n\(logs)")
                #expect(logs.output.contains("\"x-edge-request-id\": \"\(Self.id)\""))
                #expect(!logs.output.contains(Self.other))
            }
            // What has nothing to do with the request's time is not looked at; a service's lines are that service's alone.
            let recent = try await trial.terrace("logs", "--request", Self.id, "--since", "1m")
            #expect(!recent.output.contains("web.0f3c6a1b"), "\(recent)")
            let service = try await trial.terrace("logs", "web", "--request", Self.id)
            #expect(service.output.split(separator: "\n").count == 1 && service.output.contains(root), "\(service)")
        }
    }

    @Test func aScriptThatSomebodyHasChangedIsADifference() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.terrace("up", "--yes")
            let made = try await trial.world.dump()
            try await trial.spoil("function", "guestbook-request-id")
            let plan = try await trial.terrace("plan", expecting: 2)
            #expect(plan.output.contains("~ function.request-id") && plan.output.contains("code  [function"), "\(plan)")
            #expect(plan.output.contains("1 to change; 75 stay"), "\(plan)")
            try await trial.terrace("up", "--yes")
            #expect(try await trial.terrace("plan").output.contains("No changes"))
            #expect(try await trial.world.dump() == made)
        }
    }
}

extension Trial {
    /// What a script of the peer's prints.
    fileprivate func output(_ name: String, _ arguments: [String]) async throws -> String {
        var variables = world.environment(behindProxy: false)
        variables["AWS_REGION"] = region
        let result = try await PeerNursery.run([name] + arguments, environment: variables)
        guard result.exitCode == 0 else { throw PeerFailure(result.errors) }
        return result.output
    }
}
