import Foundation
import Provisioning
import Synchronization
import TestKit
import Testing

@testable import Commands

/// What `terrace top --on aws` shows, and when it ends.
@Suite struct CloudTopTests {
    private static let identity = CloudIdentity(
        account: "123456789012", caller: "arn:aws:iam::123456789012:user/anna", region: "eu-west-1")

    private static let minute = Int(Samples.now.timeIntervalSince1970) - 180

    private static let busy = CloudFigures(
        vitals: CloudVitals(
            services: [
                .init(name: "web", desired: 3, running: 2, healthy: 2, isDeploying: false),
                .init(name: "a-worker-with-a-name", desired: 1, running: 1, healthy: nil, isDeploying: false),
            ],
            servers: [
                .init(name: "shop-db-1", isWriter: true, state: "available"),
                .init(name: "shop-db-2", isWriter: false, state: "rebooting"),
            ]),
        minutes: .init(edge: minute - 240, balancer: minute, tasks: minute, database: minute - 60), reach: 600,
        edge: .init(
            perSecond: 204, clientErrors: 44, errors: 122, errorShare: 0.01,
            curve: [10, 20, nil, 80, 160, 200, 210, 190, 180, 204]),
        balancer: .init(
            perSecond: 41, clientErrors: 2, errors: 3, p50: 0.0031, p99: 0.024, curve: [0, 10, 41]),
        services: [
            .init(
                name: "web",
                traffic: .init(
                    perSecond: 40.6, clientErrors: 0, errors: 1, errorShare: 0.0004, p50: 0.003, p99: 0.022,
                    curve: [nil, 9, 40.6]), cpu: 91.4, memory: 63),
            .init(name: "a-worker-with-a-name", traffic: nil, cpu: 3, memory: nil),
        ],
        servers: [
            .init(name: "shop-db-1", zone: "eu-west-1a", isServerless: true, cpu: 12, connections: 24.4, capacity: 2.5),
            .init(name: "shop-db-2", zone: "eu-west-1b", isServerless: true, lag: 0.018),
        ],
        alarms: [
            .init(word: "lag", summary: "a reader is behind", state: .ok, reason: "", since: nil),
            .init(
                word: "web-cpu", summary: "tasks of web use more than 85 % of their cpu", state: .alarm,
                reason: "Threshold Crossed: 3 out of the last 5 datapoints were greater than the threshold (85.0)",
                since: minute),
            .init(word: "web-errors", summary: "requests fail", state: .insufficientData, reason: "", since: nil),
        ])

    private static func lines(_ figures: CloudFigures, _ columns: Int, _ style: TextStyle = .plain) -> [String] {
        CloudTopView(style: style, columns: columns, now: Samples.now, timeZone: .gmt)
            .lines("shop", identity, figures)
    }

    @Test(arguments: [80, 120, 30]) func aFrameFitsItsWindow(_ columns: Int) {
        let lines = Self.lines(Self.busy, columns)
        expectGolden(lines.joined(separator: "\n") + "\n", "cloud-top-busy-\(columns)")
        #expect(lines.allSatisfy { $0.count <= columns })
        let coloured = Self.lines(Self.busy, columns, TextStyle(hasColour: true))
        #expect(coloured.map { $0.replacing(#/\u{1B}\[[0-9]*m/#, with: "") } == lines)
    }

    @Test func whatCloudWatchHasNothingOfIsADash() {
        let quiet = CloudFigures(
            vitals: CloudVitals(
                services: [.init(name: "web", desired: 2, running: 2, healthy: 2, isDeploying: true)],
                servers: [.init(name: "shop-db-1", isWriter: true, state: "available")]),
            reach: 600, edge: .init(), balancer: .init(), services: [.init(name: "web", traffic: .init())],
            servers: [.init(name: "shop-db-1")])
        expectGolden(Self.lines(quiet, 80).joined(separator: "\n") + "\n", "cloud-top-quiet-80")
    }

    // MARK: The verb

    /// A stack that is up, and what the verb does with it.
    private func run(
        _ cloud: FakeCloud, isUp: Bool = true, _ body: (URL, TestTerminal) async throws -> Void
    ) async throws {
        cloud.memory.withLock { $0.figures = Self.busy }
        try await withTemporaryFolder { folder in
            try writeManifest(
                folder,
                "stack: shop\nservices: { web: { image: registry.example.com/shop:1, port: 3000 } }\ndatabase: {}\n")
            if isUp {
                let terminal = TestTerminal(cloud: cloud)
                #expect(await terminal.run(["up", "--yes", "--on", "aws"], in: folder) == 0, "\(terminal.errors)")
            }
            try await body(folder, TestTerminal(cloud: cloud))
        }
    }

    @Test func withoutATerminalOneFrameIsPrinted() async throws {
        let cloud = FakeCloud()
        try await run(cloud) { folder, terminal in
            #expect(await terminal.run(["top", "--on", "aws"], in: folder) == 0, "\(terminal.errors)")
            #expect(terminal.output == Self.lines(Self.busy, 80).joined(separator: "\n") + "\n")
            #expect(cloud.memory.withLock { $0.figureLooks } == 1)
        }
    }

    @Test func aStackThatIsNotThereIsAReport() async throws {
        try await run(FakeCloud(), isUp: false) { folder, terminal in
            #expect(await terminal.run(["top", "--on", "aws"], in: folder) == 1)
            #expect(terminal.errors.contains("shop does not exist on aws yet"), "\(terminal.errors)")
            #expect(terminal.errors.contains("`terrace up --on aws` makes it") && terminal.output.isEmpty)
        }
    }

    @Test func qEndsTheViewAfterAsFewLooksAsSecondsAllow() async throws {
        let cloud = FakeCloud()
        try await run(cloud) { folder, _ in
            let terminal = TestTerminal(typing: [], isLive: true, cloud: cloud)
            let key = Mutex<(@Sendable (Character) -> Void)?>(nil)
            var surroundings = terminal.surroundings(folder)
            surroundings.readKeys = { each in
                key.withLock { $0 = each }
                return {}
            }
            let view = Task { [surroundings] in
                await Surroundings.$current.withValue(surroundings) { await Program.run(["top", "--on", "aws"]) }
            }
            // Drawn again without another look.
            #expect(await eventually { terminal.output.components(separatedBy: "q ends this view").count > 2 })
            key.withLock { $0 }?("q")
            #expect(await view.value == 0)
            #expect(cloud.memory.withLock { $0.figureLooks } == 1)
            #expect(terminal.output.hasPrefix("\u{1B}[?1049h\u{1B}[?25l"))
            #expect(terminal.output.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"))
        }
    }
}
