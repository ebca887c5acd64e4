import Foundation
import Processes

/// Work that goes on in the background while events are handled. There is one at a time of each kind: a new one first
/// cancels the old one and waits for its end, so that two never touch one data folder.
struct Operation: Sendable {
    enum Kind: Sendable { case writer, reader }

    var epoch: Int
    var task: Task<Void, Never>
}

/// The watch over one process of a server.
struct ServerWatch: Sendable {
    var process: pid_t
    var loop: ProbeLoop
    var judge = HangJudge()
    var figures = ServerFigures()
}

extension DatabaseTier {
    // MARK: - Events

    func receive(_ message: Message) async {
        guard !isStopping, let parts else { return }
        switch message {
        case .wish(let event):
            await apply(event)
        case .finished(let kind, let epoch, let event):
            guard operations[kind]?.epoch == epoch else { return }
            await apply(stillTrue(event))
        case .exited(let name, let pid, let exit):
            guard let server = parts.servers[name], server.process?.pid == pid else { return }
            let reason = "\(name.rawValue) ended with \(exit)" + (server.log.complaint.map { ": \($0)" } ?? "")
            if name == state.record.writer {
                if state.writer == .available { await apply(.writerFailed(reason)) }
            } else if operationIsIdle {
                await apply(.readerFailed(reason))
            }
        case .probed(let name, let pid, let report):
            await judge(name, pid, report)
        }
    }

    /// A writer may end between its first answer and the news of it; its exit was then told too early to count.
    private func stillTrue(_ event: ClusterState.Event) -> ClusterState.Event {
        let name = state.record.writer
        guard event == .writerAvailable, let server = parts?.servers[name], !server.isRunning else { return event }
        return .writerFailed("\(name.rawValue) ended" + (server.log.complaint.map { ": \($0)" } ?? ""))
    }

    /// While the reader joins, its operation itself sees the process end.
    private var operationIsIdle: Bool {
        switch state.reader {
        case .confirming, .synchronous: true
        case .none, .waiting, .joining: false
        }
    }

    private func judge(_ name: ServerName, _ pid: pid_t, _ report: ProbeReport) async {
        guard var watch = probes[name], watch.process == pid else { return }
        let hung = watch.judge.observe(report)
        if case .answered(let figures) = report.outcome, figures.flushed > 0 { watch.figures = figures }
        probes[name] = watch
        let isWriter = name == state.record.writer
        if let hung {
            if isWriter, state.writer == .available { await apply(.writerFailed("\(name.rawValue) hangs: \(hung)")) }
            if !isWriter, operationIsIdle { await apply(.readerFailed("\(name.rawValue) hangs: \(hung)")) }
            return
        }
        guard isWriter, operationIsIdle, case .answered(let figures) = report.outcome, figures.flushed > 0 else {
            return
        }
        if let reason = stall.observe(figures, late: report.late, at: report.at) {
            await apply(.readerStalled("\(name.other.rawValue) falls behind: \(reason)"))
        }
    }

    private func apply(_ event: ClusterState.Event) async {
        let before = state
        let actions = state.handle(event)
        tell(event, before)
        for action in actions {
            await untilDone { try await self.perform(action) }
        }
        watchServers()
        resumeWaiters()
    }

    /// Actions have an order that must not be broken, so one that fails is tried again until it succeeds or the tier
    /// stops: a full disk gets space again, a process that hangs in the kernel ends. Until then nothing else happens,
    /// which is safe: commits wait or fail, none is lost.
    private func untilDone(_ body: () async throws -> Void) async {
        var attempt = 0
        while !isStopping {
            do {
                try await body()
                obstacle = nil
                return
            } catch {
                let now = error as? DatabaseError ?? DatabaseError("look after the database", answer: "\(error)")
                if now != obstacle { configuration.log(now.line) }
                obstacle = now
                attempt += 1
                try? await Task.sleep(for: DatabaseLimit.backoff(attempt: attempt))
            }
        }
    }

