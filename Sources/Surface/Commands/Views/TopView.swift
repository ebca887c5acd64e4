import Foundation
import LocalTarget

/// What `terrace top` shows: traffic, tasks, database, alarms; no line wider than the window.
struct TopView {
    var style: TextStyle
    var columns: Int
    var now: Date
    var timeZone: TimeZone

    private var cells: TopCells { TopCells(style: style) }

    func lines(_ status: StackStatus, _ history: RequestHistory) -> [String] {
        let parts = [
            heading(status), traffic(status, history), tasks(status), status.database.map(servers) ?? [],
            AlarmLines(style: style, width: max(20, columns), now: now).lines(status.alarms, status.receivers),
        ]
        return Array(parts.filter { !$0.isEmpty }.joined(separator: [""])).map { $0.clipped(to: columns) }
    }

    private func heading(_ status: StackStatus) -> [String] {
        let shown =
            switch status.phase {
            case .ready: style.paint(status.phase.rawValue, .green)
            case .starting, .stopping: style.paint(status.phase.rawValue, .yellow)
            case .degraded: style.paint(status.phase.rawValue, .red)
            }
        let age = Figures.age(seconds: now.timeIntervalSince(status.startedAt))
        let left = "\(style.bold(status.stack.clipped(to: 40)))  \(shown)  for \(age)"
        let right = Figures.clock(now, timeZone)
        let gap = columns - left.visibleCount - right.count
        let problems = status.problems.map { style.paint("! \($0.subject): \($0.message)".printable, .red) }
        return [gap > 1 ? left + String(repeating: " ", count: gap) + style.dim(right) : left] + problems
    }

    // MARK: Traffic

    private func traffic(_ status: StackStatus, _ history: RequestHistory) -> [String] {
        var table = TextTable([
            .left("TIER"), .right("REQ/S"), .right("5XX"), .right("P50"), .right("P99"), .right("HITS", spare: 1),
            .left(""),
        ])
        let hits = Figures.share(status.edge.recent?.hitRatio)
        table.add(row("edge", status.edge.recent, hits, history.rates[""]))
        for service in status.services {
            table.add(row(cells.short(service.name), service.recent, "", history.rates[service.name]))
        }
        return table.lines(width: columns, style: style)
    }

    private func row(_ name: String, _ recent: RecentFigures?, _ hits: String, _ rates: [Double]?) -> [String] {
        let curve = style.paint(Sparkline.text(rates ?? [], width: 20), .cyan)
        guard let recent else { return [name, "-", "-", "-", "-", hits, curve] }
        let errors = Figures.count(recent.errors)
        return [
            name, Figures.perSecond(recent.perSecond), recent.errors > 0 ? style.paint(errors, .red) : errors,
            Figures.latency(seconds: recent.p50), Figures.latency(seconds: recent.p99), hits, curve,
        ]
    }

    // MARK: Tasks

    private func tasks(_ status: StackStatus) -> [String] {
        guard status.services.contains(where: { !$0.tasks.isEmpty }) else { return [] }
        var table = TextTable([
            .left("TASK"), .left("ZONE"), .left("STATE"), .right("CPU"), .left(""), .right("MEMORY", spare: 1),
            .right("IN FLIGHT", spare: 2), .right("RESTARTS", spare: 3), .right("SINCE", spare: 4),
        ])
        for task in status.services.flatMap(\.tasks) {
            table.add([
                cells.short(task.id), task.zone, TaskWords(style: style).state(task.state),
                cells.perCent(task.cpu), cells.bar(task.cpu),
                task.memoryBytes.map { "\($0 >> 20) MiB" } ?? "-", String(task.inFlight), String(task.restarts),
                Figures.age(seconds: now.timeIntervalSince(task.since)),
            ])
        }
        return [counts(status)] + table.lines(width: columns, style: style)
    }

    /// `web 2/2 healthy, 1 starting`
    private func counts(_ status: StackStatus) -> String {
        status.services.map { service in
            let healthy = service.tasks.count { $0.state == .healthy }
            let others = TaskStatus.State.allCases.filter { $0 != .healthy }.compactMap { state -> String? in
                let count = service.tasks.count { $0.state == state }
                return count > 0 ? "\(count) \(state.rawValue)" : nil
            }
            let text = (["\(healthy)/\(service.desired) healthy"] + others).joined(separator: ", ")
            return "\(cells.short(service.name)) " + (healthy < service.desired ? style.paint(text, .yellow) : text)
        }.joined(separator: "  ")
    }

    // MARK: Database

    private func servers(_ database: DatabaseStatus) -> [String] {
        var table = TextTable([
            .left("SERVER"), .left("ZONE"), .left("ROLE"), .left("STATE"), .right("LAG"), .left(""),
        ])
        for (index, server) in database.servers.enumerated() {
            let state = server.state.rawValue
            let commit = database.synchronous ? "commits wait for the reader" : "commits do not wait"
            let rest = index == 0 ? "\(Figures.number(database.connections, "connection")), \(commit)" : ""
            table.add([
                server.name, server.zone, server.role.rawValue,
                style.paint(state, server.state == .available ? .green : .yellow),
                server.lagSeconds.map { $0 > 0 ? Figures.latency(seconds: $0) : "0 s" } ?? "-", style.dim(rest),
            ])
        }
        return table.lines(width: columns, style: style)
    }
}
