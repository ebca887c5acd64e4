import Foundation

/// How long `up --detach` takes until the example answers through the edge.
enum StartCase: BenchmarkCase {
    static let name = "start"
    private static let runs = 5

    static func run(_ report: BenchReport) throws {
        var (empty, existing, killed) = (Series(), Series(), Series())
        for _ in 0..<runs {
            try Workspace.with { workspace in
                let stack = try BenchStack.guestbook(workspace)
                defer { stack.down() }
                empty.values.append(try secondsUntilAnswer(stack))
                stack.down()
                existing.values.append(try secondsUntilAnswer(stack))
                kill(try stack.status().supervisor, SIGKILL)
                killed.values.append(try secondsUntilAnswer(stack))
            }
        }
        report.title("From `up` to the first 200 through the edge")
        report.table(
            ["start", "min / median / max", "target"],
            [
                ["`up --detach` from an empty folder", empty.text(digits: 2, unit: "s"), "5 s"],
                ["`up --detach` with existing data", existing.text(digits: 2, unit: "s"), "1.5 s"],
                ["supervisor killed with SIGKILL, then `up --detach`", killed.text(digits: 2, unit: "s"), "2 s"],
            ])
        report.method(
            """
            \(runs) runs. The example with its writer, reader and two tasks; from calling `terrace up --detach` to the end of \
            the first `curl https://localhost:PORT/` that answers 200.
            """)
    }

    private static func secondsUntilAnswer(_ stack: BenchStack) throws -> Double {
        let began = ContinuousClock.now
        try stack.up()
        try stack.waitForAnswer()
        return (ContinuousClock.now - began).seconds
    }
}
