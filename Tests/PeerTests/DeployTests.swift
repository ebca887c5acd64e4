import Foundation
import PeerKit
import TestKit
import Testing

/// Day two on an account, with the built program: a new version comes in, an older one comes back, a bad one gives itself up.
struct DeployTests {
    private static func write(_ tag: String, into trial: Trial) throws {
        try PeerManifest.write(PeerManifest.plain.replacing("nginx:1.27", with: "nginx:\(tag)"), into: trial.folder)
    }

    /// What ECS and the scaling were asked to change since the proxy's record began.
    private static func changes(_ trial: Trial) -> [String] {
        trial.world.proxy.calls.filter { $0.isMutating && $0.tookEffect }.map(\.operation)
            .filter { !["PutParameter", "DeleteParameter", "AddTagsToResource"].contains($0) }
    }

    /// `web 2 running 1.28`: what the table says, with the image's tag.
    private static func releases(_ trial: Trial) async throws -> [String] {
        try await trial.terrace("releases").output.split(separator: "\n").dropFirst().map { line in
            line.split(separator: " ").joined(separator: " ").replacing("public.ecr.aws/nginx/nginx:", with: "")
        }
    }

    @Test func versionsComeInAndGoBackAndABadOneGivesItselfUp() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.terrace("up", "--yes")
            try await versionsComeInAndGoBack(trial)
            try await scalingChangesBoundsAndTheNumber(trial)
            try await anImageOfAnotherRegistryRuns(trial)
            try await aBadVersionGivesItselfUp(trial)
            try await anAlarmTakesAVersionBack(trial)
            // `up` brings the manifest's bounds back and no number.
            try Self.write("1.28", into: trial)
            try await trial.terrace("up", "--yes")
            #expect(try await trial.terrace("scale").output.hasPrefix("web: 4 tasks, between 2 and 10; "))
            try await trial.expectFacts()
        }
    }

    private func versionsComeInAndGoBack(_ trial: Trial) async throws {
        try Self.write("1.28", into: trial)
        trial.world.proxy.restart()
        let deployed = try await trial.terrace("deploy", "web")
        #expect(deployed.output.contains("web: 2 of 2 changes are done"), "\(deployed.output)")
        #expect(Self.changes(trial) == ["RegisterTaskDefinition", "UpdateService"])
        let back = try await trial.terrace("rollback")
        #expect(back.output.contains("web runs release 1, before it was 2"), "\(back.output)")
        #expect(try await Self.releases(trial) == ["web 2 kept 1.28", "web 1 running 1.27"])
        let unknown = try await trial.terrace("rollback", "web", "--to", "7", expecting: 1)
        #expect(unknown.errors.contains("web has no release 7"), "\(unknown.errors)")
        #expect(unknown.errors.contains("one of 2, 1"), "\(unknown.errors)")
        // The manifest's comes back without another revision.
        trial.world.proxy.restart()
        try await trial.terrace("rollback", "web", "--to", "2")
        #expect(Self.changes(trial) == ["UpdateService"])
        #expect(try await trial.terrace("deploy").output.contains("nothing was to be done"))
    }

    private func scalingChangesBoundsAndTheNumber(_ trial: Trial) async throws {
        trial.world.proxy.restart()
        let bounds = try await trial.terrace("scale", "web", "--min", "3", "--max", "8")
        #expect(bounds.output.hasPrefix("web: 2 tasks, between 3 and 8; "), "\(bounds.output)")
        let four = try await trial.terrace("scale", "--tasks", "4")
        #expect(four.output.hasPrefix("web: 4 tasks, between 3 and 8; "), "\(four.output)")
        #expect(Self.changes(trial) == ["RegisterScalableTarget", "UpdateService"])
    }

    private func anImageOfAnotherRegistryRuns(_ trial: Trial) async throws {
        let result = try await trial.terrace("deploy", "web", "--image", "public.ecr.aws/nginx/nginx:1.29")
        #expect(result.output.contains("is deployed by its tag"), "\(result.output)")
        #expect(result.output.contains("leaves application.scalable-target.web as it was"), "\(result.output)")
        #expect(try await Self.releases(trial).first == "web 3 running 1.29")
    }

    private func anAlarmTakesAVersionBack(_ trial: Trial) async throws {
        try Self.write("errors", into: trial)
        let failed = try await trial.terrace("deploy", "web", expecting: 1)
        for word in ["the deployment of application.service.web failed", "guestbook-web-errors went off"] {
            #expect(failed.errors.contains(word), "\(word)\n\(failed.errors)")
        }
        #expect(try await Self.releases(trial).prefix(2) == ["web 5 kept errors", "web 4 kept crashes"])
    }

    private func aBadVersionGivesItselfUp(_ trial: Trial) async throws {
        try Self.write("crashes", into: trial)
        let failed = try await trial.terrace("deploy", "web", expecting: 1)
        for word in [
            "the deployment of application.service.web failed", "web ended with 1", "no table users",
            "ECS keeps running what ran before",
        ] {
            #expect(failed.errors.contains(word), "\(word)\n\(failed.errors)")
        }
        let releases = try await Self.releases(trial)
        #expect(releases.prefix(2) == ["web 4 kept crashes", "web 3 running 1.29"])
    }
}
