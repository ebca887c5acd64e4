import Foundation
import LocalTarget
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import Stacks
import TestKit
import Testing
import TrafficRules

/// HTTP/2 and gRPC to tasks.
@Suite struct MultiplexedTests {
    private static let serving: [UInt8] = [0, 0, 0, 0, 2, 8, 1]

    private static func call(_ code: Int, body: [UInt8] = []) -> MultiplexedTask.Answer {
        .init(
            headers: [(":status", "200"), ("content-type", "application/grpc")], body: body,
            trailers: [("grpc-status", "\(code)"), ("grpc-message", "said so")])
    }

    private func run(
        _ speaks: TaskProtocol, balancing: ServiceBalancing = ServiceBalancing(),
        _ script: @escaping MultiplexedTask.Script,
        _ body: (EdgeStage, MultiplexedTask) async throws -> Void
    ) async throws {
        let path = speaks == .grpc ? HealthCheck.callPath : "/health"
        // One check makes it healthy, and no later one has a say in what a test makes of it.
        let health = HealthCheck(path: path, interval: .seconds(60))
        let service = Service(name: "web", health: health, balancing: balancing, taskProtocol: speaks)
        try await EdgeStage.Setting(tasks: 0, services: [service], script: { _, _, _ in ScriptedAnswer() }).run {
            stage in
            let task = try await MultiplexedTask.start("web.1", "web") { headers, body in
                headers.first(name: ":path") == path
                    ? speaks == .grpc ? Self.call(0, body: Self.serving) : .init() : script(headers, body)
            }
            stage.balancer.taskStarted(task.endpoint)
            let isReady = await eventually { stage.balancer.groups.target("web.1")?.standing == .healthy }
            #expect(isReady, "the task did not become healthy")
            try await body(stage, task)
            await task.stop()
        }
    }

