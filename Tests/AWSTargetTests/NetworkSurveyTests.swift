import AWSServices
import AWSTarget
import AWSWire
import PeerKit
import Proofs
import Resources
import Stacks
import Testing

/// The network as an API server tells it, with what others have put into it.
struct NetworkSurveyTests {
    private static let stack = Stack(
        name: "guestbook", network: Network(endpoints: [.s3, .logs]), services: [Service(name: "web", image: "web:1")],
        database: Database())

    /// What packets meet: no more than the survey reads.
    private static let graph: ResourceGraph = {
        let kinds: Set<ResourceKind> = [
            .vpc, .internetGateway, .subnet, .elasticAddress, .natGateway, .routeTable, .networkACL, .securityGroup,
            .securityGroupRules, .endpoint,
        ]
        return ResourceGraph(StackResources.graph(of: stack).resources.filter { kinds.contains($0.kind) })
    }()

    @Test func theNetworkIsSeenWithWhatOthersPutIntoIt() async throws {
        try await TargetWorld.with { world in
            let made = try await world.bringUp(Self.graph)
            let before = try await world.cloud.network(Self.graph).network
            let planned = PlannedNetwork.model(of: Self.graph)
            #expect(before.subnets == planned.subnets)
            #expect(before.natGateways == planned.natGateways)
            #expect(before.internetGateway == planned.internetGateway)
            #expect(Set(planned.parties.map(\.name)).isSubset(of: before.parties.map(\.name)))

            try await Self.meddle(made, world)
            let sighting = try await world.cloud.network(Self.graph)
            let after = sighting.network
            let rules = after.groups["network.security-group.endpoints"]?.ingress ?? []
            #expect(rules.contains { $0.peer == .addresses(.everyAddress) && $0.traffic == Traffic(.tcp(22)) })
            #expect(after.groups.count == before.groups.count + 1)
            let routes = after.tables["network.route-table.data-a"]?.routes ?? []
            #expect(routes.map(\.way) == [.internetGateway("network.internet-gateway")])
            #expect(sighting.blindSpots.isEmpty)
        }
    }

    /// What somebody does in the console: a rule, a group and a route, without a tag of the stack.
    private static func meddle(_ made: World, _ world: TargetWorld) async throws {
        func id(_ words: String...) throws -> String {
            let address = Address(.network, words.joined(separator: "."))
            return try #require(made.resources[address]?.facts[.id], "\(address)")
        }
        _ = try await world.client.send(
            EC2.AuthorizeSecurityGroupIngressRequest(
                groupId: try id("security-group", "endpoints"),
                ipPermissions: [
                    EC2.IpPermission(
                        ipProtocol: "tcp", fromPort: 22, toPort: 22, ipRanges: [EC2.IpRange(cidrIp: "0.0.0.0/0")])
                ]))
        _ = try await world.client.send(
            EC2.CreateSecurityGroupRequest(description: "theirs", groupName: "theirs", vpcId: try id("vpc")))
        _ = try await world.client.send(
            EC2.CreateRouteRequest(
                routeTableId: try id("route-table", "data-a"), destinationCidrBlock: "0.0.0.0/0",
                gatewayId: try id("internet-gateway")))
    }

    @Test func withoutANetworkThereIsAReport() async throws {
        try await TargetWorld.with { world in
            await #expect(throws: Report.self) { try await world.cloud.network(Self.graph) }
        }
    }
}
