import Foundation
import LocalTarget

/// A stack on one screen: what is wrong first, then the tiers, the tasks and the database's servers.
struct StatusView {
    var style: TextStyle
    var width: Int
    var now: Date
    /// Shown where somebody keeps looking.
    var requestsPerSecond: Double?

    /// So that a row with a name of the user's still fits 80 columns.
    private static let longestName = 12

    func text(_ status: StackStatus) -> String { lines(status).joined(separator: "\n") + "\n" }

    func lines(_ status: StackStatus) -> [String] {
        let parts = [
            heading(status), problems(status.problems), tiers(status), notes(status.notes ?? []), tasks(status),
            status.database.map(servers) ?? [], JobsView(style: style, now: now).shortLines(status.jobs, width: width),
            AlarmLines(style: style, width: width, now: now)
                .lines(status.alarms, status.receivers),
        ]
        return Array(parts.filter { !$0.isEmpty }.joined(separator: [""])).map { $0.clipped(to: width) }
    }

    private func heading(_ status: StackStatus) -> [String] {
        let phase = status.phase.rawValue
        let shown =
            switch status.phase {
            case .ready: style.paint(phase, .green)
            case .starting, .stopping: style.paint(phase, .yellow)
            case .degraded: style.paint(phase, .red)
            }
        let age = Figures.age(seconds: now.timeIntervalSince(status.startedAt))
        let rate = requestsPerSecond.map { "  " + style.bold(Figures.rate(perSecond: $0)) } ?? ""
        return [
            "\(style.bold(status.stack.clipped(to: 40)))  \(shown)  for \(age)\(rate)  \(style.dim("supervisor \(status.supervisor)"))",
            "\(status.edge.url)  \(style.dim("console \(status.edge.consoleURL)"))",
        ]
    }

    /// A problem may need more than one line: it is wrapped, never cut.
    private func problems(_ problems: [Problem]) -> [String] {
        problems.flatMap { problem in
            let first = "\(problem.subject): \(problem.message)".printable.wrapped(to: width - 2)
            let next = problem.next.map { "next: \($0)".printable.wrapped(to: width - 4) } ?? []
            return first.enumerated().map { $0 == 0 ? style.paint("! \($1)", .red) : style.paint("  \($1)", .red) }
                + next.map { "    \($0)" }
        }
    }

    private func notes(_ notes: [String]) -> [String] {
        notes.flatMap { "note: \($0)".printable.wrapped(to: width).map(style.dim) }
    }

    private func tiers(_ status: StackStatus) -> [String] {
        var table = TextTable([
            .left("TIER"), .right("REQUESTS"), .right("ERRORS"), .right("P50", spare: 2), .right("P99", spare: 1),
            .right("P99.9", spare: 3), .left(""),
        ])
        let edge = status.edge
        table.add(
            figures("edge", edge.traffic) + [
                (edge.hitRatio.map { "\(Figures.share($0)) hits, " } ?? "") + "\(Figures.count(edge.connections)) open"
            ])
        for service in status.services {
            table.add(figures(service.name.clipped(to: StatusView.longestName), service.traffic) + [health(service)])
        }
        if let database = status.database {
            table.add(["database", "", "", "", "", "", summary(database)])
        }
        var lines = table.lines(width: width, style: style)
        if edge.firewall != "on" {
            lines += "firewall \(edge.firewall.printable)".wrapped(to: width).map(style.dim)
        }
        return lines
    }

    private func figures(_ name: String, _ traffic: TrafficFigures) -> [String] {
        let errors = Figures.count(traffic.errors)
        return [
            name, Figures.count(traffic.requests), traffic.errors > 0 ? style.paint(errors, .red) : errors,
            Figures.latency(seconds: traffic.p50), Figures.latency(seconds: traffic.p99),
            Figures.latency(seconds: traffic.p999),
        ]
    }

    private func health(_ service: ServiceStatus) -> String {
        let healthy = service.tasks.count { $0.state == .healthy }
        let text = "\(healthy)/\(service.desired) healthy"
        let restarts = service.tasks.reduce(0) { $0 + $1.restarts }
        let shown = healthy < service.desired ? style.paint(text, .yellow) : text
        return shown + (restarts > 0 ? ", \(Figures.number(restarts, "restart"))" : "")
    }