    /// As an ALB: it begins as an upgrade, which HTTP/2 has not, and no target group offers it otherwise.
    @Test(arguments: [TaskProtocol.h2c, .grpc])
    func aWebSocketIsRefusedAndTheTaskHearsNothing(speaks: TaskProtocol) async throws {
        let script: MultiplexedTask.Script = { _, _ in .init(headers: [(":status", "500")]) }
        try await run(speaks, script) { stage, _ in
            let answer = try await stage.get(
                "/socket", "-H", "connection: upgrade", "-H", "upgrade: websocket", "-H", "sec-websocket-version: 13",
                "-H", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==")
            #expect(answer.status == 464)
            #expect(answer.body.contains("464 Incompatible Protocol"))
            #expect(answer.fields["x-cache"] == "Error from terrace")
        }
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func aRequestGoesThroughWhateverTheClientSpeaks(version: String) async throws {
        let script: MultiplexedTask.Script = { headers, body in
            let names = headers.map(\.name).filter { ["connection", "host", "transfer-encoding"].contains($0) }
            let line =
                "\(headers.first(name: ":method") ?? "") \(headers.first(name: ":path") ?? "") \(body.count) \(names)"
            return .init(headers: [(":status", "200"), ("content-type", "text/plain")], body: Array(line.utf8))
        }
        try await run(.h2c, script) { stage, _ in
            let get = try await stage.curl(version, path: "/a?b=c")
            #expect(get.output == "GET /a?b=c 0 []")
            let upload = Data(repeating: 120, count: 1_000_000)
            let post = try await stage.curl(version, "--data-binary", "@-", path: "/up", input: upload)
            #expect(post.output == "POST /up 1000000 []")
        }
    }

    @Test func manyRequestsShareAConnection() async throws {
        let script: MultiplexedTask.Script = { _, _ in .init(body: [120], delay: .milliseconds(100)) }
        try await run(.h2c, script) { stage, task in
            let before = task.connections
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 { group.addTask { try await stage.get("/").status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 20))
            // One for each of the edge's loops.
            #expect(task.connections - before <= NIOSingletons.groupLoopCountSuggestion)
        }
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func aLargeAnswerIsWholeForASlowClient(version: String) async throws {
        let body = [UInt8](repeating: 120, count: 3_000_000)
        let script: MultiplexedTask.Script = { _, _ in .init(body: body) }
        try await run(.h2c, script) { stage, _ in
            let result = try await stage.curl(
                version, "--limit-rate", "4M", "-o", "/dev/null", "-w", "%{size_download}", path: "/big")
            #expect(result.output == "3000000", "\(result.errors)")
        }
    }

    @Test func trailersArrive() async throws {
        let script: MultiplexedTask.Script = { _, body in Self.call(5, body: body) }
        try await run(.grpc, script) { stage, _ in
            let result = try await stage.curl(
                "--http2", "-i", "-H", "content-type: application/grpc", "-H", "te: trailers", "--data-binary", "@-",
                path: "/shop.Shop/Buy", input: Data([0, 0, 0, 0, 1, 65]))
            #expect(result.output.hasPrefix("HTTP/2 200"))
            #expect(result.output.contains("grpc-status: 5"))
            #expect(result.output.contains("grpc-message: said so"))
        }
    }

    /// Each of them would be two answers, or one of another length, to somebody who speaks HTTP/1.
    @Test(arguments: [
        [(":status", "200"), ("content-length", "+2")], [(":status", "200"), ("content-length", "2, 2")],
        [(":status", "200"), ("x", "a\u{1}b")],
    ])
    func anAnswerThatHTTP1WouldReadOtherwiseIs502(headers: [(String, String)]) async throws {
        let script: MultiplexedTask.Script = { _, _ in .init(headers: headers, body: Array("ok".utf8)) }
        try await run(.h2c, balancing: ServiceBalancing(ejection: nil), script) { stage, _ in
            for version in ["--http1.1", "--http2"] {
                let result = try await stage.curl(version, "-o", "/dev/null", "-w", "%{http_code}")
                #expect(result.output == "502", "\(version) \(headers)")
            }
        }
    }

    @Test func severalLengthsThatAgreeAreOne() async throws {
        let script: MultiplexedTask.Script = { _, _ in
            let fields = [(":status", "200"), ("content-length", "2"), ("content-length", "2")]
            return .init(headers: fields, body: Array("ok".utf8))
        }
        try await run(.h2c, script) { stage, _ in
            let result = try await stage.curl("--http1.1", "-i")
            #expect(result.output.split(separator: "content-length:").count == 2, "\(result.output)")
            #expect(result.output.hasSuffix("\r\n\r\nok"))
        }
    }

    @Test("RFC 9113 §8.6: a change of protocol is no answer of a task")
    func protocolIsNotChanged() async throws {
        let script: MultiplexedTask.Script = { _, _ in
            .init(headers: [(":status", "101")], trailers: [(":status", "200"), ("content-length", "0")])
        }
        try await run(.h2c, script) { stage, _ in
            let result = try await stage.curl("--http1.1", "-i")
            #expect(result.output.hasPrefix("HTTP/1.1 502 "), "\(result.output)")
        }
    }

    @Test("A call that cannot be made is told as a call: UNAVAILABLE, whatever HTTP would say")
    func failuresOfCalls() async throws {
        let script: MultiplexedTask.Script = { _, _ in .init() }
        try await run(.grpc, script) { stage, task in
            stage.balancer.groups.target("web.1")?.standing = .unavailable
            let answer = try await stage.get("/shop.Shop/Buy", "-H", "content-type: application/grpc", "--data", "x")
            #expect(answer.status == 200)
            #expect(answer.fields["grpc-status"] == "14")
            #expect(answer.fields["content-type"] == "application/grpc")
            let plain = try await stage.get("/shop.Shop/Buy")
            #expect(plain.status == 503)
        }
    }

    @Test func aTaskThatFailsEveryCallIsEjected() async throws {
        let balancing = ServiceBalancing(ejection: Ejection(failures: 3, time: .seconds(60), share: 100))
        let script: MultiplexedTask.Script = { _, _ in Self.call(13) }
        try await run(.grpc, balancing: balancing, script) { stage, _ in
            for _ in 0..<3 {
                _ = try await stage.get("/s/M", "-H", "content-type: application/grpc", "--data", "x")
            }
            let isOut = await eventually { await stage.balancer.standings()["web.1"]?.isEjected == true }
            #expect(isOut)
        }
    }

    @Test("RFC 9113 §8.7: a refused stream was not looked at, so even a POST may go once more")
    func refusedStreams() async throws {
        let script: MultiplexedTask.Script = { headers, _ in
            headers.first(name: ":path") == "/refused" ? .init(reset: .refusedStream) : .init(reset: .internalError)
        }
        try await run(.h2c, balancing: ServiceBalancing(ejection: nil), script) { stage, _ in
            let refused = try await stage.get("/refused")
            #expect(refused.status == 502)
            let broken = try await stage.get("/broken", "--data", "x")
            #expect(broken.status == 502)
        }
    }

    @Test func aTaskThatEndsWithRequestsUnderWayIs502() async throws {
        let script: MultiplexedTask.Script = { _, _ in .init(delay: .seconds(20)) }
        try await run(.h2c, balancing: ServiceBalancing(ejection: nil), script) {
            stage, task in
            async let answer = stage.get("/slow", "--data", "x")
            let isUnderWay = await eventually { stage.balancer.groups.target("web.1").map { $0.inFlight > 0 } ?? false }
            #expect(isUnderWay)
            await task.stop()
            let status = try await answer.status
            #expect(status == 502)
        }
    }

    @Test func aServerThatDoesNotServeIsNotHealthy() async throws {
        let health = HealthCheck(path: HealthCheck.callPath, interval: .milliseconds(100), timeout: .milliseconds(80))
        let service = Service(name: "web", health: health, taskProtocol: .grpc)
        try await EdgeStage.Setting(tasks: 0, services: [service], script: { _, _, _ in ScriptedAnswer() }).run {
            stage in
            let task = try await MultiplexedTask.start("web.1", "web") { _, _ in
                Self.call(0, body: [0, 0, 0, 0, 2, 8, 2])
            }
            stage.balancer.taskStarted(task.endpoint)
            let isTold = await eventually {
                await stage.balancer.standings()["web.1"]?.state == .initial(lastFailure: .notServing)
            }
            #expect(isTold)
            await task.stop()
        }
    }
}
