import AWSTarget
import Provisioning
import Resources
import Testing

/// How a load balancer goes.
struct BalancerFarewellTests {
    /// Its interfaces are there in any case: they do not say that it is on its way.
    @Test func oneThatAnOriginHeldIsAskedToGoAgain() async throws {
        try await TargetWorld.with { world in
            let graph = try #require(KindSample.privateOrigin.graphs.first)
            let found = try await world.bringUp(graph)
            func part(_ kind: ResourceKind) throws -> Observed {
                try #require(found.resources.values.first { $0.settings.kind == kind })
            }
            let balancer = try part(.loadBalancer)
            try await world.leave(part(.distribution))
            try await world.target.delete(balancer, policy: .deleteData)
            #expect(try await world.target.discover(graph).resources[balancer.address] != nil, "nothing held it")
            try await world.leave(part(.vpcOrigin))
            try await world.target.waitUntilGone(balancer) { _ in }
            #expect(try await world.target.discover(graph).resources[balancer.address] == nil)
        }
    }
}

extension TargetWorld {
    fileprivate func leave(_ observed: Observed) async throws {
        try await target.delete(observed, policy: .deleteData)
        try await target.waitUntilGone(observed) { _ in }
    }
}
