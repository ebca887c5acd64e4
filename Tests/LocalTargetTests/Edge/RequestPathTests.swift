import Foundation
import LocalTarget
import NIOCore
import Stacks
import Streams
import TestKit
import Testing
import TrafficRules

/// What a client sees of tasks that end, of itself being slow, and of a stack that stops.
@Suite struct RequestPathTests {
    private static let patient = HealthCheck(interval: .seconds(60))

    @Test func anAnswerIsWholeForASlowClientAfterItsTaskHasClosed() async throws {
        let size = 4_000_000
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\nConnection: close\r\n\r\n"
        try await withRawTask(head + String(repeating: "x", count: size)) { stage in
            for version in ["--http1.1", "--http2"] {
                let result = try await stage.curl(
                    version, "--limit-rate", "4M", "-o", "/dev/null", "-w", "%{size_download}", path: "/big")
                #expect(result.output == "\(size)", "\(version): \(result.errors)")
            }
        }
    }

    @Test func anAnswerThatEndsWithItsConnectionIsWhole() async throws {
        try await withRawTask("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 1_000_000)) { stage in
            let result = try await stage.curl("--http1.1", "-o", "/dev/null", "-w", "%{size_download}")
            #expect(result.output == "1000000")
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "SSH-2.0-OpenSSH_9\r\n\r\n", "HTTP/1.1 200 OK\r\nX",
        "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 20_000) + "\r\n\r\n",
    ])
    func anAnswerThatIsNoneIs502(answer: String) async throws {
        try await EdgeStage.Setting(tasks: 1, health: Self.patient, script: { _, _, _ in ScriptedAnswer() }).run {
            stage in
            let raw = try await RawTask.start("web.9", answer: answer)
            let target = try #require(stage.balancer.groups.target("web.1"))
            target.standing = .unavailable
            // Not by `taskStarted`: its health check would find out at once.
            let address = try SocketAddress(ipAddress: "127.0.0.1", port: raw.endpoint.port)
            let broken = Target(raw.endpoint, address: address)
            broken.standing = .healthy
            stage.balancer.groups.add(broken)
            let answer = try await stage.get("/")
            #expect(answer.status == 502)
            await raw.stop()
        }
    }

    @Test("RFC 8297 and RFC 9110 §6.5: early hints and trailers arrive", arguments: ["--http1.1", "--http2"])
    func interimAnswersAndTrailersArrive(version: String) async throws {
        let answer =
            "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n0\r\nX-Sum: 9\r\n\r\n"
        try await withRawTask(answer) { stage in
            let result = try await stage.curl(version, "--include", "-H", "TE: trailers")
            #expect(result.output.contains("103"), "\(result.output)")
            #expect(result.output.contains("link: </a.css>"), "\(result.output)")
            #expect(result.output.contains("abc"), "\(result.output)")
            #expect(result.output.contains("x-sum: 9"), "\(result.output)")
        }
    }

    /// The client says that it sends a body, and none comes: its end is there before the connection to the task.
    @Test(arguments: ["data", "trailers"]) func aBodyWithoutBytesEnds(how: String) async throws {
        try await EdgeStage.Setting(script: { _, body, _ in ScriptedAnswer(body: body) }).run { stage in
            let status = try await RawClient.run("empty-body", stage, how)
            #expect(status == "200")
        }
    }

