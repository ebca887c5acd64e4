import Foundation
import TestKit
import Testing

/// `verify --on aws` of an account as `up` left it, and as others changed it behind its back.
struct AccountProofTests {
    /// From the first opened rule to the packet that gets through, and back by another `up`.
    @Test func whatOthersChangeIsToldUntilAnotherUp() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.terrace("up", "--yes")
            let untouched = try await trial.terrace("verify").output
            #expect(!untouched.contains("eni-"), "\(untouched)")

            // The list and the missing public address still stand in the way: a control fails, and no claim is broken.
            try await trial.spoil("opened", "guestbook-database", "5432")
            let opened = try await trial.terrace("verify", expecting: 1).output
            #expect(opened.contains("FAILS   EC2.19: no port of a known service is open to everybody  network."))
            #expect(opened.contains("            tcp 5432 0.0.0.0/0: for a moment\n"))
            #expect(!opened.contains("BROKEN"), "\(opened)")

            try await trial.spoil("listed", "guestbook-data")
            try await trial.spoil("peering", "guestbook-data-a")
            let peered = try await trial.terrace("verify", expecting: 1).output
            #expect(peered.contains("BROKEN  only tasks reach the database, on its port"), "\(peered)")
            #expect(peered.contains("reaches database in zone a: tcp 10.77.0.0 -> 10.0.21.4 port 5432\n"))
            #expect(peered.contains("passes  access list data (in)         ingress 50 allow all 0.0.0.0/0\n"))
            #expect(
                peered.contains("change  security group database (in): take back `tcp 5432 0.0.0.0/0: for a moment`"))

            try await trial.spoil("public", "web")
            let exposed = try await trial.terrace("verify", expecting: 1).output
            #expect(exposed.contains("BROKEN  tasks leave only through NAT gateways and endpoints"), "\(exposed)")
            #expect(exposed.contains("change  public address: take it from web\n"))
            #expect(exposed.contains("FAILS   ECS.2: tasks have no public addresses  application.service.web"))

            try await trial.terrace("up", "--yes")
            #expect(try await trial.terrace("verify").output == untouched)
        }
    }
}
