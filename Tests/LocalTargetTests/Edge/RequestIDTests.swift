import Foundation
import LocalTarget
import TestKit
import Testing
import TrafficRules

/// One request has one id, from the edge to what a task could log.
@Suite struct RequestIDTests {
    private func log(_ name: String, of stage: EdgeStage) async throws -> [Substring] {
        await stage.edge.flushLogs()
        let file = stage.folder.appending(path: "logs/\(name)")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func edgeBalancerAndTaskCallARequestTheSame(version: String) async throws {
        try await EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer(body: "ok") }).run { stage in
            let answer = try await stage.get(
                "/a", version, "-H", "x-amzn-trace-id: Root=1-00000000-forged", "-H", "x-request-id: forged")
            let id = try #require(answer.fields["x-request-id"])
            #expect(id.firstMatch(of: #/^1-[0-9a-f]{8}-[0-9a-f]{24}$/#) != nil)
            #expect(stage.tasks[0].received.first?.fields.string(.xAmznTraceID) == "Root=\(id)")
            let edge = try await log("edge.log", of: stage)
            #expect(edge.count == 1)
            #expect(
                edge[0].contains(#""request":"\#(id)","status":200,"by":"pass""#) || edge[0].contains(#""by":"miss""#))
            let balancer = try await log("access.log", of: stage)
            #expect(balancer.count == 1)
            #expect(balancer[0].contains("\"Root=\(id)\""))
            #expect(!(edge + balancer).contains { $0.contains("forged") })
        }
    }

