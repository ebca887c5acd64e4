import TestKit
import Testing

@testable import Proofs

/// What is computed with sets is what packets do, one by one: 10 000 networks, each with all packets of a few pairs.
struct TwoEvaluatorsTests {
    private static let perRun: UInt64 = 500

    @Test(arguments: UInt64(0)..<20)
    func setsAndPacketsAgree(run: UInt64) {
        var passed = 0
        var unanswered = 0
        for seed in run * Self.perRun..<(run + 1) * Self.perRun {
            let network = RandomNetwork.model(seed: seed)
            let crossing = Crossing(network)
            var random = SeededGenerator(seed: seed &+ 1 << 32)
            for _ in 0..<4 {
                let from = Int.random(in: network.parties.indices, using: &random)
                let to = Int.random(in: network.parties.indices, using: &random)
                let result = compare(network, crossing.link(from: from, to: to), seed, &random)
                passed += result.passed
                unanswered += result.unanswered
            }
        }
        // A universe in which nothing gets through, or everything is answered, would compare nothing.
        #expect(passed > 1000, "run \(run)")
        #expect(unanswered > 50, "run \(run)")
    }

    private func compare(
        _ network: NetworkModel, _ link: Link, _ seed: UInt64, _ random: inout SeededGenerator
    ) -> (passed: Int, unanswered: Int) {
        let walk = PacketWalk(network: network)
        let (from, to) = (network.parties[link.from], network.parties[link.to])
        let sources = two(of: from.addresses, &random)
        let destinations = two(of: to.addresses, &random)
        var passed = 0
        for source in sources {
            for destination in destinations {
                for number in RandomNetwork.protocols {
                    for port in RandomNetwork.ports {
                        let packet = Packet(
                            source: source, destination: destination, protocolNumber: number, port: port)
                        let arrives = walk.arrives(packet, from: from, to: to)
                        if arrives { passed += 1 }
                        if link.arrives.contains(packet) != arrives {
                            Issue.record("seed \(seed): \(from.name) to \(to.name), \(packet): sets say \(!arrives)")
                        }
                    }
                }
            }
        }
        return (passed, compareAnswers(network, link, seed))
    }

    private func two(of addresses: SpanSet, _ random: inout SeededGenerator) -> [UInt32] {
        guard let span = addresses.spans.first else { return [] }
        return [span.low, UInt32.random(in: span.low...span.high, using: &random)]
    }

    /// All addresses, since an answer that is lost anywhere counts.
    private func compareAnswers(_ network: NetworkModel, _ link: Link, _ seed: UInt64) -> Int {
        let walk = PacketWalk(network: network)
        let (from, to) = (network.parties[link.from], network.parties[link.to])
        var lost: Set<UInt16> = []
        for source in numbers(from.addresses) {
            for destination in numbers(to.addresses) {
                let calls = RandomNetwork.ports.map {
                    Packet(source: source, destination: destination, protocolNumber: 6, port: $0)
                }
                // Ports above those of the little universe are alike: 8 stands for them.
                let high = Packet(source: source, destination: destination, protocolNumber: 6, port: 8)
                guard let call = (calls + [high]).first(where: { walk.arrives($0, from: from, to: to) }) else {
                    continue
                }
                for port in numbers(from.sourcePorts).map(UInt16.init) + [8]
                where !walk.answerArrives(call, port: port, from: from, to: to) && port != 8 {
                    lost.insert(port)
                }
                if walk.passesGateway(call, from: from), !walk.answerReachesGateway(call, port: 1024, from: from) {
                    lost.insert(1024)
                }
            }
        }
        let said = Set(([1024] + Array(0...7)).filter { link.unanswered.contains(UInt32($0)) }.map(UInt16.init))
        if said != lost {
            Issue.record("seed \(seed): \(from.name) to \(to.name): lost \(lost.sorted()), sets say \(said.sorted())")
        }
        return lost.count
    }

    private func numbers(_ set: SpanSet) -> [UInt32] { set.spans.flatMap { Array($0.low...$0.high) } }
}
