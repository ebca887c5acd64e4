import Provisioning
import Resources
import Stacks
import Testing

@testable import Commands

/// What a drill in a cloud decides without one.
@Suite struct CloudDrillTests {
    private static let limit = Firewall.RateLimit(requests: 2000, per: .seconds(300))

    @Test(
        arguments: [
            // The stack's own limit: 2000 in 300 s, of which a drill takes four fifths.
            (limit, [], true, nil, 5), (limit, [], true, 5, 5), (limit, [], true, 6, nil),
            // Nothing counts who comes past the edge, who is let pass, or where there is no limit.
            (limit, [], false, nil, 50), (limit, ["192.0.2.0/24"], true, 200, 200), (nil, [], true, nil, 50),
            (Firewall.RateLimit(requests: 10, per: .seconds(600)), [], true, nil, 1),
            (Firewall.RateLimit(requests: 100_000, per: .seconds(60)), [], true, nil, 50),
        ] as [(Firewall.RateLimit?, [String], Bool, Int?, Int?)])
    func theLoadStaysBelowTheFirewallsLimit(
        limit: Firewall.RateLimit?, allowed: [String], isThroughEdge: Bool, asked: Int?, rate: Int?
    ) {
        let firewall = Firewall(rateLimit: limit, allow: allowed.compactMap { AddressBlock($0) })
        let decided = CloudLoadRate(firewall: firewall, isThroughEdge: isThroughEdge)
        #expect((try? decided.rate(asked)) == rate)
    }

    @Test(
        arguments: [
            ("https://shop.example.com", "https://shop.example.com", 443),
            ("http://10.0.0.5:8080", "http://10.0.0.5:8080", 8080),
            ("http://localhost/", "http://localhost", 80), ("https://shop.example.com/path", nil, 0),
            ("shop.example.com", nil, 0), ("http://h:0", nil, 0), ("http://h:x", nil, 0), ("ftp://h", nil, 0),
        ] as [(String, String?, Int)])
    func addressesAreReadOrRefused(text: String, read: String?, port: Int) {
        let address = VisitAddress(argument: text)
        #expect(address?.description == read && (address?.port ?? 0) == port)
    }

    private static let whole = CloudVitals(
        services: [.init(name: "web", desired: 2, running: 2, healthy: 2, isDeploying: false)],
        servers: [
            .init(name: "db-1", isWriter: true, state: "available"),
            .init(name: "db-2", isWriter: false, state: "available"),
        ])

    private static func changed(_ change: (inout CloudVitals) -> Void) -> CloudVitals {
        var vitals = whole
        change(&vitals)
        return vitals
    }

    @Test(
        arguments: [
            (changed { _ in }, nil, []),
            (
                changed { ($0.services[0].running, $0.services[0].healthy) = (1, 1) }, "1 of 2 tasks of web run",
                ["web: 1 of 2 tasks run, 1 healthy"]
            ),
            (
                changed { $0.services[0].healthy = 1 }, "1 of 2 tasks of web are healthy",
                ["web: 2 of 2 tasks run, 1 healthy"]
            ),
            (changed { $0.services[0].isDeploying = true }, "a deployment of web is under way", []),
            (changed { $0.servers[1].state = "rebooting" }, "the server db-2 is rebooting", ["db-2 is rebooting"]),
            (changed { $0.servers[0].isWriter = false }, "the database has no writer", []),
            (
                changed { ($0.services[0].isDeploying, $0.services[0].failed) = (true, 2) },
                "a deployment of web is under way", ["web: 2 tasks of what is being deployed could not run"]
            ),
            (
                changed { ($0.servers[0].isWriter, $0.servers[1].isWriter) = (false, true) }, nil,
                ["db-2 is the writer"]
            ),
            (
                changed { $0.alarms = [.init(name: "shop-web-cpu", word: "web-cpu", reason: "")] }, nil,
                ["the alarm shop-web-cpu went off"]
            ),
        ] as [(CloudVitals, String?, [String])])
    func whatIsNotWholeIsNamedAndWhatChangesIsTold(vitals: CloudVitals, trouble: String?, told: [String]) {
        #expect(vitals.troubles.first == trouble)
        #expect(VitalChanges.lines(from: Self.whole, to: vitals) == told)
    }

