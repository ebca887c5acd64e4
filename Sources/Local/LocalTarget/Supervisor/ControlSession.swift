import Foundation
import NIOCore
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One connection: greeting, one request, its answers.
struct ControlSession: Sendable {
    let control: any StackControl
    let stack: String
    let limits: ControlLimits
    let connection: LineChannel

    /// A client that goes away ends its session and nothing else, so there is nobody to tell of an error.
    func run(refusal: Report?) async {
        try? await connection.executeThenClose { inbound, outbound in
            let writer = LineWriter(
                channel: connection.channel, outbound: outbound, deadline: TimeAmount(limits.unread))
            var lines = inbound.makeAsyncIterator()
            let call: Result<ControlRequest, Report>
            if let refusal = try await stranger() ?? refusal {
                call = .failure(refusal)
            } else {
                try await writer.write(
                    ControlGreeting(
                        protocolVersion: ControlProtocol.version, productVersion: ProductVersion.current, stack: stack))
                guard let received = try await receive(&lines) else { return }
                call = received
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await answer(call, writer)
                    _ = writer.finish()
                }
                // Whatever else the client says is read away; its hanging up ends what is still being answered.
                while try await lines.next() != nil {}
                group.cancelAll()
            }
        }
    }

    private func stranger() async throws -> Report? {
        let user = try await ControlPeer.user(of: connection.channel)
        guard let user, ControlPeer.mayControl(peer: user, supervisor: geteuid()) else {
            return Report("this stack belongs to another user")
        }
        return nil
    }

    /// nil when the client hung up or was too slow.
    private func receive(
        _ lines: inout ReceivedLines
    ) async throws -> Result<ControlRequest, Report>? {
        let channel = connection.channel
        let cut = channel.eventLoop.scheduleTask(in: TimeAmount(limits.request)) { channel.close(promise: nil) }
        defer { cut.cancel() }
        switch try await lines.next() {
        case .line(let line): return ControlSession.request(in: line)
        case .tooLong(let limit): return .failure(Report("the request is longer than \(ByteCount(bytes: limit))"))
        case nil: return nil
        }
    }

    /// The version is read by itself first: a newer client's request may not be one of ours.
    static func request(in line: ByteBuffer) -> Result<ControlRequest, Report> {
        struct Version: Decodable { var protocolVersion: Int }
        let decoder = JSONDecoder()
        guard let version = try? decoder.decode(Version.self, line: line).protocolVersion else {
            return .failure(Report("the request is not a control message"))
        }
        guard version == ControlProtocol.version else {
            return .failure(
                Report(
                    "the client speaks version \(version) of the control protocol, this supervisor "
                        + "(terrace \(ProductVersion.current)) version \(ControlProtocol.version)",
                    next: "stop the stack with the terrace that started it, then start it with the new one"))
        }
        guard let call = try? decoder.decode(ControlCall.self, line: line) else {
            return .failure(Report("the request is not one that this supervisor knows"))
        }
        return .success(call.request)
    }

    private func answer(_ call: Result<ControlRequest, Report>, _ writer: LineWriter) async {
        do {
            try await serve(try call.get(), writer)
            try await writer.write(ControlAnswer.done)
        } catch {
            let report = error as? Report ?? Report("the supervisor failed: \(error)")
            try? await writer.write(ControlAnswer.failed(report))
        }
    }

    private func serve(_ request: ControlRequest, _ writer: LineWriter) async throws {
        func send(_ answer: ControlAnswer) async throws { try await writer.write(answer) }
        switch request {
        case .status: try await send(.status(await control.status()))
        case .plan(let text):
            try await send(.plan(try await control.plan(try stack(from: text))))
        case .apply(let text):
            let stack = try stack(from: text)
            try await change(writer) { try await control.apply(stack, manifest: text.sources, progress: $0) }
        case .deploy(let text, let service):
            let stack = try stack(from: text)
            try await send(
                .deployed(
                    try await change(writer) { try await control.deploy(stack, service: service, progress: $0) }))
        case .rollBack(let service, let number):
            try await send(
                .deployed(
                    try await change(writer) { try await control.rollBack(service: service, to: number, progress: $0) }
                ))
        case .releases(let service): try await send(.releases(try await control.releases(service: service)))
        case .logs(let query):
            let answer = try await control.logs(query)
            for file in answer.unreadable { try await send(.unreadable(file)) }
            for await line in answer.lines { try await send(.line(line)) }
        case .scale(let service, let order): try await send(.scaled(try await control.scale(service, order)))
        case .run(let service, let words):
            let end = try await withLines(writer) { try await control.run(service, words, each: $0) }
            try await send(.ended(end.process, overrun: end.overrun))
        case .runJob(let name):
            try await send(.jobEnded(try await withLines(writer) { try await control.runJob(name, each: $0) }))
        case .exec(let service, let task, let words):
            try await send(.program(try await control.exec(service, task: task, words)))
        case .databaseEndpoints: try await send(.endpoints(try await control.databaseEndpoints()))
        case .databaseCredentials: try await send(.credentials(try await control.databaseCredentials()))
        case .events: for await event in await control.events() { try await send(.event(event)) }
        case .invalidate(let pattern): try await send(.invalidated(try await control.invalidate(pattern)))
        case .drill(let name): try await control.holdDrill(name) { try await writer.write(ControlAnswer.drillBegun) }
        case .inject(let fault): try await send(.injected(try await control.inject(fault)))
        case .mend: await control.mend()
        case .database(let order): try await database(order, writer)
        case .stop: try await stop(writer)
        }
    }

    /// A client that goes away does not leave a stack half changed: the work is a task of its own.
    @discardableResult
    private func change<Result: Sendable>(
        _ writer: LineWriter, _ body: @escaping @Sendable (@escaping @Sendable (String) -> Void) async throws -> Result
    ) async throws -> Result {
        let (steps, feed) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1024))
        let work = Task {
            defer { feed.finish() }
            return try await body { feed.yield($0) }
        }
        for await step in steps { try await writer.write(ControlAnswer.progress(step)) }
        return try await work.value
    }

    /// A client that goes away ends its command. Lines wait for a reader who is slow; beyond so many the oldest are dropped, and
    /// are in the log.
    private func withLines<End: Sendable>(
        _ writer: LineWriter, _ body: (@escaping @Sendable (LogLine) -> Void) async throws -> End
    ) async throws -> End {
        let (lines, feed) = AsyncStream.makeStream(of: LogLine.self, bufferingPolicy: .bufferingNewest(10_000))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await line in lines { try await writer.write(ControlAnswer.line(line)) } }
            defer { feed.finish() }
            let end = try await body { feed.yield($0) }
            feed.finish()
            try await group.waitForAll()
            return end
        }
    }

    /// Like `apply`: a client that goes away leaves nothing half done.
    private func database(_ order: DatabaseOrder, _ writer: LineWriter) async throws {
        let work = Task { [control] in try await control.database(order) }
        try await writer.write(ControlAnswer.database(try await work.value))
    }

    /// Shows what happens while the stack stops.
    private func stop(_ writer: LineWriter) async throws {
        let events = await control.newEvents()
        let work = Task { [control] in await control.stop() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await event in events {
                    try? await writer.write(ControlAnswer.event(event))
                }
            }
            await work.value
            group.cancelAll()
        }
    }

    private func stack(from text: ManifestText) throws(Report) -> Stack {
        let result = ManifestCheck.check(text.sources, environment: text.environment)
        guard let stack = result.stack else {
            throw Report("the manifest has mistakes", manifest: result.diagnostics.render())
        }
        guard stack.fullName == self.stack else {
            throw Report(
                "this folder runs the stack \(self.stack), the manifest names \(stack.fullName)",
                next: "`terrace down` first, then `terrace up`")
        }
        return stack
    }
}
