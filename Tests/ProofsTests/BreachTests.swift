import Foundation
import Proofs
import Resources
import Stacks
import TestKit
import Testing

/// What an operator reads when a network is not what it should be.
struct BreachTests {
    private struct Mishap: Sendable {
        var name: String
        var claims: [Claim]
        var change: @Sendable (inout NetworkModel) -> Void
    }

    private static let mishaps: [Mishap] = [
        Mishap(name: "database-open", claims: [.onlyTasksCallDatabase]) { network in
            network.groups["network.security-group.database"]?.ingress.append(
                NetworkModel.Rule(traffic: .all, peer: .addresses(.everyAddress), text: "all 0.0.0.0/0: debugging"))
            for name in network.lists.keys where name.hasSuffix("data") {
                network.lists[name]?.ingress.append(
                    NetworkModel.Entry(
                        number: 1, allows: true, traffic: .all, peer: .everyAddress,
                        text: "ingress 1 allow all 0.0.0.0/0"))
            }
        },
        Mishap(name: "public-task", claims: [.tasksLeaveByNATOrEndpoint, .onlyEdgeIsPublic, .onlyBalancerCallsTasks]) {
            network in
            for index in network.parties.indices where network.parties[index].role.isTasks {
                network.parties[index].hasPublicAddress = true
            }
            network.tables["network.route-table.application-a"]?.routes = [
                NetworkModel.Route(
                    destination: .everyAddress, prefix: 0, way: .internetGateway("network.internet-gateway"),
                    text: "0.0.0.0/0 via network.internet-gateway")
            ]
            network.groups["network.security-group.tasks"]?.ingress.append(
                NetworkModel.Rule(
                    traffic: Traffic(.tcp(40_000)), peer: .addresses(.everyAddress),
                    text: "tcp 40000 0.0.0.0/0: debugging"))
        },
        Mishap(name: "answers-closed", claims: [.neededWaysAreOpen, .survivesLossOfZone]) { network in
            network.lists["network.network-acl.data"]?.egress = []
        },
        Mishap(name: "peering", claims: [.databaseHasNoInternet]) { network in
            network.tables["network.route-table.data-a"]?.routes.append(
                NetworkModel.Route(
                    destination: .everyAddress, prefix: 0, way: .unknown("pcx-1"), text: "0.0.0.0/0 via pcx-1"))
            network.groups["network.security-group.database"]?.egress.append(
                NetworkModel.Rule(traffic: .all, peer: .addresses(.everyAddress), text: "all 0.0.0.0/0"))
            network.lists["network.network-acl.data"]?.egress.append(
                NetworkModel.Entry(
                    number: 1, allows: true, traffic: .all, peer: .everyAddress, text: "egress 1 allow all 0.0.0.0/0"))
        },
        Mishap(name: "one-zone", claims: [.survivesLossOfZone]) { network in
            network.parties.removeAll { $0.role == .loadBalancer && $0.zone == "b" }
        },
    ]

    @Test(arguments: mishaps.indices)
    func aBrokenClaimShowsAPacketItsWayAndTheRule(index: Int) {
        let mishap = Self.mishaps[index]
        var network = Sample.standard.network
        mishap.change(&network)
        let proof = Proof(network)
        let broken = proof.verdicts.filter { !$0.breaches.isEmpty }
        for claim in mishap.claims { #expect(broken.contains { $0.claim == claim }, "\(claim)") }
        expectGolden(proof.text, "broken-\(mishap.name)")
        for breach in broken.flatMap(\.breaches) { check(breach, network) }
    }

    /// The packet that is shown is one that the other evaluator lets through, or does not.
    private func check(_ breach: Breach, _ network: NetworkModel) {
        guard let packet = breach.packet, breach.what.contains(" reaches ") else { return }
        let walk = PacketWalk(network: network, localPrefix: 16)
        let pairs = network.parties.flatMap { from in network.parties.map { (from, $0) } }
        let arrives = pairs.contains { from, to in
            breach.what == "\(from.name) reaches \(to.name)" && walk.arrives(packet, from: from, to: to)
        }
        #expect(arrives, "\(breach)")
    }

    @Test func aPublicBalancerWithoutTheHeaderAnswersStrangers() {
        var network = Sample.domain.network
        network.wantsOriginHeader = false
        let broken = Proof(network).verdicts.filter { !$0.breaches.isEmpty }
        #expect(broken.map(\.claim) == [.onlyThisDistributionIsAnswered])
    }

    /// A choice of the manifest excuses its own claim and no other.
    @Test func aChoiceExcusesNothingElse() {
        var network = Sample.singleNAT.network
        network.parties.removeAll { $0.role == .loadBalancer && $0.zone == "b" }
        let verdict = Proof(network, choices: Choice.of(Sample.singleNAT.stack)).verdicts.last
        #expect(verdict?.claim == .survivesLossOfZone)
        #expect(verdict?.breaches.allSatisfy { $0.about == .loadBalancer } == true)
    }

    // MARK: Documents

    private func json(_ document: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    }

    @Test func theDocumentForPrograms() throws {
        let sample = Sample.singleNAT
        expectGolden(
            try json(ProofDocument(sample.proof, Controls(of: sample.graph), stack: sample.stack.fullName)),
            "proof-json")
    }

    private static let manifest = ManifestLines([
        ManifestSource(
            file: "my shop/terrace.yaml",
            text: """
                stack: small
                network:
                  nat: single
                services:
                  web: { image: . }
                database: { readers: 0 }
                """),
        ManifestSource(file: "my shop/terrace.test.yaml", text: "services:\n  web: { tasks: { min: 3 } }\n"),
    ])

    @Test func theLogForCodeScanning() async throws {
        var network = Sample.singleNAT.network
        Self.mishaps[0].change(&network)
        let proof = Proof(network, choices: Choice.of(Sample.singleNAT.stack))
        let log = try json(
            SarifLog(proof, Controls(of: Sample.singleNAT.graph), manifest: Self.manifest, version: "1.0.0"))
        expectGolden(log, "sarif")
        #expect(try await sarifFaults(in: [log]) == "")
    }

    /// By the schema of the standard, whatever was found: nothing but waivers, a breach of every kind, open claims, failed controls.
    @Test func everyLogKeepsTheStandard() async throws {
        let sample = Sample.singleNAT
        var blind = sample.network
        blind.blindSpots = ["addresses of IPv6 in network.subnet.data-a"]
        let broken = Self.mishaps.map { mishap in
            var network = sample.network
            mishap.change(&network)
            return network
        }
        let whole = Sample.allCases.map { ($0, $0.network, ControlProfile.standard) }
        let rest = ([blind] + broken).map { (sample, $0, ControlProfile.fsbp) }
        let logs = try (whole + rest).map { sample, network, profile in
            try json(
                SarifLog(
                    Proof(network, choices: Choice.of(sample.stack)), Controls(of: sample.graph, profile: profile),
                    manifest: Self.manifest, version: "1.0.0"))
        }
        #expect(try await sarifFaults(in: logs) == "")
    }

    /// A log that is none would be let through by a judge that looks at nothing.
    @Test func aLogThatIsNoneIsRefused() async throws {
        #expect(try await sarifFaults(in: [#"{"version": "2.1.0"}"#]).contains("'runs' is a required property"))
    }
}
