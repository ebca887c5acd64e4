import Foundation
import LocalTarget
import NIOCore
import Stacks
import Streams
import TestKit
import Testing
import TrafficRules

/// Clients that are slow, silent, half gone or hostile cost the edge a bounded time and a bounded memory, and nobody else notices.
@Suite struct BoundedClientsTests {
    private static let quick = ConnectionLimits(
        head: .milliseconds(200), body: .milliseconds(200), answer: .milliseconds(300), connections: 12_000)

    private func run(_ script: @escaping ScriptedTask.Script, _ body: (EdgeStage) async throws -> Void) async throws {
        try await EdgeStage.Setting(limits: Self.quick, script: script).run(body)
    }

    /// A proper client is still served, and no request is left under way.
    private func expectOrder(_ stage: EdgeStage) async throws {
        let isQuiet = await eventually { stage.balancer.groups.target("web.1")?.inFlight == 0 }
        #expect(isQuiet, "a request is still under way at the task")
        let answer = try await stage.get("/")
        #expect(answer.status == 200)
    }

    @Test func aSlowHeadIs408() async throws {
        try await run { _, _, _ in
            ScriptedAnswer()
        } _: { stage in
            let said = try await RawClient.run("slow-head", stage)
            #expect(said == "HTTP/1.1 408 Request Timeout soon")
            try await expectOrder(stage)
        }
    }

    @Test func aBodyThatStopsEndsItsRequest() async throws {
        try await run { _, _, _ in
            ScriptedAnswer()
        } _: { stage in
            let said = try await RawClient.run("slow-body", stage)
            #expect(["HTTP/1.1 408 Request Timeout soon", "closed soon"].contains(said), "\(said)")
            try await expectOrder(stage)
        }
    }

    @Test func aBodyThatTricklesEndsItsRequest() async throws {
        try await run { _, _, _ in
            ScriptedAnswer()
        } _: { stage in
            let said = try await RawClient.run("trickle", stage)
            #expect(said == "HTTP/1.1 408 Request Timeout soon")
            try await expectOrder(stage)
        }
    }

    @Test func aClientThatDoesNotReadIsLeft() async throws {
        let body = String(repeating: "0123456789", count: 5_000_000)
        try await run { request, _, _ in
            ScriptedAnswer(body: request.path == "/big" ? body : "")
        } _: { stage in
            async let said = RawClient.run("slow-reader", stage, "6")
            let isUnderWay = await eventually { stage.balancer.groups.target("web.1").map { $0.inFlight > 0 } ?? false }
            #expect(isUnderWay)
            // Before the client begins to read.
            let isLeft = await eventually { stage.balancer.groups.target("web.1")?.inFlight == 0 }
            #expect(isLeft)
            let end = try await said
            #expect(end == "cut")
            try await expectOrder(stage)
        }
    }

    @Test(
        "RFC 9112 §9.6: who has sent its request may close its half and still gets its answer",
        arguments: [
            ("half-closed", "HTTP/1.1 301 Moved Permanently soon"), ("half-closed-silent", "closed soon"),
        ])
    func halfClosedConnectionsEnd(what: String, wanted: String) async throws {
        try await run { _, _, _ in
            ScriptedAnswer()
        } _: { stage in
            let said = try await RawClient.run(what, stage)
            #expect(said == wanted)
            let isGone = await eventually { stage.edge.connections == 0 }
            #expect(isGone)
        }
    }

    @Test(
        "Floods of HTTP/2 end their connection within seconds",
        arguments: [
            "rapid-reset", "settings", "ping", "continuation", "window",
        ])
    func floodsEndTheirConnection(what: String) async throws {
        try await run { _, _, _ in
            ScriptedAnswer(delay: .milliseconds(20))
        } _: { stage in
            let said = try await RawClient.run(what, stage)
            #expect(["goaway early", "closed early"].contains(said), "\(said)")
            try await expectOrder(stage)
        }
    }

    @Test func tenThousandIdleConnectionsAreHeld() async throws {
        let count = 10_000
        try await run { _, _, _ in
            ScriptedAnswer()
        } _: { stage in
            let before = residentBytes()
            let enough = stage.folder.appending(path: "enough").path(percentEncoded: false)
            let client = Task { try await RawClient.run("idle", stage, "\(count)", enough) }
            let areHeld = await eventually { stage.edge.connections >= count }
            #expect(areHeld, "\(stage.edge.connections) of \(count)")
            // Its end of the connections is in another process.
            let each = (residentBytes() - before) / count
            #expect(each < 20_000, "\(each) bytes for an idle connection")
            let answer = try await stage.get("/")
            #expect(answer.status == 200)
            try "".write(toFile: enough, atomically: true, encoding: .utf8)
            let said = try await client.value
            #expect(said == "held\nHTTP/1.1 301 Moved Permanently\nHTTP/1.1 301 Moved Permanently")
            let areGone = await eventually { stage.edge.connections == 0 }
            #expect(areGone)
        }
    }

    private func residentBytes() -> Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return (pages?.dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }
}
