import Proofs
import Resources
import Stacks
import TestKit
import Testing

struct ProofTests {
    @Test(arguments: Sample.allCases)
    func whatTerraceMakesKeepsEveryClaim(sample: Sample) {
        for breach in sample.proof.verdicts.flatMap(\.breaches) { Issue.record("\(sample): \(breach)") }
        expectGolden(sample.proof.text, "proof-\(sample)")
    }

    /// What is like its neighbours is named once; who reaches another port, or is reached on one, has a row and a column of its own.
    @Test func manyServicesAlikeAreOneRow() throws {
        var stack = Sample.standard.stack
        stack.services = (1...12).map {
            Service(name: "part-\($0)", image: ".", port: 3000, routes: [RoutePattern(unchecked: "/\($0)/*")])
        }
        let proof = { Proof(PlannedNetwork.model(of: StackResources.graph(of: $0)), choices: Choice.of($0)) }
        let text = proof(stack).text
        #expect(text.contains(/\n  part-1 and 11 like it +443 +443 +\. +\. +5432/))
        #expect(text.contains("load-balancer -> part-1 and 11 like it"))
        #expect(!text.contains("part-2"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count < 150 })
        stack.services.removeLast(4)
        #expect(proof(stack).text.contains("part-8"))
    }

    /// How many tasks run, a network does not say; the manifest does.
    @Test(arguments: [0, 1, 2]) func aTierOfOneTaskDoesNotSurvive(fewest: Int) throws {
        var stack = Sample.standard.stack
        stack.services[0].tasks = fewest...4
        let proof = Proof(PlannedNetwork.model(of: StackResources.graph(of: stack)), choices: Choice.of(stack))
        let verdict = try #require(proof.verdicts.first { $0.claim == .survivesLossOfZone })
        let reason = "`services.web.tasks.min: \(fewest)`: ECS first has to start a task in another zone"
        #expect(verdict.outcome == (fewest < 2 ? .waived(reason) : .holds))
        #expect(proof.isWhole)
    }

    /// `plan` refuses a stack whose tasks could not start, and the proof of its network says the same: with every choice of endpoints.
    @Test(arguments: [(".", false), (".", true), ("nginx:1.29", false)])
    func aNetworkInWhichNoTaskStartsIsBroken(image: String, exec: Bool) {
        for bits in 0..<(1 << Network.Endpoint.allCases.count) {
            let endpoints = Network.Endpoint.allCases.enumerated().filter { bits & 1 << $0.offset != 0 }.map(\.element)
            var stack = Sample.standard.stack
            stack.services = [Service(name: "web", image: image, exec: exec)]
            for nat in Network.NAT.allCases {
                stack.network = Network(nat: nat, endpoints: endpoints)
                let proof = Proof(
                    PlannedNetwork.model(of: StackResources.graph(of: stack)), choices: Choice.of(stack),
                    starts: TaskStart.of(stack))
                let broken = proof.verdicts.filter { !$0.breaches.isEmpty }.map(\.claim)
                let isRefused = !StackResources.obstacles(to: stack).isEmpty
                #expect(broken == (isRefused ? [.neededWaysAreOpen] : []), "\(nat) \(endpoints)")
            }
        }
    }

    @Test func whatATaskLacksIsSaidWithTheWayOut() {
        var stack = Sample.standard.stack
        stack.network = Network(nat: .none, endpoints: [])
        stack.services = [Service(name: "web", image: "nginx:1.29", exec: true)]
        let proof = Proof(
            PlannedNetwork.model(of: StackResources.graph(of: stack)), choices: Choice.of(stack),
            starts: TaskStart.of(stack))
        let breaches = proof.verdicts.flatMap(\.breaches)
        #expect(
            breaches.map { "\($0.about): \($0.what); \($0.change)" } == [
                "internet: tasks cannot pull their images: there is no NAT gateway, and there is no endpoint for "
                    + "ecr.api, ecr.dkr, s3; add `ecr` to `network.endpoints`, or choose `nat: single`",
                "internet: tasks cannot write their log: there is no NAT gateway, and there is no endpoint for logs; "
                    + "add `logs` to `network.endpoints`, or choose `nat: single`",
                "internet: tasks cannot read their secrets: there is no NAT gateway, and there is no endpoint for "
                    + "secretsmanager; add `secretsmanager` to `network.endpoints`, or choose `nat: single`",
                "web: tasks of web cannot pull their image: there is no NAT gateway, and the registry is on the internet; "
                    + "push it to ECR, or choose `nat: single`",
                "web: commands cannot be run in tasks of web: there is no NAT gateway, and there is no endpoint for "
                    + "ssmmessages; add `ssmmessages` to `network.endpoints`, or choose `nat: single`",
            ])
    }

    /// Of a network that runs: what the manifest has is made again, not added to it.
    @Test func aGatewayThatIsGoneIsMadeAnew() throws {
        var network = Sample.standard.network
        network.natGateways = [:]
        let proof = Proof(network, starts: TaskStart.of(Sample.standard.stack))
        let breach = try #require(proof.verdicts.flatMap(\.breaches).first { $0.what.contains("images") })
        #expect(
            breach.change
                == "add `ecr` to `network.endpoints`, or `terrace up --on aws`, which makes the NAT gateway anew")
    }
}
