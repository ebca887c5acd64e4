import Foundation
import PeerKit
import TestKit
import Testing

/// Images on their way into an account, with the built program and a registry that is as strict as the specification.
struct ImageDeployTests {
    private static let manifest = PeerManifest.plain.replacing(
        "image: public.ecr.aws/nginx/nginx:1.27", with: "image: .")
    private static let repository = "123456789012.dkr.ecr.us-east-1.amazonaws.com/terrace/guestbook-web"

    /// How many blobs were stored, each once.
    private static func stored(_ trial: Trial, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Int {
        let lines = try await trial.pushes(sourceLocation: sourceLocation).filter { $0.hasPrefix("PUT ") }
        #expect(Set(lines).count == lines.count, "\(lines)", sourceLocation: sourceLocation)
        return lines.count
    }

    @Test func anImageOfThisMachineIsSentOnceAndRuns() async throws {
        try await Trial.with(Self.manifest) { trial in
            try await trial.image("docker", "web.tar")
            #expect(try await trial.terrace("up", "--yes", expecting: 1).errors.contains("no image of web was pushed"))
            try await aPushThatBreaksIsContinued(trial)
            try await trial.terrace("up", "--yes")
            let again = try await trial.terrace("deploy", "web", "--image", "web.tar")
            #expect(again.output.contains("has the image already"), "\(again.output)")
            #expect(again.output.contains("web runs this image: nothing was to be done"), "\(again.output)")

            try await trial.image("oci", "layout", seed: 2)
            try await trial.terrace("deploy", "--image", "./layout")
            #expect(try await Self.stored(trial) == 6)
            let releases = try await trial.terrace("releases").output
            #expect(releases.contains(/web 2 +running +\S*terrace\/guestbook-web@sha256:/), "\(releases)")
            try await anImageOfTheRepositoryRunsByItsDigest(trial)
            try await trial.expectFacts()
        }
    }

    /// Connections end in the middle of a layer: too often, which is told, and once, which is begun again in the same run.
    private func aPushThatBreaksIsContinued(_ trial: Trial) async throws {
        try await trial.cutUploads(after: 200_000, times: 99)
        let broken = try await trial.terrace("deploy", "web", "--image", "./web.tar", expecting: 1)
        #expect(broken.errors.contains("cannot send the image to \(Self.repository)"), "\(broken.errors)")
        #expect(broken.errors.contains(/state +\d of its 3 parts are in the registry/), "\(broken.errors)")
        #expect(broken.errors.contains("what is there is not sent again"), "\(broken.errors)")
        let cuts = try await trial.pushes().count { $0.hasPrefix("CUT") }
        try await trial.cutUploads(after: 200_000, times: 1)
        let first = try await trial.terrace("deploy", "web", "--image", "./web.tar")
        #expect(first.output.contains("part 3 of 3"), "\(first.output)")
        #expect(first.output.contains("web does not run yet: `terrace up --on aws` starts it"), "\(first.output)")
        let pushes = try await trial.pushes()
        #expect(pushes.count { $0.hasPrefix("CUT") } == cuts + 1)
        // The manifest comes last, when everything that it names is there.
        #expect(pushes.filter { $0.hasPrefix("MANIFEST") }.count == 1 && pushes.last?.hasPrefix("MANIFEST") == true)
        #expect(try await Self.stored(trial) == 3)
    }

    private func anImageOfTheRepositoryRunsByItsDigest(_ trial: Trial) async throws {
        let missing = try await trial.terrace("deploy", "--image", Self.repository + ":9", expecting: 1)
        #expect(missing.errors.contains("has no image with the tag 9"), "\(missing.errors)")
        try await trial.give("image", "terrace/guestbook-web")
        try await trial.terrace("deploy", "--image", Self.repository + ":1")
        #expect(try await trial.terrace("releases").output.contains(/web 3 +running +\S+guestbook-web@sha256:/))
    }
}
