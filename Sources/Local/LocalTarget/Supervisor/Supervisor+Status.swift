import Foundation
import Processes
import Stacks
import Streams
import TrafficRules

extension Supervisor {
    package func status() async -> StackStatus {
        let services = await serviceStatuses()
        let database = await parts.database?.status()
        let problems = await self.problems()
        return StackStatus(
            stack: stack.fullName, manifest: manifest.first?.file ?? "",
            supervisor: ProcessInfo.processInfo.processIdentifier,
            startedAt: startedAt, phase: phase(services, database, problems), edge: edgeStatus(),
            services: services, database: database, jobs: await parts.jobs?.status() ?? [],
            alarms: alarmStatuses(), receivers: receiverStatuses(), problems: problems, notes: await notes())
    }

    private func phase(
        _ services: [ServiceStatus], _ database: DatabaseStatus?, _ problems: [Problem]
    ) -> StackStatus.Phase {
        switch stage {
        case .starting: return .starting
        case .stopping, .stopped: return .stopping
        case .running:
            let isWhole = services.allSatisfy { service in
                service.tasks.count { $0.state == .healthy } >= service.desired
            }
            // A reader that is made for the first time is not missed; one that was lost is.
            let isRejoining = database?.servers.contains { $0.state == .rejoining } ?? false
            return isWhole && !isRejoining && problems.isEmpty ? .ready : .degraded
        }
    }

    private func problems() async -> [Problem] {
        let database = await parts.database?.problems() ?? []
        let tasks = await parts.tasks?.problems() ?? []
        let lost = parts.edge?.lostLogBlocks ?? 0
        let log = Problem(
            subject: "edge", message: "\(lost) blocks of the access log could not be written",
            next: "see that \(folder.path("access")) has room and is writable")
        let firewall = parts.firewall?.problem.map { [$0] } ?? []
        return database + tasks + firewall + (lost > 0 ? [log] : [])
    }

    private func notes() async -> [String] {
        let overruns = await parts.tasks?.memoryNotes() ?? []
        return [await parts.tasks?.limitNote, await parts.jobs?.note].compactMap { $0 } + overruns
    }

    private func edgeStatus() -> EdgeStatus {
        let totals = parts.edge?.edgeTotals ?? TrafficTotals()
        let cache = parts.edge?.cacheCounts ?? EdgeCache.Counts()
        return EdgeStatus(
            url: url, redirectURL: "http://localhost:\(parts.edge?.httpPort ?? stack.local.http)",
            consoleURL: "http://localhost:\(parts.console?.port ?? stack.local.console)",
            certificateAuthority: parts.authorityFile,
            traffic: totals.figures, recent: recent.figures(of: ""), connections: parts.edge?.connections ?? 0,
            cacheHits: totals.hits,
            cacheMisses: totals.misses,
            cacheBytes: cache.bytes + cache.diskBytes, cacheObjects: cache.objects,
            firewall: parts.firewall?.status ?? "loading its rules", refused: parts.firewall?.refused ?? 0)
    }

    private func serviceStatuses() async -> [ServiceStatus] {
        let standings = await parts.balancer?.standings() ?? [:]
        guard let tasks = parts.tasks else {
            return stack.services.map {
                ServiceStatus(
                    name: $0.name, routes: $0.routes.map(\.text), isWorker: !$0.takesRequests,
                    desired: $0.tasks.lowerBound)
            }
        }
        return await tasks.status().map { service in
            ServiceStatus(
                name: service.name, routes: service.routes.map(\.text), isWorker: !service.takesRequests,
                desired: service.desired, traffic: parts.edge?.totals(of: service.name).figures ?? TrafficFigures(),
                recent: recent.figures(of: service.name),
                tasks: service.tasks.map { task in
                    var task = task
                    task.cpu = loads.loads[task.id]?.cpu
                    task.memoryBytes = loads.loads[task.id]?.memoryBytes
                    task.inFlight = standings[task.id]?.inFlight ?? 0
                    if standings[task.id]?.isEjected == true, task.reason == nil {
                        task.reason = "gets no requests for now: too many failed in a row"
                    }
                    return task
                })
        }
    }

    /// The console port's pages.
    func page(_ path: String) async -> (type: String, body: [UInt8])? {
        switch path {
        case "/":
            let text = "\(stack.fullName)\n\n/status   tiers, tasks and servers as JSON\n/metrics  for Prometheus\n"
            return ("text/plain; charset=utf-8", Array(text.utf8))
        case "/metrics":
            let status = await status()
            let services = status.services.map { ($0.name, parts.edge?.totals(of: $0.name) ?? TrafficTotals()) }
            let page = MetricsPage(
                status: status, edge: parts.edge?.edgeTotals ?? TrafficTotals(), services: services,
                firewall: parts.firewall?.totals ?? [:])
            return (PrometheusText.contentType, page.bytes())
        case "/status":
            guard let body = try? StatusJSON.encode(await status()) else { return nil }
            return ("application/json", body)
        default:
            return nil
        }
    }
}

/// `StackStatus` as `terrace status --json` and the console's `/status` give it.
package enum StatusJSON {
    package static func encode(_ status: StackStatus) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return Array(try encoder.encode(status)) + [10]
    }
}
