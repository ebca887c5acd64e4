import Foundation
import LocalTarget
import NIOCore
import NIOPosix
import Resources
import Synchronization
import TestKit
import Testing

@testable import Commands

@Suite struct VerifyTests {
    private func verify(_ arguments: [String], _ manifest: String = manifestText) async throws -> (Int32, TestTerminal)
    {
        try await withTemporaryFolder { folder in
            try writeManifest(folder, manifest)
            let terminal = TestTerminal()
            return (await terminal.run(["verify"] + arguments, in: folder), terminal)
        }
    }

    @Test func theProofIsWrittenForPeople() async throws {
        let (code, terminal) = try await verify([])
        #expect(code == 0)
        #expect(terminal.errors == "")
        expectGolden(terminal.output, "verify")
    }

    @Test func programsGetJSON() async throws {
        let (code, terminal) = try await verify(["--json"])
        #expect(code == 0)
        let object = try JSONSerialization.jsonObject(with: Data(terminal.output.utf8)) as? [String: Any]
        #expect(object?["isBroken"] as? Bool == false)
        #expect((object?["claims"] as? [[String: Any]])?.count == 11)
        #expect(object?["profile"] as? String == "standard")
    }

    @Test func codeScanningGetsSARIF() async throws {
        let (code, terminal) = try await verify(["--sarif"])
        #expect(code == 0)
        let object = try JSONSerialization.jsonObject(with: Data(terminal.output.utf8)) as? [String: Any]
        #expect(object?["version"] as? String == "2.1.0")
        #expect(try await sarifFaults(in: [terminal.output]) == "")
    }

    /// A finding stands where a person changes it: at the database's key, in the file that has it.
    @Test func aFindingHasItsLine() async throws {
        try await withTemporaryFolder { folder in
            try writeManifest(folder, "stack: shop\nservices:\n  web:\n    command: ./shop\n    port: 3000\n")
            try Data("# smaller\ndatabase: { readers: 0 }\n".utf8)
                .write(to: folder.appending(path: "terrace.small.yaml"))
            let terminal = TestTerminal()
            #expect(await terminal.run(["verify", "--sarif", "--environment", "small"], in: folder) == 0)
            let log = try JSONDecoder().decode(FoundPlaces.self, from: Data(terminal.output.utf8))
            let places = log.runs[0].results.flatMap(\.locations).map { location in
                let (file, line) = (location.physicalLocation.artifactLocation.uri, location.physicalLocation.region)
                return "\(location.logicalLocations[0].fullyQualifiedName) \(file):\(line.startLine)"
            }
            #expect(places.contains("data.database-cluster terrace.small.yaml:2"))
            #expect(places.contains("application.log-group.web terrace.yaml:3"))
            #expect(places.contains("application.cluster terrace.yaml:2"))
            // The manifest does not speak of it.
            #expect(places.contains("network.vpc terrace.yaml:1"))
        }
    }

    private struct FoundPlaces: Decodable {
        struct Run: Decodable { var results: [Result] }
        struct Result: Decodable { var locations: [Location] }
        struct Location: Decodable {
            struct Physical: Decodable {
                struct Artifact: Decodable { var uri: String }
                struct Region: Decodable { var startLine: Int }
                var artifactLocation: Artifact
                var region: Region
            }
            struct Logical: Decodable { var fullyQualifiedName: String }
            var physicalLocation: Physical
            var logicalLocations: [Logical]
        }
        var runs: [Run]
    }

    /// Without a domain there is no certificate, among other things.
    @Test func whatFailsEndsWithOne() async throws {
        let (code, terminal) = try await verify(["--profile", "fsbp"])
        #expect(code == 1)
        #expect(terminal.output.contains("FAILS   CloudFront.7"))
    }