    @Test func anAlarmThatEndsIsToldToo() {
        let ringing = Self.changed { $0.alarms = [.init(name: "shop-slow", word: "slow", reason: "")] }
        #expect(VitalChanges.lines(from: ringing, to: Self.whole) == ["the alarm shop-slow is quiet again"])
    }

    /// Two services, of which the first is changed.
    private static func world(_ change: (inout ECSServiceSettings) -> Void) -> World {
        var world = World()
        for name in ["api", "web"] {
            var service = ECSServiceSettings(
                name: Value("shop-\(name)"), cluster: "arn:cluster/shop",
                taskDefinition: Value("arn:task-definition/shop-\(name):3"), desiredCount: 2, capacity: [], subnets: [],
                groups: [], target: ServiceTarget(targetGroup: "arn:group", container: name, port: 3000))
            if name == "api" { change(&service) }
            let container = ContainerSettings(
                name: name, image: "shop:1", stopTimeout: 30,
                log: ContainerLog(group: "/shop", region: "eu-west-1", prefix: name))
            let definition = TaskDefinitionSettings(
                family: Value("shop-\(name)"), cpu: 256, memory: 512, executionRole: "arn:role/a",
                taskRole: "arn:role/b",
                containers: [container])
            let addresses = [ResourceKind.ecsService, .taskDefinition].map { CloudService.address($0, name) }
            world.resources[addresses[0]] = Observed(addresses[0], .ecsService(service), facts: [:])
            world.resources[addresses[1]] = Observed(addresses[1], .taskDefinition(definition), facts: [:])
        }
        return world
    }

    @Test(
        arguments: [
            (world { _ in }, "api"), (world { $0.target = nil }, "web"), (world { $0.rollsBack = false }, "web"),
            (world { $0.circuitBreaker = false }, "web"),
            (world { $0.canary = ServiceCanary(percent: 10, bake: 5, watch: 3) }, "web"),
        ] as [(World, String)])
    func aVersionThatCannotStartGoesWhereECSTakesItBack(world: World, name: String) throws {
        let subject = try BadDeploySubject(world)
        #expect(subject.name == name && subject.former == "arn:task-definition/shop-\(name):3")
        #expect(subject.version.address == DrillVersion.address(of: name))
    }

    @Test func whereECSTakesNothingBackNothingIsDeployed() {
        var world = Self.world { $0.canary = ServiceCanary(percent: 10, bake: 5, watch: 3) }
        world.resources[CloudService.address(.ecsService, "web")] = nil
        let report = #expect(throws: Report.self) { try BadDeploySubject(world) }
        #expect(report?.what == "there is no service to which a version that cannot run may be deployed")
        #expect(report?.details.first?.text.hasPrefix("api: its versions come as canaries") == true)
    }

    @Test func aCancellationEndsWhatIsDoneAndNotWhatIsHeld() async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let work = Task {
            try await Shielded.run {
                begin.yield()
                try await Task.sleep(for: .seconds(600))
            } within: { body in
                do { try await body() } catch is CancellationError {
                    // A call that gives something back.
                    try Task.checkCancellation()
                    throw Report("given back")
                }
            }
        }
        for await _ in begun.prefix(1) {}
        work.cancel()
        await #expect(throws: Report("given back")) { try await work.value }
    }

    @Test(
        arguments: [
            ("1.2.553.0", [1, 2, 553, 0]), ("1.2.497", nil), ("", nil), ("1.2.x.0", nil), ("-1", nil),
        ] as [(String, [Int]?)])
    func theVersionOfThePluginIsReadOrNot(text: String, version: [Int]?) {
        #expect(SessionPlugin.version(text) == version)
    }
}