    @Test("RFC 9110 §8.6: an interim answer speaks of no body")
    func interimAnswersHaveNoLength() async throws {
        let answer =
            "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\nLink: </a>\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        try await withRawTask(answer) { stage in
            let result = try await stage.curl("--http1.1", "--include")
            #expect(result.output.contains("link: </a>") && !result.output.contains("content-length: 5"))
            #expect(result.output.hasSuffix("ok"))
        }
    }

    /// They would be kept for a client that does not read.
    @Test func interimAnswersWithoutEndAre502() async throws {
        let interim = "HTTP/1.1 103 Early Hints\r\nLink: <\(String(repeating: "a", count: 1000))>\r\n\r\n"
        let answer = String(repeating: interim, count: 100) + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        try await withRawTask(answer) { stage in
            let result = try await stage.curl("--http1.1", "-o", "/dev/null", "-w", "%{http_code}")
            #expect(result.output == "502", "\(result.errors)")
        }
    }

    /// As the ALB of the same stack on aws, which drops invalid header fields.
    @Test func namesThatATaskCouldTakeForOthersDoNotReachIt() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer() }).run { stage in
            _ = try await stage.get("/", "-H", "X_Forwarded_For: 1.2.3.4", "-H", "x.y: 1", "-H", "x-Y9: 1")
            let head = try #require(stage.tasks[0].received.first)
            #expect(!head.fields.contains(FieldName("x_forwarded_for")) && !head.fields.contains(FieldName("x.y")))
            #expect(head.fields.contains(FieldName("x-y9")))
        }
    }

    @Test func aLargeAnswerIsWholeBeforeTheConnectionCloses() async throws {
        let body = String(repeating: "0123456789", count: 5_000_000)
        try await EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer(body: body) }).run { stage in
            let result = try await stage.curl(
                "--http1.1", "-H", "Connection: close", "-o", "/dev/null", "-w", "%{size_download}")
            #expect(result.output == "50000000", "\(result.errors)")
        }
    }

    /// Debian 12's curl takes a reset behind the answer for a failure, and loses the answer.
    @Test(arguments: ["--http1.1", "--http2"])
    func anUploadThatIsAnsweredEarlyGetsItsAnswer(version: String) async throws {
        let upload = Data(repeating: 120, count: 20_000_000)
        let early = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\n\r\nearly"
        try await withRawTask(early, readsOn: true) { stage in
            let result = try await stage.curl(
                version, "-w", " %{http_code}", "-H", "Expect:", "--data-binary", "@-", path: "/up", input: upload)
            #expect(result.output == "early 401", "\(result.errors)")
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrderAndABrokenOneEndsTheConnection() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer() }).run { stage in
            let requests =
                "GET /1 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\nHEAD /2 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\nG(T\\r\\n\\r\\n"
            let script = "exec 3<>/dev/tcp/127.0.0.1/\(stage.edge.httpPort); printf '\(requests)' >&3; cat <&3"
            let answers = try await runTool(["bash", "-c", script]).output
            let lines = answers.split(separator: "\r\n").filter { $0.hasPrefix("HTTP") || $0.hasPrefix("location") }
            #expect(
                lines == [
                    "HTTP/1.1 301 Moved Permanently", "location: https://a:\(stage.edge.httpsPort)/1",
                    "HTTP/1.1 301 Moved Permanently", "location: https://a:\(stage.edge.httpsPort)/2",
                    "HTTP/1.1 400 Bad Request",
                ])
        }
    }

    @Test func aSlowHeadIs408() async throws {
        let limits = ConnectionLimits(head: .milliseconds(100))
        try await EdgeStage.Setting(limits: limits, script: { _, _, _ in ScriptedAnswer() }).run { stage in
            let script = "exec 3<>/dev/tcp/127.0.0.1/\(stage.edge.httpPort); printf 'GET /1' >&3; cat <&3"
            let answer = try await runTool(["bash", "-c", script]).output
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func aRequestThatGoesInACircleIs508() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer() }).run { stage in
            let answer = try await stage.get("/", "-H", "Via: 1.1 terrace")
            #expect(answer.status == 508)
        }
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func aStopCutsNoAnswerUnderWay(version: String) async throws {
        try await EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer(body: "whole", delay: .milliseconds(300)) }).run
        {
            stage in
            async let answer = stage.curl(version, path: "/slow")
            let isUnderWay = await eventually { stage.balancer.groups.target("web.1").map { $0.inFlight > 0 } ?? false }
            #expect(isUnderWay)
            await stage.edge.stop()
            let output = try await answer.output
            #expect(output == "whole")
            #expect(stage.balancer.groups.target("web.1")?.inFlight == 0)
        }
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func aClientThatLeavesEndsItsRequest(version: String) async throws {
        try await EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer(delay: .seconds(20)) }).run { stage in
            let result = try await stage.curl(version, "--max-time", "0.5", path: "/slow")
            #expect(result.exitCode != 0)
            let isOver = await eventually { stage.balancer.groups.target("web.1")?.inFlight == 0 }
            #expect(isOver)
        }
    }

    private func withRawTask(
        _ answer: String, readsOn: Bool = false, _ body: (EdgeStage) async throws -> Void
    ) async throws {
        try await EdgeStage.Setting(tasks: 0, health: Self.patient, script: { _, _, _ in ScriptedAnswer() }).run {
            stage in
            let raw = try await RawTask.start("web.9", answer: answer, readsOn: readsOn)
            stage.balancer.taskStarted(raw.endpoint)
            let isReady = await eventually { stage.balancer.groups.target("web.9")?.standing == .healthy }
            #expect(isReady)
            try await body(stage)
            await raw.stop()
        }
    }
}
