import AWSServices
import AWSWire
import Resources
import Stacks
import Testing

@testable import AWSTarget

struct DecisionTests {
    // MARK: Lists

    @Test func aWordThatAllGroupsHoldIsOneList() {
        let names = ["/terrace/shop/web", "aws-waf-logs-shop"]
        func lists(_ names: [String], _ word: String?) -> [String?] {
            LogGroupCalls.lists(of: names, holding: word).map { $0.logGroupNamePattern ?? $0.logGroupNamePrefix }
        }
        #expect(lists(names, "shop") == ["shop"])
        #expect(lists(names, nil) == ["/terrace/shop/", "aws-waf-logs-shop"])
        #expect(lists(names + ["/aws/rds/cluster/sh-1a2b/postgresql"], "shop").count == 3)
    }

    // MARK: Waits

    private static let subnet = Observed(
        Address(.network, "subnet", "a"),
        .subnet(SubnetSettings(vpc: "vpc-1", cidr: "10.0.1.0/24", zone: "use1-az1")), facts: [.id: "subnet-1"])

    private static func observed(_ state: Observed.State) -> Observed {
        var observed = subnet
        observed.state = state
        return observed
    }

    @Test func aWaitIsOverWhenItIsSeenReadyAsOftenAsAsked() {
        var state = WaitState(sightings: 2)
        #expect(state.saw(nil, after: .seconds(1)) == .again("not visible yet"))
        #expect(state.saw(Self.observed(.ready), after: .seconds(2)) == .again("must be seen once more"))
        #expect(state.saw(nil, after: .seconds(3)) == .again("not visible yet"))
        #expect(state.saw(Self.observed(.ready), after: .seconds(4)) == .again("must be seen once more"))
        #expect(state.saw(Self.observed(.ready), after: .seconds(5)) == .done(Self.observed(.ready)))
    }

    @Test func aWaitEndsWithAWSsOwnReason() {
        var state = WaitState()
        #expect(state.saw(Self.observed(.pending("creating")), after: .zero) == .again("creating"))
        #expect(state.saw(Self.observed(.failed("no room")), after: .zero) == .failed("no room"))
        #expect(state.saw(Self.observed(.deleting), after: .zero) == .failed("somebody is deleting it"))
        #expect(state.saw(nil, after: WaitState.invisible) == .failed("it is not there any more"))
    }

    /// The last look comes at most so much later than AWS is done; a long wait takes few looks.
    @Test(arguments: [
        (PollSchedule.standard, 10.0, 0.1, 18), (.standard, 120.0, 0.1, 44), (.standard, 600.0, 0.025, 76),
        (.slow, 10.0, 0.2, 5), (.slow, 150.0, 0.1, 24), (.slow, 600.0, 0.025, 54), (.slow, 5400.0, 0.003, 372),
    ])
    func aWaitIsHardlyLongerThanNecessary(schedule: PollSchedule, seconds: Double, excess: Double, looks: Int) {
        var (elapsed, count) = (0.0, 0)
        while elapsed < seconds {
            let pause = schedule.pause(after: .seconds(elapsed))
            elapsed += Double(pause.components.seconds) + Double(pause.components.attoseconds) / 1e18
            count += 1
        }
        #expect(elapsed <= seconds * (1 + excess))
        #expect(count <= looks)
    }

    // MARK: Zones

    private static let zones = ["a": "use1-az4", "b": "use1-az1", "c": "use1-az3", "d": "use1-az2"].map {
        ZoneChoice.Zone(id: $0.value, name: "us-east-1\($0.key)")
    }

    @Test func zonesAreChosenByTheirIds() throws {
        let found = try ZoneChoice(zones: Self.zones, settled: [:]).lookups(2, region: "us-east-1")
        #expect(found[.zoneID(0)] == "use1-az1" && found[.zoneName(0)] == "us-east-1b")
        #expect(found[.zoneID(1)] == "use1-az2" && found[.zoneName(1)] == "us-east-1d")
    }

    @Test func aStackStaysInItsZones() throws {
        let found = try ZoneChoice(zones: Self.zones, settled: [0: "use1-az4"]).lookups(3, region: "us-east-1")
        #expect((0...2).map { found[.zoneID($0)] } == ["use1-az4", "use1-az1", "use1-az2"])
    }

    @Test func zonesThatLackSomethingAreLeftOut() throws {
        var choice = ZoneChoice(zones: Self.zones, settled: [:])
        choice.excluded = ["use1-az1"]
        choice.orderable = ["us-east-1a", "us-east-1b", "us-east-1c"]
        let found = try choice.lookups(2, region: "us-east-1")
        #expect((0...1).map { found[.zoneID($0)] } == ["use1-az3", "use1-az4"])
        #expect(throws: Report.self) { try choice.lookups(3, region: "us-east-1") }
    }

