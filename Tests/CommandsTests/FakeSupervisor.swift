import Foundation
import LocalTarget
import Plans
import Stacks
import Synchronization

/// A stack without anything behind it: answers what the test gave it and remembers what it was asked.
final class FakeSupervisor: StackSupervisor {
    struct Memory {
        var applied: [Stack] = []
        var asked: [LogQuery] = []
        var stops = 0
        var isStopped = false
        var waiters: [CheckedContinuation<Void, Never>] = []
        var eventFeeds: [AsyncStream<StackEvent>.Continuation] = []
        var endedEventStreams = 0
        var deployments = 0
        var orders: [DatabaseOrder] = []
    }

    let answer: StackStatus
    let changes: Int
    let needsRestart: Bool
    let log: [LogLine]
    let unreadable: [UnreadableLog]
    /// Whether nothing comes after what is there, as when the stack stops.
    let endsLogs: Bool
    /// Whether deployments, other changes and orders to the database last until the stack stops.
    let deploysForLong: Bool
    let credentials: DatabaseCredentials?
    let startFailure: Report?
    let applyFailure: Report?
    private let memory = Mutex(Memory())

    init(
        status: StackStatus = Samples.ready, changes: Int = 0, needsRestart: Bool = false, log: [LogLine] = [],
        unreadable: [UnreadableLog] = [], endsLogs: Bool = false, deploysForLong: Bool = false,
        credentials: DatabaseCredentials? = Samples.credentials, startFailure: Report? = nil,
        applyFailure: Report? = nil
    ) {
        answer = status
        self.changes = changes
        self.needsRestart = needsRestart
        self.log = log
        self.unreadable = unreadable
        self.endsLogs = endsLogs
        self.deploysForLong = deploysForLong
        self.credentials = credentials
        self.startFailure = startFailure
        self.applyFailure = applyFailure
    }

    var applied: [Stack] { memory.withLock { $0.applied } }
    var asked: [LogQuery] { memory.withLock { $0.asked } }
    var deployments: Int { memory.withLock { $0.deployments } }
    var orders: [DatabaseOrder] { memory.withLock { $0.orders } }
    var stops: Int { memory.withLock { $0.stops } }
    var openEventStreams: Int { memory.withLock { $0.eventFeeds.count - $0.endedEventStreams } }

    func tell(_ event: StackEvent) {
        for feed in memory.withLock({ $0.eventFeeds }) { feed.yield(event) }
    }

    func status() async -> StackStatus { answer }

    func plan(_ stack: Stack) async throws -> Plan {
        Samples.plan(changes: changes, effect: needsRestart ? .restart : .live)
    }

    func apply(
        _ stack: Stack, manifest: [ManifestSource], progress: @escaping @Sendable (String) -> Void
    ) async throws {
        for step in 1...3 { progress("step \(step)") }
        if deploysForLong { await waitUntilStopped() }
        if let applyFailure { throw applyFailure }
        memory.withLock { $0.applied.append(stack) }
    }

    func logs(_ query: LogQuery) async throws -> LogAnswer {
        memory.withLock { $0.asked.append(query) }
        let lines = AsyncStream { feed in
            for line in log { feed.yield(line) }
            if !query.follow || endsLogs { feed.finish() }
        }
        return LogAnswer(lines: lines, unreadable: unreadable)
    }

    func databaseEndpoints() async throws -> DatabaseEndpoints {
        guard credentials != nil else { throw noDatabase }
        return DatabaseEndpoints(writer: .init(port: 54_301), reader: .init(port: 54_302))
    }

    func deploy(
        _ stack: Stack, service: String?, progress: @escaping @Sendable (String) -> Void
    ) async throws -> [DeployedRelease] {
        progress("web.3: healthy")
        if deploysForLong { await waitUntilStopped() }
        memory.withLock { $0.deployments += 1 }
        if let applyFailure { throw applyFailure }
        return [DeployedRelease(service: service ?? "web", before: 1, now: changes > 0 ? 2 : 1)]
    }

    func rollBack(
        service: String?, to number: Int?, progress: @escaping @Sendable (String) -> Void
    ) async throws -> [DeployedRelease] {
        progress("web.3: healthy")
        if deploysForLong { await waitUntilStopped() }
        return [DeployedRelease(service: service ?? "web", before: 2, now: number ?? 1)]
    }

