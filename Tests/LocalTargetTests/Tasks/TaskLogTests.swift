import Foundation
import Processes
import TestKit
import Testing

@testable import LocalTarget

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct TaskLogTests {
    @Test(arguments: [0, 1, 951_782_399_999, 951_782_400_000, 1_764_000_000_123, 4_102_444_799_999])
    func timesAreWrittenAndRead(milliseconds: Int) throws {
        let text = LogTime(milliseconds: milliseconds).text
        #expect(LogTime(text: text) == LogTime(milliseconds: milliseconds))
        let formatted = Date(timeIntervalSince1970: (Double(milliseconds) + 0.4) / 1000)
            .formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
        #expect(String(decoding: text, as: UTF8.self).dropLast() == formatted.prefix(23))
    }

    private func split(_ chunks: [String], finish: Bool = true) -> [String] {
        var splitter = LineSplitter()
        var lines: [String] = []
        for chunk in chunks {
            Array(chunk.utf8).withUnsafeBytes {
                splitter.take($0) { lines.append(String(decoding: $0, as: UTF8.self)) }
            }
        }
        if finish { splitter.finish { lines.append(String(decoding: $0, as: UTF8.self)) } }
        return lines
    }

    @Test(arguments: [
        (["a\nb\n"], ["a", "b"]), (["a", "b", "\nc"], ["ab", "c"]), (["a\r\nb"], ["a", "b"]), (["\n\n"], ["", ""]),
        ([""], []), (["tail"], ["tail"]),
    ])
    func linesAreCutAtTheirEnds(chunks: [String], lines: [String]) { #expect(split(chunks) == lines) }

    @Test func endlessLineIsCutAndCounted() {
        let line = String(repeating: "x", count: LineSplitter.limit)
        #expect(split([line, "yy", "z\nnext\n"]) == [line + " … 3 bytes cut", "next"])
    }

    @Test func filesRotateAndTheReaderSeesThemInOrder() async throws {
        try await withTemporaryFolder { folder in
            var file = LogFile(folder: folder.path(percentEncoded: false), service: "web", fileBytes: 500)
            for number in 0..<90 {
                let text = String(decoding: LogTime(milliseconds: number).text, as: UTF8.self)
                file.append(Array("\(text) web.1 out line \(number)\n".utf8), lines: 1)
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)).sorted()
            #expect(names == ["web.log", "web.log.1", "web.log.2", "web.log.3", "web.log.4"])
            let lines = Array(LogReader(folder: folder).lines())
            #expect(lines.last?.text == "line 89")
            #expect(lines.map(\.text) == (90 - lines.count..<90).map { "line \($0)" })
            let since = LogReader(folder: folder).lines(since: Date(timeIntervalSince1970: 0.080))
            #expect(since.map(\.text) == (80..<90).map { "line \($0)" })
        }
    }

    @Test func fullDiskDropsCountsAndSaysSo() async throws {
        try await withTemporaryFolder { folder in
            // A folder that is not there stands for every reason why a file cannot be written.
            let missing = folder.appending(path: "logs").path(percentEncoded: false)
            var file = LogFile(folder: missing, service: "web")
            file.append(Array("1\n2\n".utf8), lines: 2)
            try FileManager.default.createDirectory(atPath: missing, withIntermediateDirectories: true)
            file.append(Array("\(String(decoding: LogTime.now.text, as: UTF8.self)) web.1 out back\n".utf8), lines: 1)
            let lines = LogReader(folder: URL(filePath: missing)).lines().map { "\($0.stream) \($0.text)" }
            #expect(lines == ["note 2 lines were lost: No such file or directory", "out back"])
        }
    }

    @Test func servicesAreMergedByTime() async throws {
        try await withTemporaryFolder { folder in
            for (service, times) in [("web", [1, 3, 5]), ("worker", [2, 4])] {
                var file = LogFile(folder: folder.path(percentEncoded: false), service: service)
                for time in times {
                    let text = String(decoding: LogTime(milliseconds: time).text, as: UTF8.self)
                    file.append(Array("\(text) \(service).1 out \(time)\n".utf8), lines: 1)
                }
            }
            let reader = LogReader(folder: folder)
            #expect(reader.lines().map(\.text) == ["1", "2", "3", "4", "5"])
            #expect(reader.lines(services: ["worker"]).map(\.text) == ["2", "4"])
            #expect(reader.services() == ["web", "worker"])
        }
    }

    @Test func followerSeesEveryLineAcrossRotations() async throws {
        try await withTemporaryFolder { folder in
            let stream = LogReader(folder: folder).follow()
            let writer = Task {
                var file = LogFile(folder: folder.path(percentEncoded: false), service: "web", fileBytes: 3000)
                for number in 0..<300 {
                    let text = String(decoding: LogTime.now.text, as: UTF8.self)
                    file.append(Array("\(text) web.1 out \(number)\n".utf8), lines: 1)
                    if number % 30 == 29 { try await Task.sleep(for: .milliseconds(20)) }
                }
            }
            var seen: [String] = []
            for await line in stream {
                seen.append(line.text)
                if seen.count == 300 { break }
            }
            try await writer.value
            #expect(seen == (0..<300).map(String.init))
        }
    }

    @Test func floodingChildIsReadWithoutLossOrGrowth() async throws {
        try await withTemporaryFolder { folder in
            let collector = try LogCollector(folder: folder.path(percentEncoded: false), fileBytes: 64 << 20)
            let pipe = try #require(OutputPipe())
            let output = TaskOutput(streams: 1)
            let child = try ChildProcess.spawn(
                .init(
                    executable: "/bin/sh", arguments: ["-c", "seq 1 200000; printf 'no line end'"],
                    environment: ["PATH": "/usr/bin:/bin"], standardOutput: pipe.writeEnd))
            pipe.closeWriteEnd()
            collector.attach(pipe, service: "web", task: "web.1", stream: .out, output: output)
            _ = await child.waitForExit()
            await output.complete(within: .seconds(20))
            await collector.close()
            let lines = LogReader(folder: folder).lines()
            var count = 0
            for line in lines { count += line.text == String(count + 1) ? 1 : 0 }
            #expect(count == 200_000)
            #expect(output.tail.last == "no line end")
            #expect(output.tail.count == TaskOutput.tailLines)
        }
    }
}
