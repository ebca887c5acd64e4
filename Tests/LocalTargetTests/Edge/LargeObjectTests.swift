import Foundation
import Stacks
import Synchronization
import TestKit
import Testing
import TrafficRules

@testable import LocalTarget

/// Bodies that are too large for memory are kept on the disk, whole or not at all.
@Suite struct LargeObjectTests {
    private static let large = 3_000_000

    /// 1 MiB in memory, 8 MiB on the disk, and of one object 1 MiB and 4 MiB.
    private static var limits: EdgeCache.Limits {
        var limits = EdgeCache.Limits()
        limits.memory = .mebibytes(1)
        limits.largestInMemory = .mebibytes(1)
        limits.disk = .mebibytes(8)
        limits.largestOnDisk = .mebibytes(4)
        return limits
    }

    private final class Reports: Sendable { let lines = Mutex<[String]>([]) }

    private static func body(_ count: Int, _ path: String = "/a") -> String {
        var text = ""
        var number = 0
        while text.utf8.count < count {
            text += "\(path) line \(number)\n"
            number += 1
        }
        return String(text.prefix(count))
    }

    /// `chunked` in a path: the task does not say how long it is.
    private static func setting(
        _ reports: Reports = Reports(), folder: URL? = nil, fields: [(String, String)] = []
    ) -> EdgeStage.Setting {
        EdgeStage.Setting(
            kept: limits, keepsLarge: { line in reports.lines.withLock { $0.append(line) } }, largeFolder: folder,
            script: { request, _, _ in
                let size = Int(request.path.split(separator: "/").last ?? "") ?? large
                return ScriptedAnswer(
                    fields: [("cache-control", "max-age=60"), ("etag", "\"v\"")] + fields,
                    body: body(size, String(request.path)), isChunked: request.path.contains("chunked"))
            })
    }

