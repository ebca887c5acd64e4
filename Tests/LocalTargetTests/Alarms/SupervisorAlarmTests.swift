import Foundation
import LocalTarget
import Stacks
import Synchronization
import TestKit
import Testing
import TrafficRules

/// Alarms of a stack that really runs, with short minutes.
@Suite struct SupervisorAlarmTests {
    /// `slow` begins with any request at all, and ends with the first period without one.
    private static let eager = Alarms(changes: ["slow": .set(threshold: 0, breaches: 1, periods: 1)])

    @Test func anAlarmBeginsWithTheFiguresAndEndsWithThem() async throws {
        try await AlarmStage.run(Self.eager) { stage in
            let answer = try await runTool(["curl", "-sk", try await stage.url()])
            #expect(answer.output == "hello")
            #expect(await eventually { stage.events.contains { $0.subject == "alarm slow" && $0.level == .error } })
            #expect(await eventually { stage.events.contains { $0.subject == "alarm slow" && $0.level == .info } })
            let texts = stage.events.filter { $0.subject == "alarm slow" }.map(\.message)
            #expect(texts[0].hasPrefix("ALARM: 1 in 100 requests takes longer than 0 s (above 0 in 1 of the last"))
            #expect(texts[1].hasPrefix("OK: 1 in 100 requests takes longer than 0 s (above 0 in 0 of the last"))
            let alarm = try #require(await stage.supervisor.status().alarms.first { $0.name == "slow" })
            #expect(alarm.state == .ok)
        }
    }

    @Test func aServiceHasAnAlarmOfItsOwnRequests() async throws {
        // No request is too few for this one.
        let eager = Alarms(changes: ["web-errors": .set(threshold: 0, breaches: 1, periods: 1)])
        try await AlarmStage.run(eager) { stage in
            #expect(!stage.events.contains { $0.subject == "alarm web-errors" })
            _ = try await runTool(["curl", "-sk", try await stage.url()])
            let isTold = await eventually { stage.events.contains { $0.subject == "alarm web-errors" } }
            #expect(isTold)
        }
    }

    @Test func whatThisMachineCannotMeasureIsSaid() async throws {
        try await AlarmStage.run(Alarms(changes: ["web-memory": .off])) { stage in
            let isWatching = await eventually {
                await stage.supervisor.status().alarms.first { $0.name == "web-unhealthy" }?.state == .ok
            }
            #expect(isWatching)
            let alarms = await stage.supervisor.status().alarms
            #expect(
                alarms.map(\.name) == [
                    "slow", "errors", "unanswered", "web-errors", "web-unhealthy", "web-cpu", "nat-a", "nat-b",
                ])
            let gateway = try #require(alarms.first { $0.name == "nat-a" })
            #expect(gateway.state == nil)
            #expect(gateway.reason == "this machine has no NAT gateway")
        }
    }
}

/// A supervisor with one small service on ports of the system's choice.
struct AlarmStage {
    let supervisor: Supervisor
    let log: EventLog

    var events: [StackEvent] { log.all }

    func url() async throws -> String { await supervisor.status().edge.url }

    static func run(
        _ alarms: Alarms, environment: [String: String] = [:], _ body: (AlarmStage) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try Data(server.utf8).write(to: folder.appending(path: "server.py"))
            let stack = Stack(
                name: "alarmed", edge: Edge(firewall: Firewall(rules: [])),
                services: [
                    Service(name: "web", command: .words(["python3", "server.py"]), tasks: 1...1)
                ], alarms: alarms, local: LocalPorts(https: 0, http: 0, console: 0))
            let log = EventLog()
            let process = ProcessInfo.processInfo.environment
            let supervisor = try await Supervisor.launch(
                stack: stack, manifest: [], folder: folder, environment: process.merging(environment) { $1 },
                alarmPace: AlarmPace(interval: .milliseconds(50), second: .milliseconds(5)), events: { log.add($0) })
            do {
                try await supervisor.waitUntilReady()
                // What is counted before the first reading belongs to no period.
                let isCounting = await eventually { await supervisor.status().alarms.first?.state == .ok }
                #expect(isCounting)
                try await body(AlarmStage(supervisor: supervisor, log: log))
            } catch {
                await supervisor.stop()
                throw error
            }
            await supervisor.stop()
        }
    }

    /// Answers everything with `hello`.
    private static let server = """
        import http.server, os

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.send_response(200)
                self.send_header("content-length", "5")
                self.end_headers()
                self.wfile.write(b"hello")

            def log_message(self, *words):
                pass

        http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
        """
}

/// What the supervisor told, in order.
final class EventLog: Sendable {
    private let events = Mutex<[StackEvent]>([])

    var all: [StackEvent] { events.withLock { $0 } }

    func add(_ event: StackEvent) { events.withLock { $0.append(event) } }
}
