import Foundation
import PeerKit
import TestKit
import Testing

/// The proxy's faults, as AWS's own client understands them.
struct ProxyTests {
    private static func probe(_ world: PeerWorld, _ words: String...) async throws -> String {
        let result = try await world.run([MotoServer.python, MotoServer.script("probe.py")] + words)
        return result.output.trimmingCharacters(in: .newlines)
    }

    /// A call of each protocol, and the code by which each service says that it is asked too often.
    private static let throttling = [
        ("ec2", "describe_vpcs", "RequestLimitExceeded"), ("rds", "describe_db_clusters", "Throttling"),
        ("ecs", "list_clusters", "ThrottlingException"), ("s3", "list_buckets", "SlowDown"),
        ("cloudfront", "list_distributions", "Throttling"), ("secretsmanager", "list_secrets", "ThrottlingException"),
    ]

    @Test func eachServiceIsThrottledInItsOwnWords() async throws {
        try await PeerWorld.with(faults: FaultRates([.throttled: 1])) { world in
            for (service, operation, code) in Self.throttling {
                let heard = try await Self.probe(world, service, operation)
                #expect(heard == code, "\(service)")
            }
        }
    }

    /// Fault, what the client hears, whether the peer did it.
    private static let aroundEffect: [(Fault, heard: String, done: Bool)] = [
        (.failedBefore, "ServiceUnavailable", false), (.failedAfter, "ServiceUnavailable", true),
        (.closedBefore, "ConnectionClosedError", false), (.closedAfter, "ConnectionClosedError", true),
    ]

    @Test(arguments: aroundEffect)
    func aCallGoesWrongBeforeOrAfterItTookEffect(fault: Fault, heard: String, done: Bool) async throws {
        try await PeerWorld.with(faults: FaultRates([fault: 1], inARow: 1)) { world in
            #expect(try await Self.probe(world, "ec2", "create_vpc", #"{"CidrBlock":"10.0.0.0/16"}"#) == heard)
            let call = try #require(world.proxy.calls.first)
            #expect(call.operation == "CreateVpc" && call.isMutating && call.tookEffect == done && call.fault == fault)
            #expect(try await world.dump().contains("10.0.0.0/16") == done)
        }
    }

    @Test func whatWasJustMadeIsNotFoundYet() async throws {
        try await PeerWorld.with(faults: FaultRates([.notYetFound: 1], staleness: .seconds(60), inARow: 1)) { world in
            let result = try await world.run([MotoServer.python, MotoServer.script("stand_in.py"), "up"])
            #expect(result.errors.contains("InvalidVpcID.NotFound"), "\(result.errors)")
        }
    }

    @Test func figuresSayHowDeepAndHowWide() {
        func call(_ began: Double, _ ended: Double) -> PeerCall {
            PeerCall(
                service: "ec2", operation: "DescribeVpcs", isMutating: false, began: began, ended: ended, status: 200,
                fault: nil, tookEffect: true)
        }
        let figures = CallFigures([call(0, 1), call(0, 1), call(1, 2), call(1.5, 2.5), call(2, 3)])
        #expect(figures.calls == 5)
        #expect(figures.depth == 3)
        #expect(figures.mostAtOnce == 2)
    }
}
