import Foundation
import LocalTarget
import Stacks
import Synchronization
import TestKit
import Testing
import TrafficRules

/// The cache as curl sees it, beyond a plain hit.
@Suite struct EdgeCacheTests {
    private static func kept(_ fields: String...) -> EdgeStage.Setting {
        let lines = fields.map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
        }
        return EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer(fields: lines, body: "0123456789") })
    }

    @Test("RFC 9110 §14: parts are cut from the whole that is kept")
    func parts() async throws {
        try await Self.kept("cache-control: max-age=60", "etag: \"v1\"").run { stage in
            _ = try await stage.get("/a")
            let cases: [(arguments: [String], status: Int, body: String, range: String?)] = [
                (["-H", "range: bytes=2-4"], 206, "234", "bytes 2-4/10"),
                (["-H", "range: bytes=-3"], 206, "789", "bytes 7-9/10"),
                (["-H", "range: bytes=10-"], 416, "", "bytes */10"),
                (["-H", "range: bytes=0-1,4-5"], 206, "012345", "bytes 0-5/10"),
                (["-H", "range: bytes=0-1,x"], 200, "0123456789", nil),
                (["-H", "range: bytes=2-4", "-H", "if-range: \"v1\""], 206, "234", "bytes 2-4/10"),
                (["-H", "range: bytes=2-4", "-H", "if-range: \"v0\""], 200, "0123456789", nil),
                (["-H", "range: bytes=2-4", "-H", "if-none-match: \"v1\""], 304, "", nil),
            ]
            for each in cases {
                let result = try await runTool(
                    ["curl", "-s", "-i", "--http1.1", "--cacert", stage.authority] + each.arguments + [stage.url + "/a"]
                )
                let answer = Answer(result)
                #expect(answer.status == each.status, "\(each)")
                #expect(answer.body == each.body, "\(each)")
                #expect(answer.fields["content-range"] == each.range, "\(each)")
            }
            #expect(stage.tasks[0].received.count == 1)
        }
    }

    @Test(
        "RFC 9111 §5.2.1.7: only-if-cached, and nothing is: a whole 504 of the cache's own",
        arguments: ["--http1.1", "--http2"])
    func onlyIfCached(version: String) async throws {
        try await Self.kept("cache-control: max-age=60").run { stage in
            let answer = try await stage.get("/a", version, "-H", "cache-control: only-if-cached")
            #expect(answer.status == 504)
            #expect(answer.body.contains("504 Gateway Timeout"))
            #expect(answer.fields["cache-status"] == "terrace; detail=only-if-cached")
            #expect(stage.tasks[0].received.isEmpty)
        }
    }

    @Test("RFC 9110 §13.2.1: where the answer is not kept, the client's conditions are the task's to judge")
    func conditionsOfOthers() async throws {
        try await EdgeStage.Setting(script: { request, _, _ in
            let isKnown = request.fields.string(.ifNoneMatch) == "\"v1\""
            let control = request.path == "/private" ? "private" : "max-age=60"
            return ScriptedAnswer(
                status: isKnown ? 304 : 200, fields: [("cache-control", control), ("etag", "\"v1\"")],
                body: isKnown ? "" : "x")
        }).run { stage in
            let condition = "if-none-match: \"v1\""
            // The first one shows that the answer is not kept.
            _ = try await stage.get("/private")
            #expect(try await stage.get("/private", "-H", condition).status == 304)
            #expect(try await stage.get("/a", "-H", condition, "-H", "authorization: Basic x").status == 304)
            #expect(stage.tasks[0].received.allSatisfy { $0.path == "/private" || $0.fields.contains(.ifNoneMatch) })
            // What may be kept is fetched whole.
            #expect(try await stage.get("/b", "-H", condition).status == 304)
            #expect(stage.tasks[0].received.last?.fields.contains(.ifNoneMatch) == false)
        }
    }

    @Test("RFC 9111 §4.3.4: what HEAD validates stays kept")
    func headValidates() async throws {
        try await EdgeStage.Setting(script: { request, _, _ in
            let isKnown = request.fields.contains(.ifNoneMatch)
            return ScriptedAnswer(
                status: isKnown ? 304 : 200, fields: [("cache-control", "max-age=60"), ("etag", "\"v1\"")],
                body: isKnown ? "" : "kept")
        }).run { stage in
            _ = try await stage.get("/a")
            let head = try await stage.get("/a", "--head", "-H", "cache-control: no-cache")
            #expect(head.fields["x-cache"] == "RefreshHit from terrace")
            #expect(head.fields["cache-status"] == "terrace; fwd=request; fwd-status=304; stored")
            #expect(try await stage.get("/a").fields["x-cache"] == "Hit from terrace")
            #expect(stage.tasks[0].received.count == 2)
        }
    }

    @Test("What is asked for before a POST succeeds is not kept after it")
    func changeMeetsAFetch() async throws {
        try await EdgeStage.Setting(script: { request, _, _ in
            let isGet = request.method == .get
            return ScriptedAnswer(
                fields: [("cache-control", "max-age=60")], body: "old", delay: isGet ? .seconds(2) : .zero)
        }).run { stage in
            async let first = stage.get("/a")
            #expect(await eventually { stage.tasks[0].received.count == 1 })
            _ = try await stage.get("/a", "--data", "x")
            #expect(try await first.body == "old")
            #expect(try await stage.get("/a").fields["x-cache"] == "Miss from terrace")
        }
    }

    @Test("RFC 9211 §2.6: who waited for another's answer says so")
    func collapsedIsTold() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in
            ScriptedAnswer(fields: [("cache-control", "max-age=60")], body: "x", delay: .seconds(2))
        }).run { stage in
            async let first = stage.get("/a")
            #expect(await eventually { stage.tasks[0].received.count == 1 })
            let second = try await stage.get("/a")
            #expect(second.fields["cache-status"] == "terrace; fwd=uri-miss; collapsed")
            #expect(try await first.fields["cache-status"] == "terrace; fwd=uri-miss; fwd-status=200; stored")
            #expect(stage.tasks[0].received.count == 1)
        }
    }

    @Test("RFC 9110 §14.6: several parts in one answer, as another implementation reads them")
    func severalParts() async throws {
        let body = (0..<2000).map { "\($0 % 10)" }.joined()
        try await EdgeStage.Setting(script: { _, _, _ in
            ScriptedAnswer(fields: [("cache-control", "max-age=60"), ("content-type", "image/x")], body: body)
        }).run { stage in
            _ = try await stage.get("/a")
            for version in ["--http1.1", "--http2"] {
                let answer = try await stage.get("/a", version, "-H", "range: bytes=1500-1504,3-5,-2")
                #expect(answer.status == 206)
                #expect(answer.fields["x-cache"] == "Hit from terrace")
                #expect(answer.fields["content-length"] == "\(answer.body.utf8.count)")
                let type = try #require(answer.fields["content-type"])
                let parsed = try await runTool(
                    ["python3", "-c", Self.readParts], input: Data("content-type: \(type)\r\n\r\n\(answer.body)".utf8))
                #expect(
                    parsed.output == """
                        image/x bytes 1500-1504/2000 01234
                        image/x bytes 3-5/2000 345
                        image/x bytes 1998-1999/2000 89

                        """)
            }
            let flood = (0..<400).map { "\($0 * 5)-\($0 * 5)" }.joined(separator: ",")
            #expect(try await stage.get("/a", "-H", "range: bytes=\(flood)").status == 200)
        }
    }

    private static let readParts = """
        import email, sys
        message = email.message_from_bytes(sys.stdin.buffer.read())
        for part in message.get_payload():
            print(part["content-type"], part["content-range"], part.get_payload())
        """

    @Test("A part of what is not kept is the task's to cut")
    func partsOfWhatIsNotKept() async throws {
        try await Self.kept("cache-control: max-age=60").run { stage in
            let answer = try await stage.get("/a", "-H", "range: bytes=2-4")
            #expect(answer.fields["cache-status"] == "terrace; fwd=partial; fwd-status=200")
            #expect(stage.tasks[0].received.last?.fields.string(.range) == "bytes=2-4")
            #expect(try await stage.get("/a").fields["x-cache"] == "Miss from terrace")
        }
    }

    @Test("RFC 5861 §3: a stale answer at once, a fresh one for the next")
    func staleWhileRevalidate() async throws {
        let count = Mutex(0)
        try await EdgeStage.Setting(script: { _, _, _ in
            let number = count.withLock { value in
                value += 1
                return value
            }
            return ScriptedAnswer(
                fields: [("cache-control", "max-age=0, stale-while-revalidate=60"), ("etag", "\"\(number)\"")],
                body: "\(number)")
        }).run { stage in
            #expect(try await stage.get("/a").body == "1")
            let stale = try await stage.get("/a")
            #expect(stale.body == "1")
            #expect(stale.fields["x-cache"] == "Hit from terrace")
            let isFresh = try await eventually { try await stage.get("/a").body == "2" }
            #expect(isFresh)
        }
    }

    @Test("RFC 5861 §4: an error of the task is answered with what is kept, and only where that is allowed")
    func staleIfError() async throws {
        let isBroken = Mutex(false)
        try await EdgeStage.Setting(script: { request, _, _ in
            if isBroken.withLock({ $0 }) { return ScriptedAnswer(status: 503, body: "broken") }
            let allowed = request.path == "/a" ? ", stale-if-error=60" : ""
            return ScriptedAnswer(fields: [("cache-control", "max-age=0" + allowed), ("etag", "\"1\"")], body: "kept")
        }).run { stage in
            for path in ["/a", "/b"] { #expect(try await stage.get(path).body == "kept") }
            isBroken.withLock { $0 = true }
            let standIn = try await stage.get("/a")
            #expect(standIn.status == 200)
            #expect(standIn.body == "kept")
            #expect(standIn.fields["cache-status"] == "terrace; fwd=stale; fwd-status=503")
            #expect(try await stage.get("/b").status == 503)
            await stage.tasks[0].stop()
            #expect(try await stage.get("/a").body == "kept")
        }
    }

    @Test("RFC 9111 §4.3.5: HEAD shows that what is kept is outdated")
    func headTells() async throws {
        let version = Mutex(1)
        try await EdgeStage.Setting(script: { _, _, _ in
            let number = version.withLock { $0 }
            return ScriptedAnswer(
                fields: [("cache-control", "max-age=60"), ("etag", "\"\(number)\"")], body: "\(number)")
        }).run { stage in
            #expect(try await stage.get("/a").body == "1")
            version.withLock { $0 = 2 }
            #expect(try await stage.get("/a").body == "1")
            _ = try await stage.get("/a", "--head", "-H", "cache-control: no-cache")
            #expect(try await stage.get("/a").body == "2")
        }
    }

    @Test("RFC 9211: the reason is told")
    func cacheStatus() async throws {
        try await Self.kept("cache-control: max-age=60", "etag: \"v1\"").run { stage in
            func status(_ arguments: String...) async throws -> String? {
                let result = try await runTool(
                    ["curl", "-s", "-i", "--http1.1", "--cacert", stage.authority] + arguments + [stage.url + "/a"])
                return Answer(result).fields["cache-status"]
            }
            #expect(try await status() == "terrace; fwd=uri-miss; fwd-status=200; stored")
            let hit = try #require(try await status())
            #expect(hit.hasPrefix("terrace; hit; ttl="))
            #expect(try await status("-H", "cache-control: no-cache") == "terrace; fwd=request; fwd-status=200; stored")
            #expect(try await status("--data", "a=b") == "terrace; fwd=method; fwd-status=200")
        }
    }

    @Test("An invalidation removes what matches, in every loop")
    func invalidation() async throws {
        try await Self.kept("cache-control: max-age=60").run { stage in
            for path in ["/a/1", "/a/2?x", "/b"] { _ = try await stage.get(path) }
            for path in ["/a/1", "/a/2?x", "/b"] {
                #expect(try await stage.get(path).fields["x-cache"] == "Hit from terrace")
            }
            #expect(stage.edge.invalidate(RoutePattern(unchecked: "/a/*")) == 2)
            for path in ["/a/1", "/a/2?x"] {
                #expect(try await stage.get(path).fields["x-cache"] == "Miss from terrace")
            }
            #expect(try await stage.get("/b").fields["x-cache"] == "Hit from terrace")
        }
    }

    @Test("What is asked for before an invalidation is not kept after it")
    func invalidationMeetsAFetch() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in
            ScriptedAnswer(fields: [("cache-control", "max-age=60")], body: "old", delay: .milliseconds(400))
        }).run { stage in
            async let first = stage.get("/a")
            let isAsked = await eventually { stage.tasks[0].received.count == 1 }
            #expect(isAsked)
            _ = stage.edge.invalidate(RoutePattern(unchecked: "/a"))
            let old = try await first
            #expect(old.body == "old")
            let next = try await stage.get("/a")
            #expect(next.fields["x-cache"] == "Miss from terrace")
        }
    }

    @Test("The manifest's rule says what belongs to the key, and its maximum caps what answers say")
    func keysByRule() async throws {
        let rule = CacheRule(
            path: RoutePattern(unchecked: "/r"), ttl: .seconds(60), maximum: .seconds(90), query: .named(["page"]),
            cookies: .named(["group"]))
        try await EdgeStage.Setting(
            cache: [rule],
            script: { request, _, _ in
                ScriptedAnswer(fields: [("cache-control", "max-age=9999")], body: request.fields.string(.cookie) ?? "-")
            }
        ).run { stage in
            _ = try await stage.get("/r?page=1&session=a")
            let second = try await stage.get("/r?session=b&page=1")
            #expect(second.fields["x-cache"] == "Hit from terrace")
            let left = second.fields["cache-status"]?.split(separator: "=").last.flatMap { Int($0) } ?? 0
            #expect((80...90).contains(left))
            #expect(try await stage.get("/r?page=2").fields["x-cache"] == "Miss from terrace")
            #expect(try await stage.get("/r?page=1", "-H", "cookie: group=x; other=1").body == "group=x; other=1")
            let third = try await stage.get("/r?page=1", "-H", "cookie: other=2; group=x")
            #expect(third.fields["x-cache"] == "Hit from terrace")
            #expect(try await stage.get("/r?page=1").body == "-")
            stage.edge.setCacheRules([])
            #expect(try await stage.get("/r?page=1").fields["x-cache"] == "Miss from terrace")
        }
    }

    @Test("RFC 9111 §4.4: a change of a resource removes what is kept of it, whatever its rule's key")
    func unsafeMethods() async throws {
        let rule = CacheRule(path: RoutePattern(unchecked: "/r"), ttl: .seconds(60), query: .none, headers: ["x-a"])
        try await EdgeStage.Setting(cache: [rule], script: { _, _, _ in ScriptedAnswer(body: "x") }).run { stage in
            for value in ["1", "2"] { _ = try await stage.get("/r?a", "-H", "x-a: \(value)") }
            _ = try await stage.get("/r?b", "--request", "DELETE")
            for value in ["1", "2"] {
                #expect(try await stage.get("/r", "-H", "x-a: \(value)").fields["x-cache"] == "Miss from terrace")
            }
        }
    }
}
