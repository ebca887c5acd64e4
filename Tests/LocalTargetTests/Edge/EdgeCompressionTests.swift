import Foundation
import LocalTarget
import Stacks
import TestKit
import Testing
import TrafficRules

/// Text is encoded once and kept encoded; curl, with its own zlib and brotli, reads it.
@Suite struct EdgeCompressionTests {
    /// Text of so many bytes, in which not every line is the same.
    private static func text(_ count: Int) -> String {
        var generator = SeededGenerator(seed: UInt64(count))
        var text = ""
        while text.utf8.count < count { text += "line \(generator.next() % 100_000) of the text\n" }
        return String(text.prefix(count))
    }

    private static func setting(
        _ body: String, _ fields: [(String, String)] = [("cache-control", "max-age=60"), ("etag", "\"v\"")]
    ) -> EdgeStage.Setting {
        EdgeStage.Setting(script: { _, _, _ in
            ScriptedAnswer(fields: fields + [("content-type", "text/plain")], body: body)
        })
    }

    /// Sizes around one step and many of them.
    @Test(arguments: [1000, 16 << 10, (16 << 10) + 1, 3_000_000])
    func whatClientsTakeIsWhatTheTaskSaid(size: Int) async throws {
        let body = Self.text(size)
        try await Self.setting(body).run { stage in
            for protocolName in ["--http1.1", "--http2"] {
                for coding in ["gzip", "br"] {
                    for cached in ["Miss", "Hit"] {
                        let path = "/\(protocolName)"
                        let raw = try await stage.get(path, protocolName, "-H", "accept-encoding: \(coding)")
                        let plain = try await stage.get(
                            path, protocolName, "--compressed", "-H", "accept-encoding: \(coding)")
                        #expect(plain.body == body, "\(coding) \(protocolName)")
                        #expect(raw.fields["x-cache"] == "\(cached) from terrace")
                        for answer in [raw, plain] {
                            #expect(answer.fields["content-encoding"] == coding)
                            #expect(answer.fields["vary"] == "Accept-Encoding")
                            #expect(answer.fields["etag"] == "W/\"v\"")
                        }
                        let length = plain.fields["content-length"].flatMap { Int($0) }
                        #expect(length.map { $0 < size } ?? false, "a kept answer's length is known")
                    }
                }
            }
            // Once for each path and coding.
            #expect(stage.tasks[0].received.count == 4)
        }
    }

    @Test("RFC 9111 §5.2.1.6: who wants nothing transformed gets it plain, and takes nothing from the others")
    func clientsNoTransform() async throws {
        let body = Self.text(5000)
        try await Self.setting(body).run { stage in
            let gzip = ["-H", "accept-encoding: gzip"]
            #expect(try await stage.get("/a", gzip[0], gzip[1]).fields["content-encoding"] == "gzip")
            for verdict in ["Miss", "Hit"] {
                let plain = try await stage.get("/a", gzip[0], gzip[1], "-H", "cache-control: no-transform")
                #expect(plain.fields["content-encoding"] == nil)
                #expect(plain.body == body)
                #expect(plain.fields["x-cache"] == "\(verdict) from terrace")
                #expect(try await stage.get("/a", gzip[0], gzip[1]).fields["x-cache"] == "Hit from terrace")
            }
        }
    }

    @Test func eachCodingIsKeptOnceAndSharedByTheClientsThatTakeIt() async throws {
        let body = Self.text(5000)
        try await Self.setting(body).run { stage in
            let asked: [(accepts: String, gets: String?, asks: Int)] = [
                ("gzip, deflate", "gzip", 1), ("gzip;q=0.5", "gzip", 1), ("identity", nil, 2), ("zstd", nil, 2),
                ("br", "br", 3), ("gzip", "gzip", 3), ("gzip, deflate, br", "br", 4), ("br, gzip;q=0.1", "br", 4),
            ]
            for (accepts, gets, asks) in asked {
                let answer = try await stage.get("/a", "--compressed", "-H", "accept-encoding: \(accepts)")
                #expect(answer.fields["content-encoding"] == gets, "\(accepts)")
                #expect(answer.fields["vary"] == "Accept-Encoding", "\(accepts)")
                #expect(answer.body == body, "\(accepts)")
                #expect(stage.tasks[0].received.count == asks, "\(accepts)")
            }
            #expect(stage.edge.invalidate(.everything) == 4)
        }
    }

    @Test("Parts are cut from the plain answer, whatever the client takes")
    func parts() async throws {
        let body = Self.text(5000)
        try await Self.setting(body).run { stage in
            for accepts in ["gzip", "identity"] { _ = try await stage.get("/a", "-H", "accept-encoding: \(accepts)") }
            let part = try await stage.get("/a", "-H", "accept-encoding: gzip", "-H", "range: bytes=5-9")
            #expect(part.status == 206)
            #expect(part.fields["content-encoding"] == nil)
            #expect(part.fields["x-cache"] == "Hit from terrace")
            #expect(part.body == String(Array(body)[5...9]))
        }
    }

    @Test("A 304 of the task freshens what is encoded; a client's condition is answered from it")
    func validation() async throws {
        let body = Self.text(5000)
        try await EdgeStage.Setting(script: { request, _, _ in
            let fields = [("cache-control", "max-age=0"), ("etag", "\"v\""), ("content-type", "text/plain")]
            let isKnown = request.fields.string(.ifNoneMatch) == "\"v\""
            return ScriptedAnswer(status: isKnown ? 304 : 200, fields: fields, body: isKnown ? "" : body)
        }).run { stage in
            for wanted in ["Miss", "RefreshHit", "RefreshHit"] {
                let answer = try await stage.get("/a", "--compressed", "-H", "accept-encoding: gzip")
                #expect(answer.fields["x-cache"] == "\(wanted) from terrace")
                #expect(answer.fields["content-encoding"] == "gzip")
                #expect(answer.body == body)
            }
            for path in ["/a", "/unseen"] {
                let unchanged = try await stage.get(
                    path, "-H", "accept-encoding: gzip", "-H", "if-none-match: W/\"v\"")
                #expect(unchanged.status == 304)
                #expect(unchanged.fields["etag"] == "W/\"v\"")
                #expect(unchanged.body.isEmpty)
            }
        }
    }

    @Test("What is not kept, and what says so, goes out as it is", arguments: ["private", "max-age=60, no-transform"])
    func untouched(directive: String) async throws {
        let body = Self.text(5000)
        try await Self.setting(body, [("cache-control", directive)]).run { stage in
            let answer = try await stage.get("/a", "-H", "accept-encoding: gzip, br")
            #expect(answer.fields["content-encoding"] == nil)
            #expect(answer.fields["vary"] == nil)
            #expect(answer.body == body)
        }
    }

    @Test("A client that leaves in the middle takes nothing with it")
    func clientLeaves() async throws {
        let body = Self.text(8_000_000)
        try await Self.setting(body).run { stage in
            _ = try await stage.curl("--compressed", "--limit-rate", "100k", "--max-time", "0.3", path: "/a")
            let isQuiet = await eventually { stage.balancer.groups.target("web.1")?.inFlight == 0 }
            #expect(isQuiet)
            let answer = try await stage.get("/a", "--compressed")
            #expect(answer.body == body)
        }
    }
}
