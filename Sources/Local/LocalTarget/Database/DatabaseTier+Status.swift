import Processes

extension DatabaseTier {
    /// As of the last probe: asks no server.
    package func status() -> DatabaseStatus {
        let names = configuration.readers > 0 ? ServerName.allCases : [state.record.writer]
        return DatabaseStatus(
            version: parts?.installation.version ?? "", writerEndpoint: "127.0.0.1:\(writerPort)",
            readerEndpoint: "127.0.0.1:\(readerPort)", servers: names.map(status(of:)),
            synchronous: state.reader == .synchronous, failovers: state.failovers, connections: connections)
    }

    /// What a person should know now.
    package func problems() -> [Problem] {
        var problems: [Problem] = []
        if let obstacle {
            problems.append(
                Problem(
                    subject: "database", message: "cannot \(obstacle.attempt): \(obstacle.answer)", next: obstacle.next)
            )
        }
        let exchange = isExchanging ? "it is being put back to an earlier moment" : nil
        if let reason = state.writerProblem ?? exchange, state.writer != .available {
            problems.append(Problem(subject: "database", message: "no writer: \(reason)", next: advice(for: reason)))
        }
        if let reason = state.readerProblem, state.reader != .synchronous, state.reader != .none {
            problems.append(
                Problem(
                    subject: "database", message: "commits do not wait for a reader: \(reason)",
                    next: advice(for: reason)))
        }
        if configuration.readers > 1 {
            problems.append(
                Problem(
                    subject: "database",
                    message: "\(configuration.readers) readers are asked for, one runs on this machine"))
        }
        return problems
    }

    private func advice(for reason: String) -> String? {
        reason.contains("No space left") ? "free some space on the disk; Terrace tries again by itself" : nil
    }

    private func status(of name: ServerName) -> DatabaseServerStatus {
        let server = parts?.servers[name]
        let isWriter = name == state.record.writer
        let figures = probes[state.record.writer]?.figures
        let zone = name == .first ? configuration.zones.first : configuration.zones.dropFirst().first
        let running = server?.isRunning == true
        let streams = !isWriter && readerState(running) == .available
        return DatabaseServerStatus(
            name: name.rawValue, zone: zone ?? configuration.zones.first ?? "", port: server?.port ?? 0,
            pid: running ? server?.process?.pid : nil, role: isWriter ? .writer : .reader,
            state: isWriter ? writerState(server) : readerState(running),
            reason: isWriter ? (state.writer == .available ? nil : state.writerProblem) : readerReason,
            lagBytes: streams ? figures.flatMap { all in all.standbyReplayed.map { max(0, all.flushed - $0) } } : nil,
            lagSeconds: streams ? figures?.standbyLagSeconds : nil)
    }

    private var readerReason: String? { state.reader == .synchronous ? nil : state.readerProblem }

    private func writerState(_ server: PostgresServer?) -> DatabaseServerStatus.State {
        guard state.writer != .available else { return .available }
        return server?.isStandby == true ? .promoting : .starting
    }

    private func readerState(_ running: Bool) -> DatabaseServerStatus.State {
        switch state.reader {
        case .none: .stopped
        case .waiting: running ? .available : .stopped
        case .joining: state.failovers > 0 || state.readerProblem != nil ? .rejoining : .starting
        case .confirming, .synchronous: .available
        }
    }
}
