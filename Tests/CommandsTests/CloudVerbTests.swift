import Foundation
import Provisioning
import Resources
import Stacks
import Synchronization
import TestKit
import Testing

@testable import Commands

/// The verbs against a cloud in memory.
@Suite struct CloudVerbTests {
    private static let manifest = """
        stack: shop
        services:
          web:
            image: registry.example.com/shop:1
            port: 3000
        database: {}
        """

    private func run(
        _ cloud: FakeCloud, _ arguments: [String], typing: [String]? = nil, manifest: String = manifest
    ) async throws -> (code: Int32, output: String, errors: String) {
        try await withTemporaryFolder { folder in
            try writeManifest(folder, manifest)
            let terminal = TestTerminal(typing: typing, cloud: cloud)
            let code = await terminal.run(arguments + ["--on", "aws"], in: folder)
            return (code, terminal.output, terminal.errors)
        }
    }

    @Test func aPlanIsShownAndExitsWithTwoUntilNothingIsToBeDone() async throws {
        let cloud = FakeCloud()
        let first = try await run(cloud, ["plan"])
        #expect(first.code == 2)
        expectGolden(first.output, "cloud-plan")
        #expect(cloud.world.resources.isEmpty)
        #expect(try await run(cloud, ["up", "--yes"]).code == 0)
        let second = try await run(cloud, ["plan"])
        #expect(second.code == 0)
        #expect(second.output.contains("stay as they are.\n"))
        #expect(second.output.hasSuffix(", as much as now\n"))
    }

    @Test(arguments: [("100000", 2), ("10", 1)] as [(String, Int32)])
    func aPlanAboveTheBudgetFails(_ budget: String, _ code: Int32) async throws {
        for arguments in [["plan"], ["plan", "--json"]] {
            let result = try await run(
                FakeCloud(), arguments, manifest: Self.manifest + "\nbudget: \(budget)\n")
            #expect(result.code == code)
            #expect(result.output.contains("network.vpc") || result.output.contains("+ vpc"))
            #expect(result.errors.contains("above the budget of $10.00") == (code == 1))
        }
    }