    @Test func whatTheCacheAnswersHasAnIDOfItsOwn() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in
            ScriptedAnswer(fields: [("cache-control", "max-age=60"), ("x-request-id", "the task's")], body: "kept")
        }).run { stage in
            let ids = [try await stage.get("/asset"), try await stage.get("/asset")].map { $0.fields["x-request-id"] }
            #expect(ids[0] != ids[1])
            // Each loop writes its own lines; they begin with the time.
            let edge = try await log("edge.log", of: stage).sorted()
            #expect(edge.map { $0.contains(#""by":"hit""#) } == [false, true])
            #expect(zip(edge, ids).allSatisfy { line, id in id.map { line.contains("\"\($0)\"") } ?? false })
        }
    }

    @Test func aTrailIsOfOneRequestAndInOrder() async throws {
        try await withTemporaryFolder { folder in
            let place = StackFolder(manifestFolder: folder, environment: nil)
            for each in [place.access, place.logs] {
                try FileManager.default.createDirectory(at: each, withIntermediateDirectories: true)
            }
            func write(_ text: String, _ file: URL) throws { try Data(text.utf8).write(to: file) }
            let id = "1-6925a8f2-5d1c0ab34b1e3f2a90c4e871"
            let edge = #"{"time":"2026-11-25T13:00:02.500000Z","request":"\#(id)","status":200}"#
            let other = #"{"time":"2026-11-25T13:00:02.400000Z","request":"1-6925a8f2-other","status":200}"#
            let old = #"{"time":"2026-11-25T12:00:02.400000Z","request":"\#(id)","status":500}"#
            try write("\(other)\n\(edge)\n", place.access.appending(path: "edge.log"))
            try write("\(old)\n", place.access.appending(path: "edge.log.1"))
            let balancer = "h2 2026-11-25T13:00:02.400000Z app/x 200 \"Root=\(id)\""
            try write("\(balancer)\n", place.access.appending(path: "access.log"))
            try write(
                "2026-11-25T13:00:02.300Z web.1 out request=\(id) GET /\n2026-11-25T13:00:02.350Z web.1 out other\n",
                place.logs.appending(path: "web.log"))
            func texts(_ query: LogQuery) async -> [String] {
                var texts: [String] = []
                for await line in LogAnswer(query, in: place).lines { texts.append("\(line.task) \(line.text)") }
                return texts
            }
            let own = "web.1 request=\(id) GET /"
            #expect(await texts(LogQuery(request: id)) == ["edge \(old)", own, "balancer \(balancer)", "edge \(edge)"])
            let since = Date(timeIntervalSince1970: 1_795_611_600)
            #expect(await texts(LogQuery(since: since, request: id)) == [own, "balancer \(balancer)", "edge \(edge)"])
            #expect(await texts(LogQuery(service: "web", request: id)) == [own])
            #expect(await texts(LogQuery(filter: "\"status\":500", request: id)) == ["edge \(old)"])
            #expect(await texts(LogQuery(filter: "oth")) == ["web.1 other"])
            #expect(LogAnswer(LogQuery(request: id), in: place).unreadable == [])
        }
    }

    private static let id = "1-6925a8f2-5d1c0ab34b1e3f2a90c4e871"

    private func append(_ text: String, to file: URL) throws {
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("\(text)\n".utf8))
        try handle.close()
    }

    @Test func aFollowedRequestShowsWhatEveryTierWritesLater() async throws {
        try await withTemporaryFolder { folder in
            let place = StackFolder(manifestFolder: folder, environment: nil)
            for each in [place.access, place.logs] {
                try FileManager.default.createDirectory(at: each, withIntermediateDirectories: true)
            }
            let edge = place.access.appending(path: "edge.log")
            // A user's service may have a tier's name.
            let task = place.logs.appending(path: "edge.log")
            let old = #"{"time":"2026-11-25T13:00:02.500000Z","request":"\#(Self.id)"}"#
            try Data("\(old)\n".utf8).write(to: edge)
            try Data("2026-11-25T13:00:02.300Z edge.1 out request=\(Self.id)\n".utf8).write(to: task)
            var lines = LogAnswer(LogQuery(follow: true, request: Self.id), in: place).lines.makeAsyncIterator()
            #expect(await lines.next()?.task == "edge.1")
            #expect(await lines.next()?.text == old)
            try append(#"{"time":"2026-11-25T13:00:03.100000Z","request":"1-6925a8f2-other"}"#, to: edge)
            try append("2026-11-25T13:00:03.200Z edge.1 out more of \(Self.id)", to: task)
            #expect(await lines.next()?.text == "more of \(Self.id)")
            // Rotated, and the tier's next log is made only now.
            try FileManager.default.moveItem(at: edge, to: place.access.appending(path: "edge.log.1"))
            let late = #"{"time":"2026-11-25T13:00:04.100000Z","request":"\#(Self.id)","late":true}"#
            try Data("\(late)\n".utf8).write(to: edge)
            #expect(await lines.next()?.text == late)
            let balancer = "h2 2026-11-25T13:00:05.400000Z app/x 200 \"Root=\(Self.id)\""
            try Data("\(balancer)\n".utf8).write(to: place.access.appending(path: "access.log"))
            #expect(await lines.next()?.text == balancer)
        }
    }

    @Test func aFollowedRequestBeginsAtItsTime() async throws {
        try await withTemporaryFolder { folder in
            let place = StackFolder(manifestFolder: folder, environment: nil)
            try FileManager.default.createDirectory(at: place.access, withIntermediateDirectories: true)
            let times = ["13:00:02.500000", "13:00:03.500000"]
            let text = times.map { #"{"time":"2026-11-25T\#($0)Z","request":"\#(Self.id)"}"# + "\n" }.joined()
            try Data(text.utf8).write(to: place.access.appending(path: "edge.log"))
            let since = Date(timeIntervalSince1970: 1_795_611_603)
            let answer = LogAnswer(LogQuery(since: since, follow: true, request: Self.id), in: place)
            var lines = answer.lines.makeAsyncIterator()
            #expect(await lines.next()?.text.contains("13:00:03.5") == true)
        }
    }

    @Test func filesThatCannotBeReadAreToldWithTheirReason() async throws {
        try await withTemporaryFolder { folder in
            let place = StackFolder(manifestFolder: folder, environment: nil)
            // Root may read every file, but no folder as one.
            let folders = [
                place.access.appending(path: "edge.log.2"), place.access.appending(path: "firewall.log"),
                place.logs.appending(path: "web.log.1"),
            ]
            for each in folders { try FileManager.default.createDirectory(at: each, withIntermediateDirectories: true) }
            try Data().write(to: place.logs.appending(path: "web.log"))
            func missing(_ query: LogQuery) -> [UnreadableLog] { LogAnswer(query, in: place).unreadable }
            let all = folders.map { UnreadableLog(path: $0.path(percentEncoded: false), reason: "Is a directory") }
            #expect(Set(missing(LogQuery(request: Self.id)).map(\.path)) == Set(all.map(\.path)))
            #expect(missing(LogQuery(request: Self.id)).allSatisfy { $0.reason == "Is a directory" })
            // Only of files that the answer is made of.
            #expect(missing(LogQuery()) == [all[2]])
            #expect(missing(LogQuery(service: "api", request: Self.id)) == [])
        }
    }
}
