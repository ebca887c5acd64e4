import Foundation
import NIOCore
import NIOPosix
package import Plans
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Asks a running supervisor over its control socket: one connection for each call.
package struct ControlClient: Sendable {
    package let path: String
    /// How long the supervisor may take to greet.
    package var patience: Duration

    package init(path: String, patience: Duration = .seconds(5)) {
        self.path = path
        self.patience = patience
    }

    /// Nobody listens on the socket.
    package struct NotRunning: Error {}

    /// Calls `receive` for every answer before `done`; throws the report of `failed`.
    package func call(_ request: ControlRequest, _ receive: (ControlAnswer) async throws -> Void) async throws {
        try await call(request, sent: {}, receive)
    }

    /// - Parameter sent: is called when the supervisor has the request: what it asks for happens from then on.
    private func call(
        _ request: ControlRequest, sent: () -> Void, _ receive: (ControlAnswer) async throws -> Void
    ) async throws {
        let connection = try await connect()
        try await connection.executeThenClose { inbound, outbound in
            let writer = LineWriter(channel: connection.channel, outbound: outbound, deadline: TimeAmount(patience))
            var lines = inbound.makeAsyncIterator()
            try await greet(&lines, connection.channel)
            try await writer.write(ControlCall(request))
            sent()
            while let line = try await lines.next() {
                switch try ControlClient.answer(in: ControlClient.whole(line)) {
                case .done: return
                case .failed(let report): throw report
                case let answer: try await receive(answer)
                }
            }
            try Task.checkCancellation()
            throw Report("the supervisor went away before it had answered")
        }
    }

    /// Only listens for the greeting: whether somebody is there who can be talked to.
    package func greet() async throws {
        let connection = try await connect()
        try await connection.executeThenClose { inbound, _ in
            var lines = inbound.makeAsyncIterator()
            try await greet(&lines, connection.channel)
        }
    }

    private func connect() async throws -> LineChannel {
        do {
            return try await ClientBootstrap(group: NIOSingletons.posixEventLoopGroup)
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture { try LineDecoder.wrap(channel, limit: 16 << 20) }
                }
        } catch let error as IOError where error.errnoCode == ENOENT || error.errnoCode == ECONNREFUSED {
            throw NotRunning()
        } catch let error as IOError where error.errnoCode == EACCES {
            throw Report("this stack belongs to another user", next: "run the same command as that user, or as root")
        } catch {
            throw Report("cannot reach the supervisor at \(path): \(error)")
        }
    }

    private func greet(
        _ lines: inout ReceivedLines, _ channel: any Channel
    ) async throws {
        let cut = channel.eventLoop.scheduleTask(in: TimeAmount(patience)) { channel.close(promise: nil) }
        defer { cut.cancel() }
        guard let line = try await lines.next().map(ControlClient.whole) else {
            throw Report(
                "the supervisor does not answer", expected: "a greeting on \(path) within \(patience)",
                next: "`terrace down`; when that does not help either, end its process")
        }
        if let greeting = try? JSONDecoder().decode(ControlGreeting.self, line: line) {
            try ControlClient.check(greeting)
        } else if case .failed(let report) = try ControlClient.answer(in: line) {
            throw report
        }
    }

    static func check(_ greeting: ControlGreeting) throws(Report) {
        guard greeting.protocolVersion != ControlProtocol.version else { return }
        throw Report(
            "the running supervisor is terrace \(greeting.productVersion), this is terrace \(ProductVersion.current): "
                + "they do not understand each other",
            expected: "version \(ControlProtocol.version) of the control protocol, not \(greeting.protocolVersion)",
            next: "stop the stack with the terrace that started it, then start it with this one")
    }

    private static func whole(_ line: ReceivedLine) throws(Report) -> ByteBuffer {
        switch line {
        case .line(let line): return line
        case .tooLong(let limit): throw Report("the supervisor's answer is longer than \(ByteCount(bytes: limit))")
        }
    }

    private static func answer(in line: ByteBuffer) throws(Report) -> ControlAnswer {
        do {
            return try JSONDecoder().decode(ControlAnswer.self, line: line)
        } catch {
            throw Report("the supervisor's answer makes no sense: \(error)")
        }
    }
}

/// The calls by name.
extension ControlClient {
    package func status() async throws -> StackStatus {
        try await single(.status) { if case .status(let status) = $0 { status } else { nil } }
    }

    package func plan(_ manifest: ManifestText) async throws -> Plan {
        try await single(.plan(manifest)) { if case .plan(let plan) = $0 { plan } else { nil } }
    }

    package func databaseEndpoints() async throws -> DatabaseEndpoints {
        try await single(.databaseEndpoints) { if case .endpoints(let endpoints) = $0 { endpoints } else { nil } }
    }

    package func databaseCredentials() async throws -> DatabaseCredentials {
        try await single(.databaseCredentials) { if case .credentials(let found) = $0 { found } else { nil } }
    }

