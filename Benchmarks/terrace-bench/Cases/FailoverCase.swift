import Foundation

/// The writer dies or hangs while an application writes.
enum FailoverCase: BenchmarkCase {
    static let name = "failover"
    private static let (kills, hangs) = (20, 5)
    /// How long the reader hears nothing before the writer dies.
    private static let lag = Duration.milliseconds(400)

    static func run(_ report: BenchReport) throws {
        var (byExit, byProbe) = (Series(), Series())
        var (rows, lost) = (0, 0)
        try Workspace.with { workspace in
            let stack = try BenchStack.guestbook(workspace)
            try stack.whileUp {
                let client = try InsertingClient(stack.databaseEnvironment())
                client.start()
                for _ in 0..<kills { byExit.values.append(try killWriter(stack, client)) }
                for _ in 0..<hangs { byProbe.values.append(try hangWriter(stack, client)) }
                _ = try healthy(stack)
                client.stop()
                rows = client.acknowledgedCount
                lost = try client.lostRows()
            }
        }
        report.title("Writer lost while an application writes")
        report.table(
            ["event", "min / median / max", "target"],
            [
                ["writer killed → first accepted write", byExit.text(digits: 0, unit: "ms"), "300 ms"],
                ["writer hangs (SIGSTOP) → first accepted write", byProbe.text(digits: 0, unit: "ms"), "1000 ms"],
                ["acknowledged rows lost, of \(rows)", "**\(lost)**", "0"],
            ])
        report.method(
            """
            \(kills) times the writer was killed with SIGKILL after its reader had been kept from receiving for \
            \(Int(lag.milliseconds)) ms, \(hangs) times the writer and all its processes were stopped. A libpq client inserts one \
            row after the other through the writer's endpoint and connects again when it fails.
            """)
    }

    private static func killWriter(_ stack: BenchStack, _ client: InsertingClient) throws -> Double {
        let (writer, reader) = try healthy(stack)
        guard let receiver = ProcessFigures.descendant(of: reader, named: "walreceiver") else {
            throw BenchFailure("the reader receives nothing")
        }
        try waitForWrites(client)
        kill(receiver, SIGSTOP)
        usleep(UInt32(lag.seconds * 1e6))
        let moment = ContinuousClock.now
        kill(writer, SIGKILL)
        kill(receiver, SIGCONT)
        return try millisecondsUntilWrite(client, after: moment)
    }

    private static func hangWriter(_ stack: BenchStack, _ client: InsertingClient) throws -> Double {
        let (writer, _) = try healthy(stack)
        try waitForWrites(client)
        let all = [writer] + ProcessFigures.descendants(of: writer)
        for pid in all { kill(pid, SIGSTOP) }
        return try millisecondsUntilWrite(client, after: ContinuousClock.now)
    }

    /// An answer that was already on its way is not the first write after the event.
    private static func millisecondsUntilWrite(
        _ client: InsertingClient, after moment: ContinuousClock.Instant
    ) throws -> Double {
        let first = try Patience.until("a write after the event", every: .microseconds(200)) {
            client.moment(after: moment + .milliseconds(10))
        }
        let needed = (first - moment).milliseconds
        say("first accepted write after \(needed.text(digits: 0)) ms")
        return needed
    }

    private static func waitForWrites(_ client: InsertingClient) throws {
        let count = client.acknowledgedCount
        try Patience.until("writes") { client.acknowledgedCount > count + 100 ? () : nil }
    }

    /// Writer and reader, when commits wait for the reader again.
    private static func healthy(_ stack: BenchStack) throws -> (writer: Int32, reader: Int32) {
        try Patience.until("a synchronous reader", every: .milliseconds(50)) {
            guard let database = try stack.status().database, database.synchronous else { return nil }
            func pid(_ role: String) -> Int32? { database.servers.first { $0.role == role }?.pid }
            guard let writer = pid("writer"), let reader = pid("reader") else { return nil }
            return (writer, reader)
        }
    }
}
