import Foundation

/// What the firewall costs: answers out of the cache with the rules on and off, and how much later a harmless request that
/// was never seen is answered.
enum FirewallCase: BenchmarkCase {
    static let name = "firewall"
    private static let rounds = 3
    private static let seconds = 5
    /// So many different targets are asked for once, one after the other.
    private static let firstSeen = 2000

    private struct Side {
        var name: String
        var firewall: String
        var cached = Series()
        var cost = Series()
        /// Milliseconds, sorted.
        var latencies: [Double] = []
    }

    static func run(_ report: BenchReport) throws {
        var sides = [
            Side(name: "on", firewall: "{ rate-limit: none }"),
            Side(name: "off", firewall: "{ rules: [], rate-limit: none }"),
        ]
        try Workspace.with { on in
            try Workspace.with { off in
                let stacks = [try stack(on, sides[0].firewall), try stack(off, sides[1].firewall)]
                try stacks[0].whileUp(prefix: ["taskset", "-c", "0"]) {
                    try stacks[1].whileUp(prefix: ["taskset", "-c", "0"]) {
                        for round in 0..<rounds {
                            for index in sides.indices { try measure(stacks[index], &sides[index], round) }
                        }
                    }
                }
            }
        }
        write(sides, report)
    }

    private static func stack(_ workspace: Workspace, _ firewall: String) throws -> BenchStack {
        let services = """
              web:
                image: .
                command: \(try Nginx.originCommand(workspace))
                port: 3000
                health: /health
                tasks: { min: 1 }
            """
        return try BenchStack(workspace, services: services, extra: "", firewall: firewall)
    }

    private static func measure(_ stack: BenchStack, _ side: inout Side, _ round: Int) throws {
        let path = "/cached/object"
        try stack.waitForAnswer(path)
        let supervisor = try stack.status().supervisor
        let before = ProcessFigures.processorTime([supervisor])
        let load = LoadRun.wrk(stack.url + path, connections: 64, seconds: seconds)
        let run = try LoadRun(wrk: try Program.run(["taskset", "-c", "1"] + load).output)
        guard run.failures == 0 else { throw BenchFailure("\(run.failures) answers were no 200") }
        side.cached.values.append(run.requestsPerSecond)
        side.cost.values.append((ProcessFigures.processorTime([supervisor]) - before) * 1e6 / Double(run.requests))
        let targets = (0..<firstSeen).map { "\(stack.url)\(path)?round=\(round)&number=\($0)" }
        try stack.workspace.write(targets.joined(separator: "\n"), to: "targets")
        let log = stack.workspace.path("latencies")
        try? FileManager.default.removeItem(atPath: log)
        _ = try Program.run([
            "taskset", "-c", "1", "h2load", "-c1", "-m1", "-n\(firstSeen)",
            "--input-file=\(stack.workspace.path("targets"))",
            "--log-file=\(log)",
        ])
        // Start, status and microseconds of each request.
        side.latencies += try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").compactMap {
            $0.split(separator: "\t").last.flatMap { Double($0) }.map { $0 / 1000 }
        }
        side.latencies.sort()
    }

    private static func write(_ sides: [Side], _ report: BenchReport) {
        report.title("The firewall, one core each for server and load")
        func latency(_ side: Side, _ share: Double) -> Double {
            side.latencies.isEmpty
                ? .nan : side.latencies[min(side.latencies.count - 1, Int(Double(side.latencies.count) * share))]
        }
        let rows = sides.map { side in
            [
                side.name, side.cached.text(digits: 0, unit: ""), side.cost.text(digits: 1, unit: ""),
                "\(latency(side, 0.5).text(digits: 2)) / \(latency(side, 0.99).text(digits: 2)) ms",
            ]
        }
        report.table(["rules", "cached hits/s, the same request", "CPU µs a request", "never seen: p50 / p99"], rows)
        let share = sides[0].cached.median / sides[1].cached.median
        let added = latency(sides[0], 0.99) - latency(sides[1], 0.99)
        report.method(
            """
            \(rounds) rounds in turns, both stacks on core 0. Hits: `wrk -t1 -c64 -d\(seconds)s` over TLS 1.3; on/off = \(share.text(digits: 2)). \
            Never seen: `h2load -c1 -m1` over \(firstSeen) different targets a round; added at p99: \(added.text(digits: 2)) ms.
            """)
    }
}