    /// What `plan` refuses is no network that holds.
    @Test func tasksThatCannotStartAreABrokenClaim() async throws {
        let manifest = manifestText + "\nnetwork: { nat: none, endpoints: [s3] }\n"
        let (code, terminal) = try await verify([], manifest)
        #expect(code == 1)
        #expect(
            terminal.output.contains(
                """
                  BROKEN  every way that a request needs is open, answers included
                          tasks cannot pull their images: there is no NAT gateway, and there is no endpoint for ecr.api, ecr.dkr
                            change  add `ecr` to `network.endpoints`, or choose `nat: single`
                """))
    }

    @Test func whatRunsIsProvedToo() async throws {
        let cloud = FakeCloud()
        try await withTemporaryFolder { folder in
            try writeManifest(folder, Self.withImage)
            let terminal = TestTerminal(cloud: cloud)
            #expect(await terminal.run(["verify", "--on", "aws"], in: folder) == 1)
            #expect(terminal.errors.hasPrefix("shop has no network in eu-west-1"))
            #expect(await terminal.run(["up", "--yes", "--on", "aws"], in: folder) == 0)
            let after = TestTerminal(cloud: cloud)
            #expect(await after.run(["verify", "--on", "aws"], in: folder) == 0)
            #expect(after.errors.isEmpty)
            expectGolden(after.output, "verify-aws")
        }
    }

    /// Somebody opened two groups by hand; the access lists let the load balancer's subnets through.
    @Test func whatOthersDidIsFound() async throws {
        let cloud = FakeCloud()
        try await withTemporaryFolder { folder in
            try writeManifest(folder, Self.withImage)
            #expect(await TestTerminal(cloud: cloud).run(["up", "--yes", "--on", "aws"], in: folder) == 0)
            cloud.memory.withLock { memory in
                memory.world.open("database") { $0.ingress.append($1) }
                memory.world.open("load-balancer") { $0.egress.append($1) }
            }
            let terminal = TestTerminal(cloud: cloud)
            #expect(await terminal.run(["verify", "--on", "aws"], in: folder) == 1)
            #expect(terminal.output.contains("BROKEN  only tasks reach the database, on its port"))
            #expect(terminal.output.contains("tcp 5432 0.0.0.0/0: for a moment"))
        }
    }

    private static let withImage = manifestText.replacing("command: ./shop", with: "image: registry.example.com/shop:1")

    @Test func whatDoesNotRunCannotBeTried() async throws {
        let (code, terminal) = try await verify(["--on", "local"])
        #expect(code == 1)
        #expect(terminal.errors.hasPrefix("terrace.yaml is not running"))
    }

    @Test func everyPartOfARunningStackHasADoor() {
        #expect(
            Samples.ready.doors.map { "\($0.port) \($0.name)" } == [
                "8443 edge, https", "8080 edge, http", "8090 console", "54301 database, writer",
                "54302 database, reader",
                "41231 task web.1", "41232 task web.2", "54311 database server db-1", "54312 database server db-2",
            ])
    }

    /// Real sockets: one on every address, one on loopback alone, one that is gone.
    @Test func aProgramThatListensForEverybodyIsFound() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let wide = try await ServerBootstrap(group: group).bind(host: "0.0.0.0", port: 0).get()
        let narrow = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let gone = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let ports = [wide, narrow, gone].map { $0.localAddress?.port ?? 0 }
        try await gone.close().get()
        let doors = zip(["task web.1", "edge, https", "console"], ports).map { LocalDoor(name: $0, port: $1) }
        // Every 127.x is this machine; the second stands for one that others know.
        let trials = await DoorTrial.all(doors, at: ["127.0.0.2"])
        #expect(trials.map(\.answers) == [true, true, false, true, false, false])
        try await wide.close().get()
        try await narrow.close().get()
        let view = DoorView(trials: trials)
        #expect(view.open.map(\.door.name) == ["task web.1"])
        #expect(view.silent.map(\.door.name) == ["console"])
        let numbered = zip(trials, [1, 2, 3, 1, 2, 3]).map { trial, port in
            var trial = trial
            trial.door.port = 40_000 + port
            return trial
        }
        expectGolden(DoorView(trials: numbered).text("shop", width: 100, style: .plain), "verify-local")
    }

    /// Real connections by a process of this one's own user.
    @Test func aTierReachesWhatListensAndNothingElse() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let open = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let gone = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let ports = [open, gone].map { $0.localAddress?.port ?? 0 }
        try await gone.close().get()
        let doors = [LocalDoor(name: "task web.1", port: ports[0]), LocalDoor(name: "console", port: ports[1])]
        let own = LocalTier(.balancer, "load balancer", pid: ProcessInfo.processInfo.processIdentifier)
        let trials = await TierTrial.all([own], doors, shell: "/bin/bash")
        #expect(trials.map(\.reaches) == [[doors[0]]])
        #expect(trials[0].failure == nil)
        let without = await TierTrial.all([own], doors, shell: nil)
        #expect(without[0].failure == "bash is not there, which tries the connections")
        try await open.close().get()
    }

    private static let worker = ServiceStatus(
        name: "mailer", routes: [], isWorker: true, desired: 1,
        tasks: [
            TaskStatus(
                id: "mailer.1", zone: "a", port: 41_240, pid: 4711, state: .healthy, restarts: 0,
                since: Date(timeIntervalSince1970: 0))
        ])

    /// It takes no requests, so nothing has to answer on its port; what does is tried from another machine all the same.
    @Test(arguments: [false, true]) func aWorkerNeedNotListen(answers: Bool) {
        var status = Samples.ready
        status.services.append(Self.worker)
        let doors = status.doors
        let reached = doors.filter { $0.port != 41_240 || answers }
        let trials = doors.map {
            DoorTrial(door: $0, address: "127.0.0.1", isLoopback: true, answers: reached.contains($0))
        }
        let tiers = status.tiers.map { TierTrial(tier: $0, network: "net:[4026531840]", reaches: reached) }
        #expect(tiers.map(\.tier.name).contains("tasks of mailer"))
        var view = DoorView(trials: trials, tiers: tiers)
        #expect(!view.isBroken)
        let row = view.text("shop", width: 200, style: .plain).split(separator: "\n").first { $0.contains("41240") }
        #expect(row?.contains("CLOSED") == false && row?.contains("answers") == answers)
        view.trials += doors.filter { $0.port == 41_240 }.map {
            DoorTrial(door: $0, address: "192.0.2.7", isLoopback: false, answers: answers)
        }
        #expect(view.isBroken == answers)
    }

    /// As the kernel tells it: a port of this process that no status names.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/net/tcp")))
    func aPortThatATaskOpensBesidesItsOwnIsADoor() async throws {
        let own = ProcessInfo.processInfo.processIdentifier
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        var status = Samples.ready
        status.services[0].tasks[0].pid = own
        let unasked = status.unaskedDoors()
        #expect(
            unasked.contains(LocalDoor(name: "task web.1, another port", port: port, isExpected: false)), "\(unasked)")
        #expect(!unasked.contains { door in status.doors.contains { $0.port == door.port } })
        try await server.close().get()
        // What is below the supervisor and nobody else's is a job's or a command's.
        let others = Samples.ready.unaskedDoors { $0 == Samples.ready.supervisor ? [41_231, 5005] : [41_231] }
        #expect(others == [LocalDoor(name: "a program of the stack, another port", port: 5005, isExpected: false)])
        #expect(others[0].part == .other)
    }

    @Test func whatATaskOpensForEverybodyIsFound() {
        var view = Self.view({ _, _ in true }, others: true)
        let door = LocalDoor(name: "task web.1, another port", port: 5005, isExpected: false)
        view.trials += [("127.0.0.1", true), ("192.0.2.7", false)].map {
            DoorTrial(door: door, address: $0, isLoopback: $1, answers: true)
        }
        #expect(view.isBroken)
        #expect(
            view.text("shop", width: 200, style: .plain).contains(
                """
                  BROKEN  nothing of the stack can be reached from another machine
                          task web.1, another port answers at 192.0.2.7:5005
                            change  let the application listen on 127.0.0.1, not on every address
                """))
    }

    /// The running stack of the samples as one machine shows it, and as it would be if something stood between the tiers.
    private static func view(_ reaches: (LocalTier, LocalDoor) -> Bool, others: Bool) -> DoorView {
        let doors = Samples.ready.doors
        let tiers = Samples.ready.tiers.map { tier in
            TierTrial(tier: tier, network: "net:[4026531840]", reaches: doors.filter { reaches(tier, $0) })
        }
        let trials = doors.map {
            DoorTrial(door: $0, address: "127.0.0.1", isLoopback: true, answers: others || $0.part == .edge)
        }
        return DoorView(trials: trials, tiers: tiers)
    }

    @Test func whatOneMachineDoesNotSeparateIsShown() {
        let view = Self.view({ _, _ in true }, others: true)
        #expect(!view.isBroken)
        expectGolden(view.text("shop", width: 140, style: .plain), "verify-local-tiers")
    }

    @Test func whatIsSeparatedHolds() {
        let apart = TierClaims(
            trials: Self.view({ LocalWay.from($0.role, to: $1.part) != .forbidden }, others: false).tiers,
            reached: Samples.ready.doors.filter { $0.part == .edge }, doors: Samples.ready.doors)
        #expect(!apart.isBroken)
        #expect(apart.text.split(separator: "\n").allSatisfy { $0.hasPrefix("  holds ") })
    }

    @Test func aClosedWayAndAnUntriedTierAreNoProof() {
        var view = Self.view({ tier, door in tier.role != .tasks || door.part != .endpoint }, others: true)
        #expect(view.isBroken)
        let text = view.text("shop", width: 140, style: .plain)
        #expect(text.contains("tasks of web does not reach database, writer on port 54301"))
        view.tiers[1] = TierTrial(
            tier: view.tiers[1].tier, failure: "it runs as user 70, whose view only root can have")
        #expect(view.isBroken)
        #expect(
            view.text("shop", width: 140, style: .plain).contains(
                "not tried from tasks of web: it runs as user 70, whose view only root can have"))
    }

    @Test(arguments: [
        ["--json", "--sarif"], ["--profile", "all"], ["--region", "eu-west-1"],
        ["--on", "local", "--region", "eu-west-1"], ["--on", "local", "--sarif"],
        ["--on", "local", "--profile", "standard"],
    ])
    func whatHasNoMeaningIsRefused(arguments: [String]) async throws {
        #expect(try await verify(arguments).0 == 64)
    }
}

extension World {
    /// Adds a rule for PostgreSQL's port and everybody to a group's rules.
    fileprivate mutating func open(_ group: String, _ add: (inout SecurityGroupRulesSettings, GroupRule) -> Void) {
        let address = Address(.network, "security-group-rules", group)
        guard case .securityGroupRules(var rules)? = resources[address]?.settings else {
            Issue.record("\(address) is not there")
            return
        }
        add(&rules, GroupRule(ports: .tcp(5432), peer: .cidr("0.0.0.0/0"), description: "for a moment"))
        resources[address]?.settings = .securityGroupRules(rules)
    }
}
