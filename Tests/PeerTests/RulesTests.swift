import PeerKit
import TestKit
import Testing

/// The API server of these tests refuses what AWS refuses.
struct RulesTests {
    @Test func thePeerIsAsStrictAsAWS() async throws {
        try await PeerWorld.with(speed: 600) { world in
            let rules = try await world.reader("rules.py")
            #expect(rules.exitCode == 0, "\(rules.output)\(rules.errors)\(world.moto.complaints)")
        }
    }
}
