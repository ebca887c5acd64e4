import Foundation

/// What users notice of the drills that an audit asks for first.
enum DrillCase: BenchmarkCase {
    static let name = "drills"
    private static let runs = 3
    private static let drills = [
        ("zone", "zone lost"), ("writer", "writer lost"), ("bad-deploy", "a version that ends at once"),
        ("rotation", "password rotated"), ("restore", "restored beside it"),
    ]

    /// What is read of `terrace drill --json`.
    private struct Outcome: Decodable {
        struct Load: Decodable {
            var sent: Int
            var failed: Int
            var failedInFlight: Int
            var longestGap: Double
        }
        struct Commits: Decodable {
            var figures: Load
            var acknowledged: Int
            var lost: Int
        }
        struct Restored: Decodable {
            var missing: Int
            var tooNew: Int
            var seconds: Double
        }
        struct Observation: Decodable {
            var reads: Load
            var commits: Commits
            var recovery: Double?
            var restored: Restored?
        }
        var observation: Observation
    }

    static func run(_ report: BenchReport) throws {
        var rows: [[String]] = []
        try Workspace.with { workspace in
            let stack = try BenchStack.guestbook(workspace)
            try stack.whileUp {
                for (drill, title) in drills {
                    let seen = try (1...runs).map { _ in try hold(drill, stack) }
                    rows.append(row(title, seen))
                }
            }
        }
        report.title("Things broken on purpose: `terrace drill`")
        report.table(
            ["drill", "failed reads", "longest pause of commits", "acknowledged commits lost", "whole again after"],
            rows)
        report.method(
            """
            Each drill \(runs) times on the example, 50 requests a second through the edge and 20 commits a second through the \
            writer's endpoint, latencies from the moment that was planned. Failed reads are those that were not under way when the fault \
            came about, those that were in brackets. The largest of \(runs) is shown.
            """)
    }

    private static func hold(_ drill: String, _ stack: BenchStack) throws -> Outcome.Observation {
        try Patience.until("a whole stack", every: .milliseconds(100)) {
            let status = try stack.status()
            return status.database?.synchronous == true && status.services.flatMap(\.tasks).count == 2 ? () : nil
        }
        // It ends with 1 when the hypothesis does not hold; what was measured is told all the same.
        let text = try stack.drill(drill)
        let seen = try JSONDecoder().decode(Outcome.self, from: Data(text.utf8)).observation
        say("\(drill): \(seen.reads.failed) reads failed, commits paused \(seen.commits.figures.longestGap) s")
        return seen
    }

    private static func row(_ title: String, _ seen: [Outcome.Observation]) -> [String] {
        let failed = seen.map { $0.reads.failed - $0.reads.failedInFlight }.reduce(0, +)
        let inFlight = seen.map(\.reads.failedInFlight).reduce(0, +)
        let sent = seen.map(\.reads.sent).reduce(0, +)
        let lost = seen.map(\.commits.lost).reduce(0, +)
        let acknowledged = seen.map(\.commits.acknowledged).reduce(0, +)
        let pause = seen.map(\.commits.figures.longestGap).max() ?? 0
        let recovery = seen.map { $0.restored?.seconds ?? $0.recovery ?? .infinity }.max() ?? 0
        let copies = seen.compactMap(\.restored)
        let wrong = copies.map { $0.missing + $0.tooNew }.reduce(0, +)
        return [
            title, "**\(failed)** of \(sent) (\(inFlight))", "\((pause * 1000).text(digits: 0)) ms",
            "**\(lost)** of \(acknowledged)",
            "\(recovery.text(digits: 1)) s" + (copies.isEmpty ? "" : "; \(wrong) rows wrong"),
        ]
    }
}