    private func files(_ folder: URL) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)))?.sorted() ?? []
    }

    @Test(arguments: ["/3000000", "/chunked/3000000"], ["--http1.1", "--http2"])
    func aLargeAnswerIsKeptAndServedFromTheDisk(path: String, version: String) async throws {
        try await Self.setting().run { stage in
            let folder = stage.folder.appending(path: "cache")
            let wanted = Self.body(Self.large, path)
            let first = try await stage.get(path, version)
            #expect(first.body == wanted)
            #expect(await eventually { files(folder) == ["1.object"] && stage.edge.cacheCounts.objects == 1 })
            #expect(stage.edge.cacheCounts.diskBytes > Self.large)
            let second = try await stage.get(path, version)
            #expect(second.fields["x-cache"] == "Hit from terrace")
            #expect(second.fields["content-length"] == "\(Self.large)")
            #expect(second.body == wanted)
            let head = try await stage.curl(version, "--head", path: path)
            #expect(head.output.lowercased().contains("content-length: \(Self.large)"))
            #expect(try await stage.get(path, version, "-H", "if-none-match: \"v\"").status == 304)
            #expect(stage.tasks[0].received.count == 1)
            let part = try await stage.get(path, version, "-H", "range: bytes=1000000-1000009,2000000-2999999")
            #expect(part.status == 206)
            #expect(part.fields["content-length"] == "\(part.body.utf8.count)")
            let bytes = Array(wanted.utf8)
            #expect(part.body.contains(String(decoding: bytes[1_000_000...1_000_009], as: UTF8.self) + "\r\n--"))
            #expect(part.body.contains(String(decoding: bytes[2_000_000...], as: UTF8.self) + "\r\n--"))
        }
    }

    @Test(arguments: ["/2097152", "/chunked/2097152"], ["--http1.1", "--http2"])
    func aBodyOfExactlyTheLimitIsKeptInMemoryAndSentWhole(path: String, version: String) async throws {
        var setting = Self.setting()
        setting.kept = EdgeCache.Limits()
        setting.kept.largestInMemory = .mebibytes(2)
        try await setting.run { stage in
            _ = try await stage.get(path, version)
            let wanted = Self.body(2 << 20, path)
            let second = try await stage.get(path, version)
            #expect(second.fields["x-cache"] == "Hit from terrace")
            #expect(second.fields["content-length"] == "\(2 << 20)")
            #expect(second.body == wanted)
            #expect(stage.edge.cacheCounts.diskBytes == 0)
            let part = try await stage.get(path, version, "-H", "range: bytes=1000000-")
            #expect(part.status == 206)
            #expect(part.body == String(wanted.dropFirst(1_000_000)))
        }
    }

    @Test func whatIsOnItsWayIsBoundedTogether() async throws {
        var setting = Self.setting()
        setting.kept.arriving = .kibibytes(100)
        try await setting.run { stage in
            for path in ["/chunked/200000", "/200000"] {
                for _ in 0..<2 {
                    let answer = try await stage.get(path)
                    #expect(answer.body == Self.body(200_000, path))
                    #expect(answer.fields["x-cache"] == "Miss from terrace")
                }
            }
            // What was reserved has been given back.
            for _ in 0..<9 { _ = try await stage.get("/90000") }
            #expect(try await stage.get("/90000").fields["x-cache"] == "Hit from terrace")
            _ = try await stage.get("/89000")
            #expect(try await stage.get("/89000").fields["x-cache"] == "Hit from terrace")
        }
    }

    /// Asks for so many answers and takes nothing of them until its input ends.
    private static let slowReaders = """
        import socket, ssl, sys
        context = ssl._create_unverified_context()
        peers = []
        for number in range(8):
            peer = context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1]))))
            peer.sendall(b"GET /%d/12000000 HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n" % number)
            peers.append(peer)
        print("asked", flush=True)
        sys.stdin.read()
        """

    @Test func slowClientsDoNotKeepTheAnswersOfOthersOut() async throws {
        var setting = Self.setting()
        setting.kept = EdgeCache.Limits()
        setting.kept.largestInMemory = .mebibytes(16)
        setting.kept.arriving = .mebibytes(24)
        setting.script = { request, _, _ in
            let size = Int(request.path.split(separator: "/").last ?? "") ?? 0
            return ScriptedAnswer(fields: [("cache-control", "max-age=60")], body: String(repeating: "x", count: size))
        }
        try await setting.run { stage in
            let port = stage.edge.httpsPort
            let readers = Process()
            readers.executableURL = URL(filePath: "/usr/bin/env")
            readers.arguments = ["python3", "-c", Self.slowReaders, "\(port)"]
            let (input, output) = (Pipe(), Pipe())
            readers.standardInput = input
            readers.standardOutput = output
            try readers.run()
            _ = output.fileHandleForReading.availableData
            #expect(await eventually { stage.tasks[0].received.count == 8 })
            var isKept = false
            isKept = try await eventually { try await stage.get("/8000000").fields["x-cache"] == "Hit from terrace" }
            #expect(isKept)
            try input.fileHandleForWriting.close()
            readers.waitUntilExit()
            #expect(await eventually { stage.edge.cacheCounts.arrivingBytes == 0 })
        }
    }

    @Test func whatIsInvalidatedOrEvictedLeavesNoFile() async throws {
        try await Self.setting().run { stage in
            let folder = stage.folder.appending(path: "cache")
            for number in 1...4 {
                let path = "/\(number)/3000000"
                #expect(try await stage.get(path).body == Self.body(Self.large, path))
                #expect(
                    await eventually { stage.edge.cacheCounts.objects + stage.edge.cacheCounts.evictions == number })
            }
            // 8 MiB have room for two.
            #expect(await eventually { files(folder).count == 2 }, "\(files(folder))")
            #expect(stage.edge.cacheCounts.evictions == 2)
            #expect(stage.edge.invalidate(.everything) == 2)
            // Loops forget what they have found when they look the next time.
            _ = try await stage.get("/10")
            #expect(await eventually { files(folder).isEmpty }, "\(files(folder))")
        }
    }

    @Test func whatIsTooLargeForTheDiskIsPassedOn() async throws {
        try await Self.setting().run { stage in
            for path in ["/5000000", "/chunked/5000000"] {
                for _ in 1...2 {
                    let answer = try await stage.get(path)
                    #expect(answer.body == Self.body(5_000_000, path))
                    #expect(answer.fields["x-cache"] == "Miss from terrace")
                }
            }
            #expect(await eventually { files(stage.folder.appending(path: "cache")).isEmpty })
        }
    }

    @Test func anAnswerThatIsCutLeavesNothing() async throws {
        try await EdgeStage.Setting(
            kept: Self.limits, keepsLarge: { _ in },
            script: { _, _, _ in
                ScriptedAnswer(
                    fields: [("cache-control", "max-age=60")], body: Self.body(Self.large), cutAfter: 2_000_000)
            }
        ).run { stage in
            _ = try await stage.curl(path: "/a")
            #expect(await eventually { files(stage.folder.appending(path: "cache")).isEmpty })
            #expect(stage.edge.cacheCounts.objects == 0)
        }
    }

    @Test func aClientThatLeavesInTheMiddleHarmsNobody() async throws {
        try await Self.setting().run { stage in
            let folder = stage.folder.appending(path: "cache")
            _ = try await stage.get("/3000000")
            #expect(await eventually { files(folder) == ["1.object"] && stage.edge.cacheCounts.objects == 1 })
            _ = try await stage.curl("--limit-rate", "100k", "--max-time", "0.3", path: "/3000000")
            #expect(await eventually { stage.edge.connections == 0 })
            let answer = try await stage.get("/3000000")
            #expect(answer.fields["x-cache"] == "Hit from terrace")
            #expect(answer.body == Self.body(Self.large, "/3000000"))
        }
    }

    @Test func whatACrashLeftIsGoneAtTheNextStart() async throws {
        try await withTemporaryFolder { folder in
            for name in ["1.object", "7.part", "README"] {
                try Data(repeating: 1, count: 10).write(to: folder.appending(path: name))
            }
            _ = try ObjectFolder(folder) { _ in }
            #expect(files(folder) == ["README"])
        }
    }

    @Test("Four bodies are written at once; what comes beside them is passed on")
    func fillsAreBounded() async throws {
        try await withTemporaryFolder { folder in
            let place = try ObjectFolder(folder) { _ in }
            let numbers = (0..<6).map { _ in place.beginFill() }
            #expect(numbers == [1, 2, 3, 4, nil, nil])
            place.fillEnded(.givenUp)
            #expect(place.beginFill() == 5)
        }
    }

    @Test("A full disk costs the copy and one line, never the answer", .enabled(if: canMount()))
    func aFullDisk() async throws {
        try await withTemporaryFolder { folder in
            let place = folder.appending(path: "disk")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            let path = place.path(percentEncoded: false)
            #expect(try await runTool(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", path]).exitCode == 0)
            let reports = Reports()
            try await Self.setting(reports, folder: place).run { stage in
                for _ in 1...3 {
                    let answer = try await stage.get("/3000000")
                    #expect(answer.body == Self.body(Self.large, "/3000000"))
                    #expect(answer.fields["x-cache"] == "Miss from terrace")
                }
                #expect(await eventually { files(place).isEmpty })
                let lines = reports.lines.withLock { $0 }
                #expect(lines.count == 1 && lines[0].contains("No space left on device"), "\(lines)")
                // There is room again.
                _ = try await stage.get("/1500000")
                #expect(await eventually { files(place).count == 1 && stage.edge.cacheCounts.objects == 1 })
                #expect(try await stage.get("/1500000").fields["x-cache"] == "Hit from terrace")
                #expect(reports.lines.withLock { $0.count } == 2)
                #expect(stage.edge.invalidate(.everything) == 1)
            }
            // The last file's descriptor is closed by then, or soon.
            var unmounted = false
            unmounted = try await eventually { try await runTool(["umount", path]).exitCode == 0 }
            #expect(unmounted)
        }
    }
}

/// Root in a container may not be allowed to.
private func canMount() -> Bool {
    let tried = Process()
    tried.executableURL = URL(filePath: "/usr/bin/env")
    tried.arguments = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    tried.standardError = FileHandle.nullDevice
    guard (try? tried.run()) != nil else { return false }
    tried.waitUntilExit()
    return tried.terminationStatus == 0
}
