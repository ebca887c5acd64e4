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

    @Test func theLogForCodeScanning() throws {
        var network = Sample.singleNAT.network
        Self.mishaps[0].change(&network)
        let proof = Proof(network, choices: Choice.of(Sample.singleNAT.stack))
        let log = SarifLog(proof, Controls(of: Sample.singleNAT.graph), manifest: "terrace.yaml", version: "1.0.0")
        expectGolden(try json(log), "sarif")
    }
}
