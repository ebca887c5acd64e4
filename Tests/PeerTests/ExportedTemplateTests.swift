import Foundation
import PeerKit
import TestKit
import Testing

/// What `terrace export cloudformation` writes is created by an API server, as far as that one knows the types.
struct ExportedTemplateTests {
    private struct Outcome: Decodable {
        var status: String
        var asked: [String]
        var made: [String]
        var unknown: [String]
    }

    private static let plain = """
        stack: guestbook
        services:
          web: { image: ., port: 3000, health: /health }
        database: {}
        """

    /// Half of a stack: the network, the load balancer, the service.
    @Test func templateIsCreatedOnThePeer() async throws {
        let outcomes = try await create(Self.plain, in: ["us-east-1"])
        try expectWhole(outcomes, atLeast: [50])
        #expect(
            Set(outcomes[0].made).isSuperset(of: ["Vpc", "SubnetDataB", "LoadBalancer", "ListenerRule1", "ServiceWeb"]))
    }

    /// With a domain there is one for the edge besides, which takes what the first one's outputs say.
    @Test func templatesOfTwoRegionsAreCreatedInTheirOrder() async throws {
        let domain = Self.plain + "\nregion: eu-central-1\nedge: { domain: shop.example.com, origin: public }\n"
        let outcomes = try await create(domain, in: ["eu-central-1", "us-east-1"])
        try expectWhole(outcomes, atLeast: [48, 3])
        #expect(Set(outcomes[0].made).isSuperset(of: ["Listener", "DnsRecordOrigin", "ServiceWeb"]))
        #expect(Set(outcomes[1].made).isSuperset(of: ["DnsRecordIpv4", "DnsRecordIpv6"]))
    }

    private func expectWhole(_ outcomes: [Outcome], atLeast counts: [Int]) throws {
        try #require(outcomes.count == counts.count)
        for (outcome, count) in zip(outcomes, counts) {
            #expect(outcome.status == "CREATE_COMPLETE")
            #expect(Set(outcome.made) == Set(outcome.asked))
            #expect(outcome.made.count >= count)
        }
    }

    private func create(_ manifest: String, in regions: [String]) async throws -> [Outcome] {
        try await withTemporaryFolder { folder in
            try PeerManifest.write(manifest, into: folder)
            return try await PeerWorld.with { world in
                let export = try await world.run([BuiltPrograms.terrace, "export", "cloudformation"], in: folder)
                #expect(export.exitCode == 0, "\(export.errors)")
                let templates = regions.map { region in
                    folder.appending(path: "cloudformation/\(region).yaml").path(percentEncoded: false) + "@\(region)"
                }
                let endpoint = "http://127.0.0.1:\(world.moto.port)"
                let result = try await PeerNursery.run(
                    ["templates.py", endpoint] + templates, environment: world.environment(behindProxy: false))
                #expect(result.exitCode == 0, "\(result.errors)\(world.moto.complaints)")
                return try result.output.split(separator: "\n").map {
                    try JSONDecoder().decode(Outcome.self, from: Data($0.utf8))
                }
            }
        }
    }
}