    // MARK: Versions

    private static let offered = ["18.3", "17.9", "17.7", "16.13", "16.8", "15.17"].map {
        EngineChoice.Offer(version: $0, family: "aurora-postgresql\($0.prefix(2))")
    }

    @Test(arguments: [
        ("auto", String?.none, "17.7"), ("16", nil, "16.8"), ("18", nil, "18.3"), ("15", nil, "15.17"),
        ("16.13", nil, "16.13"),
        ("auto", "16.4", "16.4"), ("16", "16.4", "16.4"), ("17", "16.4", "17.7"),
    ])
    func aVersionWithLongTermSupportComesFirstAndAnExistingOneStays(word: String, existing: String?, expected: String)
        throws
    {
        let choice = EngineChoice(offered: Self.offered, existing: existing)
        #expect(try choice.offer(for: word, region: "eu-west-1").version == expected)
    }

    @Test func aVersionThatNobodyOffersIsReported() {
        #expect(throws: Report.self) {
            try EngineChoice(offered: Self.offered, existing: nil).offer(for: "12", region: "eu-west-1")
        }
    }

    @Test func versionsAreComparedAsNumbers() {
        #expect(EngineChoice.isOlder("16.8", "16.13"))
        #expect(!EngineChoice.isOlder("17.1", "16.13"))
    }

    // MARK: Duplicates

    @Test func ofTwoTheOneInUseStays() {
        let address = Address(.network, "vpc")
        func vpc(_ id: String) -> Observed {
            Observed(address, .vpc(VPCSettings(cidr: "10.0.0.0/16")), facts: [.id: id])
        }
        var inSecond = Self.subnet
        inSecond.settings = .subnet(SubnetSettings(vpc: "vpc-2", cidr: "10.0.1.0/24", zone: "use1-az1"))
        let graph = ResourceGraph([
            Resource(address, .vpc(VPCSettings(cidr: "10.0.0.0/16"))),
            Resource(inSecond.address, .subnet(SubnetSettings(vpc: "x", cidr: "10.0.1.0/24", zone: "use1-az1"))),
        ])
        let world = World(found: [vpc("vpc-1"), vpc("vpc-2"), inSecond], lookups: [:], graph: graph)
        #expect(world.resources[address]?.facts[.id] == "vpc-2")
        #expect(world.strays.map { $0.facts[.id] } == ["vpc-1"])
        let other = World(found: [vpc("vpc-1"), inSecond], lookups: [:], graph: ResourceGraph([]))
        #expect(other.resources.isEmpty && other.strays.count == 2)
    }

    // MARK: Differences

    @Test func aRouteThatLeadsElsewhereIsReplaced() {
        let (old, new) = (
            Route(destination: "0.0.0.0/0", via: .natGateway("nat-1")),
            Route(destination: "0.0.0.0/0", via: .natGateway("nat-2"))
        )
        let (peer, other) = (
            Route(destination: "10.1.0.0/16", via: .other("pcx-1")),
            Route(destination: "10.2.0.0/16", via: .other("pcx-1"))
        )
        let changes = RouteChanges(from: [old, peer], to: [new, other])
        #expect(changes.replaced == [new] && changes.created == [other] && changes.removed == [peer])
    }

    @Test func rulesOfEC2BecomeRulesAndBack() {
        let rules = [
            GroupRule(ports: .tcp(443), peer: .prefixList("pl-1"), description: "requests"),
            GroupRule(ports: .tcp(1...9), peer: .group("sg-1"), description: "tasks"),
            GroupRule(ports: .all, peer: .cidr("0.0.0.0/0"), description: ""),
            GroupRule(ports: .udp(53...53), peer: .cidr("::/0"), description: "names"),
        ]
        #expect(rules.flatMap { SecurityGroupRulesHandler.rules(SecurityGroupRulesHandler.permission($0)) } == rules)
    }

    @Test func routesOfAWSsOwnAreNotListed() {
        var table = EC2.RouteTable()
        var local = EC2.Route()
        (local.destinationCidrBlock, local.gatewayId) = ("10.0.0.0/16", "local")
        var endpoint = EC2.Route()
        (endpoint.destinationPrefixListId, endpoint.gatewayId) = ("pl-1", "vpce-1")
        var out = EC2.Route()
        (out.destinationCidrBlock, out.natGatewayId) = ("0.0.0.0/0", "nat-1")
        table.routes = [local, endpoint, out]
        #expect(
            RouteTableHandler.settings(table).routes == [Route(destination: "0.0.0.0/0", via: .natGateway("nat-1"))])
    }

    @Test(arguments: [
        ("pending", Observed.State.pending("the NAT gateway is pending")), ("available", .ready),
        ("deleting", .deleting),
        ("failed", .failed("Gateway.NotAttached: no internet gateway")),
    ])
    func aNATGatewayTellsWhyItFailed(word: String, state: Observed.State) {
        var gateway = EC2.NatGateway()
        gateway.state = EC2.NatGatewayState(rawValue: word)
        (gateway.failureCode, gateway.failureMessage) = ("Gateway.NotAttached", "no internet gateway")
        #expect(NATGatewayHandler.state(gateway) == state)
    }

    @Test(arguments: [
        ("available", "active", Observed.State.ready), ("deleting", "active", .deleting),
        ("available", "creating", .pending("RDS is making the master's secret")),
        ("modifying", "active", .pending("the cluster is modifying")),
        ("failed", "active", .failed("the cluster is failed")),
    ])
    func aClusterIsReadyWithItsSecret(status: String, secret: String, state: Observed.State) {
        var cluster = RDS.DBCluster()
        cluster.status = status
        var master = RDS.MasterUserSecret()
        master.secretStatus = secret
        cluster.masterUserSecret = master
        #expect(DatabaseClusterHandler.state(cluster) == state)
    }

    @Test func aClusterIsModifiedByWhatDiffersOnly() {
        func settings(_ change: (inout DatabaseClusterSettings) -> Void) -> DatabaseClusterSettings {
            var settings = DatabaseClusterSettings(
                identifier: "guestbook", version: "17.7", versionIsPinned: true, database: "guestbook",
                masterUser: "admin",
                subnetGroup: "data", groups: ["sg-1"], parameterGroup: "pg", port: 5432, backupDays: 7)
            change(&settings)
            return settings
        }
        let base = settings { _ in }
        #expect(ClusterRequests.modify(base, from: base) == nil)
        let request = ClusterRequests.modify(
            settings { ($0.backupDays, $0.logExports) = (9, ["postgresql", "instance"]) }, from: base)
        #expect(request?.backupRetentionPeriod == 9)
        #expect(request?.cloudwatchLogsExportConfiguration?.enableLogTypes == ["instance"])
        #expect(request?.vpcSecurityGroupIds == nil && request?.engineVersion == nil)
    }

    // MARK: Passwords

    /// The example of RFC 7677, with the keys that Python's hashlib makes of it.
    @Test func aVerifierIsWhatPostgreSQLKeeps() {
        let salt: [UInt8] = [
            0x5b, 0x6d, 0x99, 0x68, 0x9d, 0x12, 0x35, 0x8e, 0xec, 0xa0, 0x4b, 0x14, 0x12, 0x36, 0xfa, 0x81,
        ]
        let text = ScramVerifier(secret: Array("pencil".utf8), salt: salt).text
        #expect(
            text
                == "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        )
    }

    @Test func noStatementHoldsThePassword() {
        let verifier = ScramVerifier(password: "hunter2hunter2").text
        let statements = RoleStatements(role: "app", database: "shop").making(verifier: verifier, isNew: true)
        #expect(!statements.contains { $0.contains("hunter2") })
        #expect(statements.first?.hasPrefix("create role \"app\" login password 'SCRAM-SHA-256$4096:") == true)
        #expect(
            statements.dropFirst() == [
                "do $$ begin grant \"app\" to current_user; alter database \"shop\" owner to \"app\"; "
                    + "revoke all on database \"shop\" from public; end $$"
            ])
    }

    // MARK: ARNs

    @Test(arguments: [
        ("arn:aws:ec2:us-east-1:1:vpc/vpc-1", true), ("arn:aws:ec2:us-east-1:1:transit-gateway/tgw-1", false),
        ("arn:aws:rds:us-east-1:1:cluster:x", true), ("arn:aws:s3:::bucket", true),
        ("arn:aws:sns:us-east-1:1:topic", true), ("arn:aws:states:us-east-1:1:stateMachine:shop-report", true),
        ("arn:aws:states:us-east-1:1:activity:shop", false),
        ("arn:aws:dynamodb:us-east-1:1:table/x", false),
    ])
    func theSweepKnowsWhatTheKindsLookFor(arn: String, isCovered: Bool) {
        #expect(ARNType.isCovered(arn) == isCovered)
    }
}