    private func summary(_ database: DatabaseStatus) -> String {
        let available = database.servers.count { $0.state == .available }
        let commit = database.synchronous ? "sync" : "async"
        return "\(available)/\(database.servers.count) up, \(commit)"
            + (database.failovers > 0 ? ", \(Figures.number(database.failovers, "failover"))" : "")
    }

    private func tasks(_ status: StackStatus) -> [String] {
        let tasks = status.services.flatMap(\.tasks)
        guard !tasks.isEmpty else { return [] }
        var table = TextTable([
            .left("TASK"), .left("ZONE"), .left("STATE"), .right("PORT", spare: 2), .right("PID", spare: 3),
            .right("IN FLIGHT", spare: 4), .right("RESTARTS", spare: 1), .right("SINCE"),
        ])
        for task in tasks {
            table.add([
                short(task.id), task.zone, TaskWords(style: style).state(task.state), port(task.port),
                task.pid.map(String.init) ?? "-", String(task.inFlight), String(task.restarts),
                Figures.age(seconds: now.timeIntervalSince(task.since)),
            ])
        }
        // What the problems above say is not said twice.
        let said = status.problems.map { "\($0.subject): \($0.message)" }
        return explained(
            table,
            tasks.map { task in
                task.reason.flatMap { reason in
                    said.contains { "task \(task.id): \(reason)".hasPrefix($0) } ? nil : reason
                }
            })
    }

    /// 0 until it is known.
    private func port(_ number: Int) -> String { number > 0 ? String(number) : "-" }

    /// A task's number is at the end of its name.
    private func short(_ id: String) -> String {
        id.count <= StatusView.longestName ? id : "…" + id.suffix(StatusView.longestName - 1)
    }

    /// The rows of a table, each followed by its reason where it has one.
    private func explained(_ table: TextTable, _ reasons: [String?]) -> [String] {
        let lines = table.lines(width: width, style: style)
        let rows = zip(lines.dropFirst(), reasons).flatMap { row, reason in
            [row] + (reason.map { $0.printable.wrapped(to: width - 4).map { "    \($0)" } } ?? [])
        }
        return lines.prefix(1) + rows
    }

    private func servers(_ database: DatabaseStatus) -> [String] {
        var table = TextTable([
            .left("SERVER"), .left("ZONE"), .left("ROLE"), .left("STATE"), .right("PORT", spare: 1),
            .right("PID", spare: 2), .right("LAG"),
        ])
        for server in database.servers {
            let state = server.state.rawValue
            table.add([
                server.name, server.zone, server.role.rawValue,
                server.state == .available ? style.paint(state, .green) : style.paint(state, .yellow),
                port(server.port), server.pid.map(String.init) ?? "-", lag(server),
            ])
        }
        return explained(table, database.servers.map(\.reason)) + [
            "writer \(database.writerEndpoint)  reader \(database.readerEndpoint)  "
                + style.dim("PostgreSQL \(database.version), \(Figures.number(database.connections, "connection"))")
        ]
    }

    private func lag(_ server: DatabaseServerStatus) -> String {
        let bytes = server.lagBytes.map { $0 < 1024 ? "\($0) B" : "\($0 / 1024) KiB" }
        let seconds = server.lagSeconds.map { $0 > 0 ? Figures.latency(seconds: $0) : "0 s" }
        let parts = [bytes, seconds].compactMap { $0 }
        return parts.isEmpty ? "-" : parts.joined(separator: " ")
    }
}

struct TaskWords {
    var style: TextStyle

    func state(_ state: TaskStatus.State) -> String {
        switch state {
        case .healthy: style.paint(state.rawValue, .green)
        case .starting, .draining: style.paint(state.rawValue, .yellow)
        case .unhealthy, .backingOff: style.paint(state.rawValue, .red)
        case .stopped: style.dim(state.rawValue)
        }
    }
}

extension String {
    /// Cut at spaces into lines of at most `width` characters; a longer word is cut where the line ends.
    func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ").flatMap({ $0.pieces(of: max(1, width)) }) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        return lines + [line]
    }
}

extension Substring {
    fileprivate func pieces(of length: Int) -> [Substring] {
        count <= length ? [self] : [prefix(length)] + dropFirst(length).pieces(of: length)
    }
}
