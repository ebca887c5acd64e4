import Foundation
import Provisioning
import Synchronization
import TestKit
import Testing

@testable import Commands

/// `logs --on aws` over log groups that the test writes.
struct CloudLogTests {
    private static let manifest = """
        stack: shop
        services:
          web:
            image: registry.example.com/shop:1
            port: 3000
          worker:
            image: registry.example.com/shop:1
            routes: []
        """
    /// 2026-11-30 02:00:00 UTC.
    private static let noon = 1_796_004_000_000

    private static func line(_ second: Int, _ task: String, _ text: String) -> CloudLogLine {
        CloudLogLine(id: "\(task)-\(text)", time: noon + second * 1000, task: task, text: text)
    }

    private func logs(
        _ groups: [String: [CloudLogPage?]], _ arguments: [String] = []
    ) async throws -> (code: Int32, lines: [String], errors: String) {
        let cloud = FakeCloud()
        cloud.memory.withLock {
            $0.sleepsNot = true
            $0.logs = Dictionary(groups.map { ("/terrace/shop/\($0.key)", $0.value) }) { first, _ in first }
            $0.logs["aws-waf-logs-shop"] = [CloudLogPage(lines: [], mark: nil)]
        }
        return try await withTemporaryFolder { folder in
            try writeManifest(folder, Self.manifest)
            let terminal = TestTerminal(cloud: cloud)
            let code = await terminal.run(["logs"] + arguments + ["--on", "aws"], in: folder)
            // Without the time of day.
            let lines = terminal.output.split(separator: "\n").map { $0.split(separator: " ").dropFirst() }
            return (code, lines.map { $0.joined(separator: " ") }, terminal.errors)
        }
    }

    private func page(_ lines: [CloudLogLine], mark: String? = nil) -> CloudLogPage {
        CloudLogPage(lines: lines, mark: mark)
    }

    @Test func theLinesOfAllServicesComeInTheOrderOfTime() async throws {
        let result = try await logs([
            "web": [
                page([Self.line(1, "aaaabbbbcccc", "one")], mark: "1"), page([], mark: "2"),
                page([Self.line(4, "aaaabbbbcccc", "four")]),
            ],
            "worker": [page([Self.line(2, "dddd", "two"), Self.line(3, "dddd", "three")])],
        ])
        #expect(result.code == 0, "\(result.errors)")
        #expect(
            result.lines == ["web.aaaabbbb one", "worker.dddd two", "worker.dddd three", "web.aaaabbbb four"])
    }

    @Test func aTaskATextAndARequestLeaveOthersOut() async throws {
        let lines = page([
            Self.line(1, "aaaa1", "error of 1-6925a8f2"), Self.line(2, "aaaa2", "error"),
            Self.line(3, "bbbb1", "error"),
            Self.line(4, "aaaa1", "fine"),
        ])
        #expect(try await logs(["web": [lines]], ["web.aaaa", "--filter", "error"]).lines.count == 2)
        let request = try await logs(["web": [lines], "worker": [page([])]], ["--request", "1-6925a8f2"])
        #expect(request.lines == ["web.aaaa1 error of 1-6925a8f2"])
        #expect(request.errors.contains("nothing of CloudFront's or the load balancer's in the stack's bucket yet"))
    }

    /// The fake ends the test when it has nothing left.
    @Test func whoFollowsSeesEachLineOnceAlsoOneThatComesLate() async throws {
        let (first, late, last) = (
            Self.line(5, "t", "first"), Self.line(3, "t", "late"), Self.line(9, "t", "last")
        )
        let result = try await logs(
            ["web": [page([first]), page([late, first]), page([late, first, last])]],
            ["web", "--follow", "--since", "9000d"])
        #expect(result.code == 1 && result.errors.contains("no more of /terrace/shop/web"), "\(result.errors)")
        #expect(result.lines == ["web.t first", "web.t late", "web.t last"])
    }

    @Test func whoFollowsWithoutSayingSinceWhenSeesTheLastTwentyFirst() async throws {
        let many = (0..<30).map { Self.line($0, "t", "line\($0)") }
        let result = try await logs(["web": [page(many)]], ["web", "--follow"])
        #expect(result.lines == many.suffix(20).map { "web.t \($0.text)" })
    }

    @Test func aStackWithoutLogsSaysSo() async throws {
        let result = try await logs(["web": [nil], "worker": [nil]])
        #expect(result.code == 1)
        #expect(result.errors.contains("shop has no log on aws yet"), "\(result.errors)")
        // One of two that is not there yet is no mistake.
        #expect(try await logs(["web": [page([])], "worker": [nil]]).code == 0)
    }
}
