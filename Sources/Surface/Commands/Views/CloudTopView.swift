import Foundation
import LocalTarget
import Provisioning
import TrafficRules

/// What `terrace top --on aws` shows, in the words of the view of this machine; no line wider than the window.
struct CloudTopView {
    var style: TextStyle
    var columns: Int
    var now: Date
    var timeZone: TimeZone

    private var cells: TopCells { TopCells(style: style) }

    func lines(_ stack: String, _ identity: CloudIdentity, _ figures: CloudFigures) -> [String] {
        let width = max(20, columns)
        let parts = [
            heading(stack, identity, figures.vitals), minutes(figures).wrapped(to: width).map(style.dim),
            traffic(figures), services(figures), servers(figures),
            AlarmLines(style: style, width: width, now: now).lines(figures.alarms.map(AlarmStatus.init)),
        ]
        return Array(parts.filter { !$0.isEmpty }.joined(separator: [""])).map { $0.clipped(to: columns) }
    }

    private func heading(_ stack: String, _ identity: CloudIdentity, _ vitals: CloudVitals) -> [String] {
        let troubles = vitals.troubles
        let isChanging = vitals.services.contains(where: \.isDeploying)
        let phase =
            troubles.isEmpty
            ? style.paint("ready", .green)
            : isChanging ? style.paint("changing", .yellow) : style.paint("degraded", .red)
        let left = "\(style.bold(stack.clipped(to: 40)))  \(phase)  on aws"
        let place = "  account \(identity.account), \(identity.region)"
        let right = Figures.clock(now, timeZone)
        let gap = columns - left.visibleCount - place.count - right.count
        let first =
            gap > 1 ? left + style.dim(place + String(repeating: " ", count: gap) + right) : left + style.dim(place)
        return [first] + troubles.map { style.paint("! \($0)".printable, isChanging ? .yellow : .red) }
    }

    /// `figures of one minute: edge 16:08, balancer 16:11, tasks 16:12, database none for 10 min`
    private func minutes(_ figures: CloudFigures) -> String {
        let found = figures.minutes
        let parts = [
            figures.edge.map { _ in ("edge", found.edge) }, figures.balancer.map { _ in ("balancer", found.balancer) },
            ("tasks", found.tasks), figures.servers.isEmpty ? nil : ("database", found.database),
        ].compactMap { $0 }
        return "figures of one minute: "
            + parts.map { name, minute in
                guard let minute else { return "\(name) none for \(Figures.age(seconds: Double(figures.reach)))" }
                let begin = Date(timeIntervalSince1970: Double(minute))
                return "\(name) \(Figures.clock(begin, timeZone).dropLast(":00".count))"
            }.joined(separator: ", ")
    }

    // MARK: Traffic

    private func traffic(_ figures: CloudFigures) -> [String] {
        var table = TextTable([
            .left("TIER"), .right("REQ/S"), .right("4XX", spare: 1), .right("5XX"), .right("SHARE"), .right("P50"),
            .right("P99"), .left(""),
        ])
        if let edge = figures.edge { table.add(row("edge", edge)) }
        if let balancer = figures.balancer { table.add(row("balancer", balancer)) }
        for service in figures.services {
            if let traffic = service.traffic { table.add(row(cells.short(service.name), traffic)) }
        }
        return figures.edge == nil && figures.balancer == nil ? [] : table.lines(width: columns, style: style)
    }

    private func row(_ name: String, _ traffic: CloudFigures.Traffic) -> [String] {
        let red = { (text: String) in (traffic.errors ?? 0) > 0 ? style.paint(text, .red) : text }
        let share = traffic.errorShare.map { share in
            share > 0 && share < 0.01 ? "<1 %" : Figures.share(share)
        }
        return [
            name, traffic.perSecond.map(Figures.perSecond) ?? "-", traffic.clientErrors.map(count) ?? "-",
            red(traffic.errors.map(count) ?? "-"), red(share ?? "-"),
            traffic.p50.map(Figures.latency) ?? "-", traffic.p99.map(Figures.latency) ?? "-",
            style.paint(Sparkline.text(traffic.curve, width: 20), .cyan),
        ]
    }

    private func count(_ value: Double) -> String { Figures.count(Int(min(value, 1e12).rounded())) }

    // MARK: Tasks

    private func services(_ figures: CloudFigures) -> [String] {
        guard !figures.vitals.services.isEmpty else { return [] }
        var table = TextTable([
            .left("SERVICE"), .right("TASKS"), .right("HEALTHY"), .left("STATE"), .right("CPU"), .left(""),
            .right("MEMORY"),
        ])
        for service in figures.vitals.services {
            let load = figures.services.first { $0.name == service.name }
            table.add([
                cells.short(service.name), part(service.running, of: service.desired),
                service.healthy.map { part($0, of: service.desired) } ?? "-",
                service.isDeploying ? style.paint("deploying", .yellow) : "steady", cells.perCent(load?.cpu),
                cells.bar(load?.cpu), cells.perCent(load?.memory),
            ])
        }
        return table.lines(width: columns, style: style)
    }

    private func part(_ count: Int, of wanted: Int) -> String {
        let text = "\(count)/\(wanted)"
        return count < wanted ? style.paint(text, .yellow) : text
    }

    // MARK: Database

    private func servers(_ figures: CloudFigures) -> [String] {
        guard !figures.vitals.servers.isEmpty else { return [] }
        let hasCapacity = figures.servers.contains(where: \.isServerless)
        var table = TextTable(
            [
                .left("SERVER"), TextTable.Column(title: "ZONE", alignment: .left, spare: 1), .left("ROLE"),
                .left("STATE"), .right("CPU"), TextTable.Column(title: "", alignment: .left, spare: 2),
                .right("CONNECTIONS"), .right("LAG"),
            ] + (hasCapacity ? [.right("ACU")] : []))
        for server in figures.vitals.servers {
            let load = figures.servers.first { $0.name == server.name }
            let lag = load?.lag.map { $0 > 0 ? Figures.latency(seconds: $0) : "0 s" }
            table.add(
                [
                    cells.short(server.name), load?.zone ?? "-",
                    (server.isWriter ? DatabaseServerStatus.Role.writer : .reader).rawValue,
                    style.paint(server.state, server.state == "available" ? .green : .yellow),
                    cells.perCent(load?.cpu), cells.bar(load?.cpu), load?.connections.map(count) ?? "-", lag ?? "-",
                ] + (hasCapacity ? [load?.capacity.map(Figures.perSecond) ?? "-"] : []))
        }
        return table.lines(width: columns, style: style)
    }
}

extension AlarmStatus {
    fileprivate init(_ alarm: CloudFigures.Alarm) {
        self.init(
            name: alarm.word, summary: alarm.summary, state: AlarmState(rawValue: alarm.state.rawValue),
            reason: alarm.reason, since: alarm.since.map { Date(timeIntervalSince1970: Double($0)) })
    }
}