    /// A budget that nothing can be compared with is not kept in silence.
    @Test(arguments: [("", 2), ("budget: 100", 1)] as [(String, Int32)])
    func aPlanWithoutPricesKeepsToNoBudget(_ budget: String, _ code: Int32) async throws {
        let result = try await run(
            FakeCloud(region: "sa-east-1"), ["plan"], manifest: Self.manifest + "\n\(budget)\n")
        #expect(result.code == code)
        #expect(result.output.hasSuffix("cost: no prices are known for the region sa-east-1\n"))
        #expect(
            result.errors.contains(
                "whether the stack keeps to the budget of $100.00 cannot be told: no prices are known for the region "
                    + "sa-east-1\n") == (code == 1))
    }

    @Test func aPlanForProgramsHasItsCost() async throws {
        struct Document: Decodable {
            struct Cost: Decodable { var expected: String, change: String, isAboveBudget: Bool }
            var isEmpty: Bool
            var cost: Cost
        }
        let cloud = FakeCloud()
        let first = try JSONDecoder().decode(
            Document.self, from: Data(try await run(cloud, ["plan", "--json"]).output.utf8))
        #expect(!first.isEmpty && first.cost.change == first.cost.expected && !first.cost.isAboveBudget)
        #expect(try await run(cloud, ["up", "--yes"]).code == 0)
        let second = try JSONDecoder().decode(
            Document.self, from: Data(try await run(cloud, ["plan", "--json"]).output.utf8))
        #expect(second.isEmpty && second.cost.change == "0" && second.cost.expected == first.cost.expected)
    }

    @Test func pricesAreReadFromTheListOnRequest() async throws {
        try await withTemporaryFolder { folder in
            try writeManifest(folder, Self.manifest + "\nregion: eu-west-1\n")
            let terminal = TestTerminal(cloud: FakeCloud())
            #expect(await terminal.run(["cost", "--refresh"], in: folder) == 0)
            #expect(terminal.output.contains("1,460 hours at $0.049"))
            #expect(terminal.output.contains("AWS's lists of 2026-11-20; the rest "))
            #expect(terminal.errors.hasPrefix("1 price read from AWS's list; 1 differs from the snapshot\n"))
            #expect(terminal.errors.contains("an hour of a NAT gateway: $0.048 in the snapshot, $0.049 now"))
            let offline = TestTerminal()
            #expect(await offline.run(["cost", "--refresh"], in: folder) == 1)
            #expect(offline.output == "")
        }
    }

    @Test func aPlanWithoutPricesIsStillAPlan() async throws {
        let manifest = Self.manifest.replacing("{}", with: "{ instance: db.x9z.large }")
        let result = try await run(FakeCloud(), ["plan"], manifest: manifest)
        #expect(result.code == 2)
        #expect(
            result.output.contains("\ncost: a price is not known in eu-west-1: the instance class db.x9z.large, for "))
    }

    @Test func whoIsNotAskedChangesNothing() async throws {
        let cloud = FakeCloud()
        let result = try await run(cloud, ["up"])
        #expect(result.code == 2)
        #expect(result.errors.hasSuffix("pending, nothing was changed; `--yes` applies without asking\n"))
        #expect(cloud.world.resources.isEmpty && cloud.memory.withLock { $0.lease } == nil)
        #expect(try await run(cloud, ["up"], typing: ["n"]).code == 2)
        #expect(try await run(cloud, ["up"], typing: ["y"]).code == 0)
        #expect(cloud.memory.withLock { $0.lease } == nil, "the lease is given back")
    }

    @Test func whatTheAccountHasBecomeMeanwhileIsAskedAbout() async throws {
        let cloud = FakeCloud { look, world in
            if look == 2 { world.lookups[.engineVersion("auto")] = "17.9" }
        }
        let result = try await run(cloud, ["up"], typing: ["y", "n"])
        #expect(result.code == 2)
        #expect(result.errors.contains("the account has changed meanwhile"))
        #expect(cloud.world.resources.isEmpty)
    }

    @Test func aFailureIsToldWithWhatItBlocks() async throws {
        let topic = Address(.network, "vpc")
        let report = Report("cannot create network.vpc: EC2 answered VpcLimitExceeded", next: "ask for more")
        let result = try await run(FakeCloud(failing: [topic: report]), ["up", "--yes"])
        #expect(result.code == 1)
        #expect(
            result.errors.contains("cannot create network.vpc: EC2 answered VpcLimitExceeded\n  next      ask for more")
        )
        #expect(result.output.contains("not started, since network.vpc failed: "))
        #expect(result.output.contains("next  run the same command again: it continues"))
    }

    @Test func aLeaseThatSomebodyHoldsIsRespectedUntilItIsBroken() async throws {
        let cloud = FakeCloud()
        let holder = LeaseRecord(
            holder: "ben@desk", command: "terrace up", machine: "desk", process: 1, token: 7)
        let text = String(decoding: try JSONEncoder().encode(holder), as: UTF8.self)
        cloud.memory.withLock { $0.lease = StoredLease(text: text, version: 3, age: .seconds(30)) }
        let refused = try await run(cloud, ["up", "--yes"])
        #expect(refused.code == 1)
        expectGolden(refused.errors, "cloud-lease")
        #expect(cloud.world.resources.isEmpty)
        let broken = try await run(cloud, ["up", "--yes", "--break-lock"])
        #expect(broken.code == 0)
        #expect(broken.errors == "took the stack's lease: taken from ben@desk, process 1, `terrace up`\n")
    }

    /// The lease is the last thing of a stack to go.
    @Test func aDestroyThatWasKilledRightBeforeItsEndLeavesNoLeaseToTheNext() async throws {
        let cloud = FakeCloud()
        func store(_ process: Int32) throws {
            let holder = LeaseRecord(
                holder: "anna@laptop", command: "terrace destroy", machine: "laptop", process: process, token: 7)
            let text = String(decoding: try JSONEncoder().encode(holder), as: UTF8.self)
            cloud.memory.withLock { $0.lease = StoredLease(text: text, version: 3, age: .seconds(1)) }
        }
        try store(FakeCloud.deadProcess)
        let result = try await run(cloud, ["destroy", "--yes"])
        #expect(result.code == 0, "\(result.errors)")
        #expect(cloud.memory.withLock { $0.lease == nil })
        // Somebody who is at work keeps it.
        try store(4711)
        let refused = try await run(cloud, ["destroy", "--yes"])
        #expect(refused.code == 1 && refused.errors.contains("terrace destroy"), "\(refused.errors)")
        #expect(cloud.memory.withLock { $0.lease != nil })
    }

    @Test func aRunOfThisMachineThatWasKilledKeepsNobodyWaiting() async throws {
        let cloud = FakeCloud()
        let holder = LeaseRecord(
            holder: "anna@laptop", command: "terrace up", machine: "laptop", process: FakeCloud.deadProcess, token: 7)
        let text = String(decoding: try JSONEncoder().encode(holder), as: UTF8.self)
        cloud.memory.withLock { $0.lease = StoredLease(text: text, version: 3, age: .seconds(1)) }
        #expect(try await run(cloud, ["up", "--yes"]).code == 0)
    }

    @Test func theJSONOfAnUpIsALineForEachEvent() async throws {
        let result = try await run(FakeCloud(), ["up", "--yes", "--json"])
        #expect(result.code == 0)
        let lines = result.output.split(separator: "\n")
        let objects = try lines.map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(objects.first?["event"] as? String == "plan")
        #expect(objects.last?["event"] as? String == "end" && objects.last?["result"] as? String == "done")
        let events = Set(objects.compactMap { $0["event"] as? String })
        #expect(events == ["plan", "started", "identified", "ready", "end"])
    }

    // MARK: destroy

    @Test func destroyWantsTheName() async throws {
        let cloud = FakeCloud()
        _ = try await run(cloud, ["up", "--yes"])
        let count = cloud.world.resources.count
        let nobody = try await run(cloud, ["destroy"])
        #expect(nobody.code == 1 && nobody.errors.hasPrefix("nobody can type the stack's name here\n"))
        let wrong = try await run(cloud, ["destroy"], typing: ["shopp"])
        #expect(wrong.code == 1 && wrong.errors.hasPrefix("that is not shop\n"))
        #expect(cloud.world.resources.count == count)
        let right = try await run(cloud, ["destroy"], typing: ["shop"])
        #expect(right.code == 0 && cloud.world.resources.isEmpty)
        #expect(cloud.memory.withLock { Set($0.deletions.map { $0 == .keepData }) } == [true])
        #expect(right.output.hasSuffix("\(count) resources deleted, nothing is left\n"))
    }

    @Test func whatIsLeftIsToldAndDecidesTheExitCode() async throws {
        let bucket = Address(.operations, "bucket", "logs")
        let kept = Remainder(
            name: "shop-logs", what: "bucket", reason: "it holds objects; `--delete-data` deletes them")
        let cloud = FakeCloud(left: [kept], holding: [bucket: "objects"])
        _ = try await run(cloud, ["up", "--yes"])
        let result = try await run(cloud, ["destroy", "--yes"])
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.output.contains("kept: it holds objects"))
        #expect(result.output.contains("nothing is left but what is listed above"))
        let stray = FakeCloud(left: [Remainder(name: "arn:aws:ec2:…:vpc/vpc-1", what: "vpc", reason: nil)])
        let again = try await run(stray, ["destroy", "--yes"])
        #expect(again.code == 1 && again.output.contains("still there\n  vpc  arn:aws:ec2:…:vpc/vpc-1\n"))
    }

    // MARK: reading

    @Test func statusSaysWhatIsWrongFirst() async throws {
        let cloud = FakeCloud()
        let absent = try await run(cloud, ["status"])
        _ = try await run(cloud, ["up", "--yes"])
        let ready = try await run(cloud, ["status"])
        cloud.memory.withLock { memory in
            memory.world.resources[Address(.data, "database-instance", "db-1")]?.state = .pending("rebooting")
            memory.world.resources[Address(.network, "nat-gateway", "a")]?.state = .failed("no free address")
            memory.world.resources[Address(.edge, "web-acl")] = nil
        }
        let broken = try await run(cloud, ["status"])
        expectGolden([absent.output, ready.output, broken.output].joined(separator: "---\n"), "cloud-status")
        #expect(try await run(cloud, ["status", "--json"]).output.contains(#""phase" : "degraded""#))
    }

    @Test func theDatabaseIsFound() async throws {
        let cloud = FakeCloud()
        #expect(try await run(cloud, ["db", "endpoint"]).errors.hasPrefix("the database of shop does not exist yet"))
        _ = try await run(cloud, ["up", "--yes"])
        let endpoint = try await run(cloud, ["db", "endpoint", "--reader"])
        #expect(endpoint.output == "data.database-cluster/reader-endpoint:data.database-cluster/port\n")
        #expect(try await run(cloud, ["db", "credentials"]).output.hasSuffix("PGPASSWORD=•••\n"))
        #expect(
            try await run(cloud, ["db", "credentials", "--show-password"]).output.hasSuffix("PGPASSWORD=swordfish\n"))
    }

    @Test func doctorFailsWhenUpWould() async throws {
        let good = Finding("quota of VPCs", .good, "1 of 5 in use, 1 more needed")
        let bad = Finding("quota of elastic addresses", .bad, "5 of 5 in use, 2 more needed", next: "ask for more")
        let fine = try await run(FakeCloud(findings: [good]), ["doctor"])
        #expect(fine.code == 0 && fine.output == "ok    quota of VPCs: 1 of 5 in use, 1 more needed\n")
        let poor = try await run(FakeCloud(findings: [good, bad]), ["doctor"])
        #expect(poor.code == 1)
        #expect(
            poor.output.hasSuffix(
                "bad   quota of elastic addresses: 5 of 5 in use, 2 more needed\n      next: ask for more\n"))
        let bare = try await run(FakeCloud(findings: [good]), ["doctor"], manifest: manifestText)
        #expect(bare.code == 1 && bare.output.contains("cannot run the service web on aws: it has no image"))
    }

    @Test(arguments: ["plan", "up"]) func whatTheManifestLacksIsSaidAtOnce(verb: String) async throws {
        let result = try await run(FakeCloud(), [verb], manifest: manifestText)
        #expect(result.code == 1)
        #expect(result.errors.hasPrefix("cannot run the service web on aws: it has no image\n"))
    }
}
