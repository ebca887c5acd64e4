import Foundation

/// What the supervisor needs while nothing happens.
enum IdleCase: BenchmarkCase {
    static let name = "idle"
    private static let seconds = 10

    static func run(_ report: BenchReport) throws {
        var rows: [[String]] = []
        try Workspace.with { workspace in
            let stack = try BenchStack.guestbook(workspace)
            try stack.whileUp {
                try stack.waitForAnswer()
                let pid = try stack.status().supervisor
                usleep(2_000_000)
                let before = ProcessFigures.processorTime([pid])
                usleep(UInt32(seconds) * 1_000_000)
                let used = (ProcessFigures.processorTime([pid]) - before) / Double(seconds)
                func megabytes(_ line: String, _ file: String = "status") -> String {
                    ProcessFigures.megabytes(line, of: pid, in: file).text(digits: 1) + " MB"
                }
                rows = [
                    ["resident memory", "**\(megabytes("VmRSS"))**", "60 MB"],
                    ["– of it the program's own pages (anonymous)", megabytes("RssAnon"), "–"],
                    ["– of it mapped files, shared with every `terrace` (code)", megabytes("RssFile"), "–"],
                    ["proportional share (PSS)", megabytes("Pss", "smaps_rollup"), "–"],
                    ["processor time", "\((used * 100).text(digits: 2)) % of one core", "–"],
                ]
                let peak = try connected(stack, pid)
                rows.append(["resident memory with \(connections) idle TLS connections", peak, "–"])
            }
        }
        report.title("The supervisor at rest")
        report.table(["figure", "value", "target"], rows)
        report.method("The example is up with its database and two tasks; \(seconds) s without a request.")
    }

    private static let connections = 5_000

    /// Each connection has had one answer and waits.
    private static func connected(_ stack: BenchStack, _ pid: Int32) throws -> String {
        var memory = 0.0
        let load = [
            "h2load", "-t1", "--h1", "-c\(connections)", "-n\(connections * 2)", "--rps=0.05",
            stack.url + "/static/logo.svg",
        ]
        let process = try Program.start(load)
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        for _ in 0..<40 {
            usleep(250_000)
            memory = max(memory, ProcessFigures.megabytes("VmRSS", of: pid, in: "status"))
        }
        return memory.text(digits: 1) + " MB"
    }
}