    private func tell(_ event: ClusterState.Event, _ before: ClusterState) {
        let record = state.record
        switch event {
        case .begin: break
        case .writerAvailable:
            configuration.log("\(record.writer.rawValue) is the writer (generation \(record.generation))")
        case .writerFailed(let reason):
            configuration.log(
                reason
                    + (record.writer == before.record.writer
                        ? "; starting it again" : "; promoting \(record.writer.rawValue)"))
        case .readerStreaming: configuration.log("\(record.writer.other.rawValue) streams")
        case .synchronousConfirmed: configuration.log("commits wait for \(record.writer.other.rawValue)")
        case .readerStalled(let reason), .readerFailed(let reason): configuration.log(reason)
        case .switchover: configuration.log("switching the writer to \(record.writer.rawValue)")
        case .hold: configuration.log("connections wait")
        case .release where !before.isHeld: break
        case .release: configuration.log("connections go on")
        case .exchange(let exchange, let past):
            configuration.log(
                record.restores.count > before.record.restores.count
                    ? "putting back the database of \(RestoredServer.sqlTime(past.moment)); what ran is kept in \(exchange.kept)"
                    : "the database stays as it is: its writer has changed")
        }
    }

    // MARK: - Actions

    private func perform(_ action: ClusterState.Action) async throws {
        guard let parts, let writer = parts.servers[state.record.writer] else { return }
        switch action {
        case .persist(let record):
            try record.save(to: parts.place.record)
        case .fence(let name):
            endWatch(name)
            try await parts.servers[name]?.fence()
        case .shutDown(let name):
            endWatch(name)
            await parts.servers[name]?.stop()
        case .route(let writerName, let readerName):
            parts.writerRelay.route(to: writerName.flatMap { parts.servers[$0]?.port }, dropping: true)
            parts.readerRelay.route(to: readerName.flatMap { parts.servers[$0]?.port }, dropping: false)
        case .bringUpWriter(let name, let delay):
            operations[.reader]?.task.cancel()
            begin(.writer, after: delay) { tier in
                try await tier.bringUpWriter(name)
                return .writerAvailable
            } failing: {
                .writerFailed($0)
            }
        case .bringUpReader(let name, let delay, let rebuild):
            begin(.reader, after: delay) { tier in
                try await tier.bringUpReader(name, rebuild: rebuild)
                return .readerStreaming
            } failing: {
                .readerFailed($0)
            }
        case .synchronousOn:
            stall = StallJudge()
            try writer.setSynchronous(true)
            begin(.reader, after: .zero) { tier in
                try await tier.confirmSynchronous()
                return .synchronousConfirmed
            } failing: {
                .readerStalled($0)
            }
        case .synchronousOff:
            operations[.reader]?.task.cancel()
            try writer.setSynchronous(false)
        case .leaveReader:
            let operation = operations[.reader]
            operation?.task.cancel()
            await operation?.task.value
        case .exchange(let exchange):
            // Roles and passwords are those of then.
            isBootstrapped = false
            try exchange.carryOut(in: parts.place)
            try await removeRestored(BackupFolder(parts.place))
        }
    }

    private func begin(
        _ kind: Operation.Kind, after delay: Duration,
        _ body: @escaping @Sendable (DatabaseTier) async throws -> ClusterState.Event,
        failing: @escaping @Sendable (String) -> ClusterState.Event
    ) {
        epoch += 1
        let earlier = kind == .writer ? Array(operations.values) : [operations[kind]].compactMap { $0 }
        for operation in earlier { operation.task.cancel() }
        let number = epoch
        let task = Task { [mailbox] in
            for operation in earlier { await operation.task.value }
            do {
                try await Task.sleep(for: delay)
                mailbox.yield(.finished(kind, epoch: number, try await body(self)))
            } catch {
                guard !Task.isCancelled else { return }
                let reason = (error as? DatabaseError)?.answer ?? "\(error)"
                mailbox.yield(.finished(kind, epoch: number, failing(reason)))
            }
        }
        operations[kind] = Operation(epoch: number, task: task)
    }

    // MARK: - Watching

    private func watchServers() {
        var names: [ServerName] = []
        if state.writer == .available { names.append(state.record.writer) }
        if operationIsIdle, let reader = state.readerName { names.append(reader) }
        for name in names {
            guard let server = parts?.servers[name], let process = server.process, process.exit == nil,
                probes[name]?.process != process.pid
            else { continue }
            endWatch(name)
            let pid = process.pid
            let loop = ProbeLoop(server: server, process: pid) { [mailbox] in mailbox.yield(.probed(name, pid, $0)) }
            probes[name] = ServerWatch(process: pid, loop: loop)
        }
    }

    private func endWatch(_ name: ServerName) {
        probes.removeValue(forKey: name)?.loop.end()
    }
}
