import Foundation

/// What users notice when tasks end.
enum TaskLossCase: BenchmarkCase {
    static let name = "tasks"
    private static let (kills, changes) = (10, 5)

    static func run(_ report: BenchReport) throws {
        var between = (requests: 0, failures: 0)
        var rolling = (requests: 0, failures: 0)
        var killed = (requests: 0, failures: 0)
        try Workspace.with { workspace in
            let stack = try BenchStack.guestbook(workspace)
            try stack.whileUp {
                for _ in 0..<kills {
                    let victim = try healthyTasks(stack)
                    kill(victim, SIGKILL)
                    for _ in 0..<20 {
                        between.requests += 1
                        if stack.get() != 200 { between.failures += 1 }
                    }
                }
                for round in 1...changes {
                    _ = try healthyTasks(stack)
                    try stack.writeManifest(round: round)
                    let load = LoadRun.wrk(stack.url + "/", connections: 8, seconds: 6)
                    let counted = try LoadRun(
                        wrk: Program.run(load) {
                            usleep(500_000)
                            try stack.up()
                        })
                    rolling.requests += counted.requests
                    rolling.failures += counted.failures
                }
                for _ in 0..<changes {
                    let victim = try healthyTasks(stack)
                    let load = LoadRun.wrk(stack.url + "/", connections: 8, seconds: 3)
                    let counted = try LoadRun(
                        wrk: Program.run(load) {
                            usleep(1_000_000)
                            kill(victim, SIGKILL)
                        })
                    killed.requests += counted.requests
                    killed.failures += counted.failures
                }
            }
        }
        func row(_ event: String, _ figure: (requests: Int, failures: Int), _ target: String) -> [String] {
            [event, "**\(figure.failures)** of \(figure.requests)", target]
        }
        report.title("Failed requests when tasks end")
        report.table(
            ["event", "failed requests", "target"],
            [
                row("one of two tasks killed between requests, \(kills) times", between, "0"),
                row("every task replaced by `up` under load, \(changes) times", rolling, "0"),
                row("one of two tasks killed under load, \(changes) times", killed, "–"),
            ])
        report.method(
            """
            GET / of the example, which reads the database. Between requests: SIGKILL and at once 20 requests by curl. Under \
            load: `wrk -t1 -c8`; what a killed task was just answering cannot be asked again when its answer had begun.
            """)
    }

    /// A task to be ended, when all of them are healthy.
    private static func healthyTasks(_ stack: BenchStack) throws -> Int32 {
        try Patience.until("healthy tasks", every: .milliseconds(50)) {
            let tasks = try stack.status().services.flatMap(\.tasks)
            guard tasks.count == 2, tasks.allSatisfy({ $0.state == "healthy" }) else { return nil }
            return tasks.first?.pid
        }
    }
}
