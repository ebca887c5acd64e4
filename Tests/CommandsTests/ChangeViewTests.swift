import Plans
import Provisioning
import Resources
import Stacks
import TestKit
import Testing

@testable import Commands

/// What is seen of an apply while it goes on and when it is over, as text.
@Suite struct ChangeViewTests {
    private typealias Step = (
        address: Address, kind: ResourceKind, action: ApplyEvent.Action, happening: ApplyEvent.Happening, at: Double,
        elapsed: Double?
    )

    private static let vpc = Address(.network, "vpc")
    private static let nat = Address(.network, "nat-gateway", "a")
    private static let cluster = Address(.data, "database-cluster")
    private static let web = Address(.application, "service", "web")
    private static let bucket = Address(.operations, "bucket", "logs")
    private static let addresses = [vpc, nat, cluster, web, bucket]

    private static let report = Report(
        "cannot create network.nat-gateway.a: EC2 answered NatGatewayLimitExceeded to CreateNatGateway (400)",
        expected: "room under the account's quota in us-east-1", next: "ask for more, then run the same command")

    /// A run in which most things happen that can.
    private static let steps: [Step] = [
        (vpc, .vpc, .create, .started, 0, 0), (cluster, .databaseCluster, .create, .started, 0.2, 0),
        (vpc, .vpc, .create, .identified, 0.9, 0.9), (vpc, .vpc, .create, .ready, 1.2, 1.2),
        (nat, .natGateway, .create, .started, 1.3, 0),
        (cluster, .databaseCluster, .create, .waiting("the cluster is creating"), 1.5, 1.3),
        (nat, .natGateway, .create, .waiting("state pending"), 2, 0.7),
        (bucket, .bucket, .delete, .started, 2.1, 0), (bucket, .bucket, .delete, .kept("it holds objects"), 2.4, 0.3),
        (nat, .natGateway, .create, .failed(report), 65.4, 64.1),
        (web, .ecsService, .create, .blocked(by: nat), 65.4, nil),
        (cluster, .databaseCluster, .create, .ready, 421, 420.8),
    ]

    private static func events(_ count: Int) -> [ApplyEvent] {
        steps.prefix(count).map { step in
            ApplyEvent(
                job: addresses.firstIndex(of: step.address) ?? 0, address: step.address, kind: step.kind,
                action: step.action, happening: step.happening, at: .milliseconds(Int(step.at * 1000)),
                elapsed: step.elapsed.map { .milliseconds(Int($0 * 1000)) })
        }
    }

    private static let jobs: [Job] = addresses.map { address in
        let topic = Settings.topic(TopicSettings(name: "t", key: "k", policy: PolicyDocument([])))
        return Job(address: address, kind: .topic, work: .delete(Observed(address, topic, facts: [:])))
    }

    @Test func offATerminalEachEventIsALine() {
        let line = ChangeLine(style: .plain, width: 24)
        let text = Self.events(Self.steps.count).compactMap(line.text).joined(separator: "\n")
        expectGolden(text + "\n", "change-lines")
    }

    @Test(arguments: [(80, 24), (40, 5), (20, 1)])
    func onATerminalTheTreeFitsTheWindow(width: Int, rows: Int) {
        let frames = [1, 7, 12].map { count -> [String] in
            var tree = ChangeTree("guestbook", jobs: Self.jobs)
            for event in Self.events(count) { tree.add(event) }
            return tree.lines(
                now: .milliseconds(Int(Self.steps[count - 1].at * 1000) + 1500), width: width, rows: rows,
                notice: count == 12 ? "stopping" : "", style: .plain)
        }
        for frame in frames {
            #expect(frame.count <= rows && frame.allSatisfy { $0.count <= width })
        }
        expectGolden(
            frames.map { $0.joined(separator: "\n") }.joined(separator: "\n---\n") + "\n", "tree-\(width)x\(rows)")
    }

    @Test func theEventsAsJSONKeepTheirNames() throws {
        let lines = try Self.events(Self.steps.count).map { try ChangeDocument.line(ChangeDocument.Event($0)) }
        expectGolden(lines.joined(separator: "\n") + "\n", "change-json")
    }

    @Test func theEndSaysWhatFailedAndWhatWaitsForIt() {
        let outcome = Outcome(
            statuses: [.done, .failed, .done, .blocked(by: Self.nat), .kept], jobs: Self.jobs,
            failures: [Outcome.Failure(address: Self.nat, report: Self.report)],
            kept: [Self.bucket: "it holds objects"], unkept: [Self.vpc: ["dns-hostnames"]], facts: KnownFacts(),
            duration: .seconds(421))
        let view = OutcomeView(style: .plain)
        let text = [view.failures(outcome), view.rest(outcome).joined(separator: "\n"), view.sum(outcome)]
        expectGolden(text.joined(separator: "\n") + "\n", "change-outcome")
        #expect(ChangeDocument.End(outcome, wasStopped: true).result == "failed")
    }

    @Test(arguments: [
        (0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (62, "1 min 2 s"),
        (3600, "1 h 0 min"), (7260, "2 h 1 min"),
    ])
    func elapsedTimesReadWell(seconds: Double, text: String) {
        #expect(Figures.elapsed(.milliseconds(Int(seconds * 1000))) == text)
    }
}