    func releases(service: String?) async throws -> [ReleaseList] { [Samples.releases].compactMap { $0 } }

    func scale(_ service: String?, _ order: ScaleOrder) async throws -> [ScaleState] {
        [
            ScaleState(
                service: service ?? "web", tasks: order.tasks ?? 2, min: order.min ?? 2, max: order.max ?? 10,
                isOwn: order.min != nil, heldUntil: order.hold.map { Samples.now.addingTimeInterval($0) },
                scalesOn: ["cpu 60 per cent"])
        ]
    }

    func run(
        _ service: String, _ words: [String], each: @escaping @Sendable (LogLine) -> Void
    ) async throws -> TaskEnd {
        each(LogLine(time: Samples.now, task: "\(service).run-1", stream: .out, text: words.joined(separator: " ")))
        each(LogLine(time: Samples.now, task: "\(service).run-1", stream: .err, text: "beside"))
        switch words.first {
        case "kill": return TaskEnd(.signal(9))
        case "eat": return TaskEnd(.signal(9), overrun: "was killed for using more than its 512 MiB")
        default: return TaskEnd(.code(words.count - 1))
        }
    }

    func runJob(_ name: String, each: @escaping @Sendable (LogLine) -> Void) async throws -> JobRun {
        guard let run = Samples.jobs.first(where: { $0.name == name })?.last else {
            throw Report("there is no job \(name)")
        }
        each(LogLine(time: Samples.now, task: "web.job-\(name)", stream: .out, text: "tidied"))
        return run
    }

    func exec(_ service: String, task: Int?, _ words: [String]) async throws -> TaskProgram {
        TaskProgram(
            task: "\(service).\(task ?? 1)", executable: "/bin/\(words[0])", arguments: Array(words.dropFirst()),
            environment: ["PORT": "20001", "PGPASSWORD": "swordfish"], folder: "/srv/shop", user: 1234)
    }

    func invalidate(_ pattern: String) async throws -> Int { pattern == "/static/*" ? 3 : 0 }

    func databaseCredentials() async throws -> DatabaseCredentials {
        guard let credentials else { throw noDatabase }
        return credentials
    }

    private var noDatabase: Report { Report("shop has no database", next: "add `database: {}` to the manifest") }

    func events() async -> AsyncStream<StackEvent> {
        let (events, feed) = AsyncStream.makeStream(of: StackEvent.self, bufferingPolicy: .bufferingNewest(64))
        feed.onTermination = { [weak self] _ in self?.memory.withLock { $0.endedEventStreams += 1 } }
        memory.withLock { $0.eventFeeds.append(feed) }
        return events
    }

    func newEvents() async -> AsyncStream<StackEvent> { await events() }

    func holdDrill(_ name: String, begun: @escaping @Sendable () async throws -> Void) async throws {
        throw Report("shop has nothing to break")
    }
    func inject(_ fault: Fault) async throws -> Injection { throw Report("shop has nothing to break") }
    func mend() async {}
    func database(_ order: DatabaseOrder) async throws -> DatabaseReply {
        guard credentials != nil else { throw noDatabase }
        memory.withLock { $0.orders.append(order) }
        if deploysForLong {
            await waitUntilStopped()
            memory.withLock { $0.deployments += 1 }
        }
        switch order {
        case .rotate: return .role("shop_alternate")
        case .restoreInPlace(let moment):
            var done = RestoredData(
                moment: moment, until: moment.addingTimeInterval(900.25), kept: Samples.keptData, seconds: 1.44,
                heldSeconds: 0.53)
            done.notes = ["web: the release command failed; `terrace logs web.run-1` shows what it wrote"]
            return .restoredInPlace(done)
        case .dropKept: return .dropped([Samples.keptData])
        default: throw Report("shop does not do that")
        }
    }

    func stop() async {
        tell(StackEvent(time: Date(), subject: "stack", message: "stopping"))
        let waiters = memory.withLock { memory in
            memory.stops += 1
            memory.isStopped = true
            defer { memory.waiters = [] }
            return memory.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func waitUntilReady() async throws {
        if let startFailure { throw startFailure }
    }

    func waitUntilStopped() async {
        await withCheckedContinuation { continuation in
            let isStopped = memory.withLock { memory in
                if !memory.isStopped { memory.waiters.append(continuation) }
                return memory.isStopped
            }
            if isStopped { continuation.resume() }
        }
    }

    func stopAtOnce() {}
}
