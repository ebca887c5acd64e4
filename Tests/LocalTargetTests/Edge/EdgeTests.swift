import Foundation
import LocalTarget
import Stacks
import TestKit
import Testing
import TrafficRules

/// The edge and the load balancer as curl sees them.
@Suite struct EdgeTests {
    @Test(arguments: ["--http1.1", "--http2"])
    func aRequestGoesThroughToATask(version: String) async throws {
        try await EdgeStage.Setting(script: { request, _, task in
            ScriptedAnswer(fields: [("content-type", "text/plain")], body: "\(task) \(request.target)")
        }).run { stage in
            let result = try await stage.curl(version, "--write-out", " %{http_version}", path: "/a?b=c")
            #expect(result.output == "web.1 /a?b=c \(version == "--http2" ? "2" : "1.1")")
        }
    }

    @Test func bothTLSVersionsAreSpokenAndOlderOnesAreNot() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer(body: "ok") }).run { stage in
            let older = try await stage.curl("--tls-max", "1.2")
            let newer = try await stage.curl("--tlsv1.3")
            let tooOld = try await stage.curl("--tls-max", "1.1")
            #expect(older.output == "ok")
            #expect(newer.output == "ok")
            #expect(tooOld.exitCode != 0)
        }
    }

    @Test func plainHTTPIsSentToHTTPS() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer() }).run { stage in
            let plain = "http://localhost:\(stage.edge.httpPort)/path?x=1"
            let get = Answer(try await runTool(["curl", "-s", "-i", plain]))
            #expect(get.status == 301)
            #expect(get.fields["location"] == "https://localhost:\(stage.edge.httpsPort)/path?x=1")
            #expect(Answer(try await runTool(["curl", "-s", "-i", "-d", "a=b", plain])).status == 307)
        }
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func anUploadArrivesWhole(version: String) async throws {
        try await EdgeStage.Setting(script: { _, body, _ in ScriptedAnswer(body: "\(body.utf8.count)") }).run { stage in
            let upload = Data(repeating: 120, count: 3_000_000)
            let result = try await stage.curl(version, "--data-binary", "@-", input: upload)
            #expect(result.output == "3000000")
            let chunked = try await stage.curl(
                version, "--data-binary", "@-", "-H", "transfer-encoding: chunked", input: upload)
            #expect(chunked.output == "3000000")
        }
    }

    @Test func theTaskIsToldTheClient() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer() }).run { stage in
            _ = try await stage.curl(
                "--http1.1", "-H", "x-forwarded-for: 6.6.6.6", "-H", "connection: x-secret", "-H", "x-secret: 1")
            let request = try #require(stage.tasks[0].received.first)
            #expect(["127.0.0.1", "::1"].contains(request.fields.string(.xForwardedFor)))
            #expect(request.fields.string(.xForwardedProto) == "https")
            #expect(request.fields.string(.xForwardedPort) == "\(stage.edge.httpsPort)")
            #expect(request.fields.string(.xAmznTraceID)?.hasPrefix("Root=1-") == true)
            #expect(request.fields.string(.via) == "1.1 terrace")
            #expect(!request.fields.contains(FieldName("x-secret")))
        }
    }

    @Test func aSecondRequestIsAHit() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in
            ScriptedAnswer(fields: [("cache-control", "max-age=60"), ("etag", "\"v1\"")], body: "kept")
        }).run { stage in
            let first = try await stage.get("/asset")
            let second = try await stage.get("/asset")
            #expect(first.fields["x-cache"] == "Miss from terrace")
            #expect(second.fields["x-cache"] == "Hit from terrace")
            #expect(second.fields["age"].flatMap { Int($0) } != nil)
            #expect(second.fields["via"] == "1.1 terrace")
            #expect(second.body == "kept")
            #expect(stage.tasks[0].received.count == 1)
            let conditional = try await stage.get("/asset", "-H", "if-none-match: \"v1\"")
            #expect(conditional.status == 304)
            let head = try await stage.get("/asset", "--head")
            #expect(head.fields["content-length"] == "4")
            #expect(stage.tasks[0].received.count == 1)
        }
    }

    @Test func aStaleAnswerIsValidated() async throws {
        try await EdgeStage.Setting(script: { request, _, _ in
            request.fields.string(.ifNoneMatch) == "\"v1\""
                ? ScriptedAnswer(status: 304, fields: [("etag", "\"v1\""), ("cache-control", "max-age=0")])
                : ScriptedAnswer(fields: [("etag", "\"v1\""), ("cache-control", "max-age=0")], body: "kept")
        }).run { stage in
            #expect(try await stage.get("/asset").fields["x-cache"] == "Miss from terrace")
            let second = try await stage.get("/asset")
            #expect(second.fields["x-cache"] == "RefreshHit from terrace")
            #expect(second.status == 200)
            #expect(second.body == "kept")
        }
    }

    @Test func aManifestRuleKeepsWhatSaysNothing() async throws {
        let rules = [CacheRule(path: RoutePattern(unchecked: "/static/*"), ttl: .seconds(60))]
        try await EdgeStage.Setting(cache: rules, script: { _, _, _ in ScriptedAnswer(body: "x") }).run { stage in
            _ = try await stage.get("/static/a")
            #expect(try await stage.get("/static/a").fields["x-cache"] == "Hit from terrace")
            _ = try await stage.get("/other")
            #expect(try await stage.get("/other").fields["x-cache"] == "Miss from terrace")
        }
    }

    @Test func variantsAreKeptApart() async throws {
        try await EdgeStage.Setting(script: { request, _, _ in
            let language = request.fields.string(FieldName("accept-language")) ?? ""
            return ScriptedAnswer(
                fields: [("cache-control", "max-age=60"), ("vary", "accept-language")], body: "in \(language)")
        }).run { stage in
            for _ in 0..<2 {
                for language in ["de", "fr"] {
                    let answer = try await stage.get("/page", "-H", "accept-language: \(language)")
                    #expect(answer.body == "in \(language)")
                }
            }
            #expect(stage.tasks[0].received.count == 2)
        }
    }

    @Test func concurrentMissesBecomeOneRequest() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in
            ScriptedAnswer(
                fields: [("cache-control", "max-age=60")], body: "shared", delay: .milliseconds(300))
        }).run { stage in
            let bodies = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<12 { group.addTask { try await stage.get("/slow").body } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(bodies == Array(repeating: "shared", count: 12))
            #expect(stage.tasks[0].received.count == 1)
        }
    }

    @Test func privateAnswersAreNeverShared() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in
            ScriptedAnswer(fields: [("cache-control", "private, max-age=60")], body: "mine")
        }).run { stage in
            for _ in 0..<3 {
                let answer = try await stage.get("/me")
                #expect(answer.fields["x-cache"] == "Miss from terrace")
            }
            #expect(stage.tasks[0].received.count == 3)
        }
    }

    @Test func requestsAreSpreadOverTasks() async throws {
        try await EdgeStage.Setting(tasks: 3, script: { _, _, task in ScriptedAnswer(body: task) }).run { stage in
            var seen: Set<String> = []
            for _ in 0..<9 { seen.insert(try await stage.get("/").body) }
            #expect(seen == ["web.1", "web.2", "web.3"])
        }
    }

    @Test func aTaskThatIsGoneIsTriedOnlyOnce() async throws {
        try await EdgeStage.Setting(
            tasks: 2, health: HealthCheck(interval: .seconds(60)),
            script: { _, _, task in ScriptedAnswer(body: task) }
        ).run { stage in
            await stage.tasks[0].stop()
            for _ in 0..<6 {
                let answer = try await stage.get("/")
                #expect(answer.status == 200)
                #expect(answer.body == "web.2")
            }
        }
    }

    @Test func withoutTasksTheAnswerIs503AndAfterACut502() async throws {
        try await EdgeStage.Setting(tasks: 0, script: { _, _, _ in ScriptedAnswer() }).run { stage in
            let answer = try await stage.get("/")
            #expect(answer.status == 503)
            #expect(answer.fields["x-cache"] == "Error from terrace")
        }
        try await EdgeStage.Setting(
            health: HealthCheck(interval: .seconds(60)), script: { _, _, _ in ScriptedAnswer() }
        ).run { stage in
            await stage.tasks[0].stop()
            let answer = try await stage.get("/")
            #expect(answer.status == 502)
        }
    }

    @Test func anAnswerCutShortIsNotTakenForWhole() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in
            ScriptedAnswer(fields: [("cache-control", "max-age=60")], body: "0123456789", cutAfter: 4)
        }).run { stage in
            for version in ["--http1.1", "--http2"] {
                let result = try await stage.curl(version, path: "/cut")
                #expect(result.exitCode != 0)
            }
            #expect(stage.tasks[0].received.count == 2, "half an answer was kept")
        }
    }

    @Test func drainingLetsRequestsFinishAndSendsNoNewOnes() async throws {
        try await EdgeStage.Setting(
            tasks: 2,
            script: { request, _, task in
                ScriptedAnswer(body: task, delay: request.path == "/slow" ? .milliseconds(400) : .zero)
            }
        ).run { stage in
            async let slow = withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 { group.addTask { try await stage.get("/slow").status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let isUnderWay = await eventually {
                stage.balancer.groups.target("web.1").map { $0.inFlight > 0 } ?? false
            }
            #expect(isUnderWay)
            await stage.balancer.drain("web.1")
            await stage.tasks[0].stop()
            let statuses = try await slow
            #expect(statuses == [200, 200, 200, 200])
            for _ in 0..<4 { #expect(try await stage.get("/").body == "web.2") }
        }
    }

    @Test func everyRequestIsInTheAccessLog() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer(body: "hello") }).run { stage in
            _ = try await stage.get("/logged?a=1", "-A", "agent \"x\"")
            await stage.edge.stop()
            let path = stage.folder.appending(path: "logs/access.log")
            let isWritten = await eventually { (try? String(contentsOf: path, encoding: .utf8))?.isEmpty == false }
            #expect(isWritten)
            let line = try String(contentsOf: path, encoding: .utf8)
            #expect(line.hasPrefix("https 20"))
            #expect(line.contains(" app/test/local "))
            #expect(line.contains("\"GET https://localhost:\(stage.edge.httpsPort)/logged?a=1 HTTP/1.1\""))
            #expect(line.contains(" 200 200 "))
            #expect(line.contains("agent \\x22x\\x22"))
        }
    }
}