    package func invalidate(_ pattern: String) async throws -> Int {
        try await single(.invalidate(pattern)) { if case .invalidated(let count) = $0 { count } else { nil } }
    }

    package func inject(_ fault: Fault) async throws -> Injection {
        try await single(.inject(fault)) { if case .injected(let injection) = $0 { injection } else { nil } }
    }

    /// The supervisor goes on with it when the calling task is cancelled.
    /// - Parameter sent: is called when the supervisor has been asked.
    package func database(_ order: DatabaseOrder, sent: () -> Void = {}) async throws -> DatabaseReply {
        try await single(.database(order), sent: sent) { if case .database(let reply) = $0 { reply } else { nil } }
    }

    package func mend() async throws { try await call(.mend) { _ in } }

    /// Runs `body` within a drill; when it has ended, the supervisor mends what is still broken.
    package func drill<Value: Sendable>(_ name: String, _ body: () async throws -> Value) async throws -> Value {
        var value: Value?
        do {
            try await call(.drill(name)) { answer in
                guard case .drillBegun = answer else { return }
                value = try await body()
                throw HungUp()
            }
        } catch is HungUp {}
        guard let value else { throw Report("the supervisor ended the drill \(name)") }
        return value
    }

    /// This end closes the connection: all that it wanted has been said.
    private struct HungUp: Error {}

    /// As `deploy`.
    package func apply(_ manifest: ManifestText, sent: () -> Void = {}, progress: (String) -> Void) async throws {
        try await call(.apply(manifest), sent: sent) { if case .progress(let step) = $0 { progress(step) } }
    }

    /// The supervisor goes on with it when the calling task is cancelled.
    /// - Parameter sent: is called when the supervisor has been asked.
    package func deploy(
        _ manifest: ManifestText, service: String?, sent: () -> Void = {}, progress: (String) -> Void
    ) async throws -> [DeployedRelease] {
        try await deployed(.deploy(manifest, service: service), sent, progress)
    }

    /// As `deploy`.
    package func rollBack(
        service: String?, to number: Int?, sent: () -> Void = {}, progress: (String) -> Void
    ) async throws -> [DeployedRelease] {
        try await deployed(.rollBack(service: service, to: number), sent, progress)
    }

    private func deployed(
        _ request: ControlRequest, _ sent: () -> Void, _ progress: (String) -> Void
    ) async throws -> [DeployedRelease] {
        var deployed: [DeployedRelease] = []
        try await call(request, sent: sent) { answer in
            switch answer {
            case .progress(let step): progress(step)
            case .deployed(let all): deployed = all
            default: break
            }
        }
        return deployed
    }

    package func releases(service: String?) async throws -> [ReleaseList] {
        try await single(.releases(service: service)) { if case .releases(let lists) = $0 { lists } else { nil } }
    }

    package func scale(_ service: String?, _ order: ScaleOrder) async throws -> [ScaleState] {
        try await single(.scale(service: service, order)) { if case .scaled(let states) = $0 { states } else { nil } }
    }

    package func run(_ service: String, _ words: [String], each: (LogLine) -> Void) async throws -> TaskEnd {
        var end: TaskEnd?
        try await call(.run(service: service, words: words)) { answer in
            switch answer {
            case .line(let line): each(line)
            case .ended(let process, let overrun): end = TaskEnd(process, overrun: overrun)
            default: break
            }
        }
        guard let end else { throw Report("the supervisor did not say how the command ended") }
        return end
    }

    package func runJob(_ name: String, each: (LogLine) -> Void) async throws -> JobRun {
        var run: JobRun?
        try await call(.runJob(name)) { answer in
            switch answer {
            case .line(let line): each(line)
            case .jobEnded(let ended): run = ended
            default: break
            }
        }
        guard let run else { throw Report("the supervisor did not say how the job ended") }
        return run
    }

    package func exec(_ service: String, task: Int?, _ words: [String]) async throws -> TaskProgram {
        try await single(.exec(service: service, task: task, words: words)) {
            if case .program(let program) = $0 { program } else { nil }
        }
    }

    /// - Parameter unreadable: is told, before the first line, of each file whose lines are missing.
    package func logs(
        _ query: LogQuery, unreadable: (UnreadableLog) -> Void, each: (LogLine) -> Void
    ) async throws {
        try await call(.logs(query)) {
            switch $0 {
            case .line(let line): each(line)
            case .unreadable(let file): unreadable(file)
            default: break
            }
        }
    }

    package func events(each: (StackEvent) -> Void) async throws {
        try await call(.events) { if case .event(let event) = $0 { each(event) } }
    }

    package func stop(each: (StackEvent) -> Void) async throws {
        try await call(.stop) { if case .event(let event) = $0 { each(event) } }
    }

    private func single<Value>(
        _ request: ControlRequest, sent: () -> Void = {}, _ take: (ControlAnswer) -> Value?
    ) async throws -> Value {
        var found: Value?
        try await call(request, sent: sent) { found = take($0) ?? found }
        guard let found else { throw Report("the supervisor answered nothing") }
        return found
    }
}
