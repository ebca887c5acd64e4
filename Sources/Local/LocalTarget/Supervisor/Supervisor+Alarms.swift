import Foundation
import Machine
import Processes
import Stacks
import TrafficRules

/// The alarms that AWS gets, evaluated with this machine's own figures.
extension Supervisor {
    /// Reads the figures again and again, for as long as the stack runs.
    func watchAlarms() {
        adoptAlarms()
        let interval = alarmPace.interval
        alarmLoop = Task { [weak self] in
            while !Task.isCancelled {
                await self?.readAlarms()
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }

    /// The manifest in force is another one.
    func adoptAlarms() {
        alarmBoard.adopt(stack.alarmDefinitions, at: alarmTime)
        adoptReceivers()
    }

    private var alarmTime: Duration { ContinuousClock.now - startedInstant }

    private func readAlarms() async {
        guard stage == .running else { return }
        noteTraffic()
        let reading = await alarmReading()
        let transitions = alarmBoard.observe(
            reading, at: alarmTime, connectionLimit: PostgresSettings.applicationConnections)
        for transition in transitions {
            tell(transition)
            await takeBack(transition)
        }
    }

    /// As ECS does with the alarms of a deployment: one that begins while a new version takes over ends that; one that has begun
    /// before says nothing about the new version.
    private func takeBack(_ transition: AlarmTransition) async {
        guard transition.to == .alarm else { return }
        for service in stack.services where stack.deploymentAlarm(of: service) == transition.definition {
            await parts.tasks?.alarmWentOff(
                service.name, "alarm \(transition.definition.word): \(transition.definition.summary)")
        }
    }

    private func noteTraffic() {
        guard let edge = parts.edge else { return }
        var totals = ["": edge.edgeTotals]
        for service in stack.services { totals[service.name] = edge.totals(of: service.name) }
        recent.note(totals, at: alarmTime)
    }

    private func tell(_ transition: AlarmTransition) {
        // Every alarm begins without data; that it then has some is nothing to tell.
        guard transition.to == .alarm || transition.from == .alarm else { return }
        let text = "\(transition.to.rawValue): \(transition.definition.summary) (\(transition.reason))"
        say("alarm \(transition.definition.word)", text, transition.to == .alarm ? .error : .info)
        notify(transition)
    }

    // MARK: What this machine measures

    private func alarmReading() async -> AlarmReading {
        var reading = AlarmReading()
        if let edge = parts.edge { read(edge, into: &reading) }
        if let tasks = parts.tasks { await read(tasks, into: &reading) }
        if let database = parts.database { await read(database, into: &reading) }
        for (job, count) in await parts.jobs?.failedRuns() ?? [:] { reading.counts[.failedRuns(job: job)] = count }
        return reading
    }

    private func read(_ edge: EdgeTier, into reading: inout AlarmReading) {
        let answers = edge.answers
        reading.counts = [
            .taskErrors: answers.taskErrors, .balancerErrors: answers.ownErrors, .requests: answers.requests,
        ]
        reading.latencies = [.taskLatency: answers.latencies]
        for service in stack.services where service.takesRequests {
            let own = edge.answers(of: service.name)
            reading.counts[.serviceErrors(service: service.name)] = own.taskErrors
            reading.counts[.serviceRequests(service: service.name)] = own.requests
        }
    }

    private func read(_ tasks: TaskSupervisor, into reading: inout AlarmReading) async {
        await tasks.noteMemoryKills()
        let usage = await tasks.usage()
        let shares = Dictionary(stack.services.map { ($0.name, $0.cpu) }) { first, _ in first }
        loads.note(usage, at: alarmTime) { task in shares[String(task.prefix { $0 != "." })] }
        for service in await tasks.status() {
            guard let wanted = stack.services.first(where: { $0.name == service.name }) else { continue }
            let used = usage.filter { name, _ in service.tasks.contains { $0.id == name } }
            // A task that has ended has nobody who could answer its health check.
            let failing = service.tasks.count { $0.state == .unhealthy || $0.state == .backingOff }
            reading.gauges[.unhealthyTasks(service: service.name)] = Double(failing)
            reading.uses[.taskProcessor(service: service.name)] = used.mapValues {
                $0.processorTime * 1024 / wanted.cpu
            }
            guard !used.isEmpty else { continue }
            let bytes = used.values.reduce(0) { $0 + $1.residentBytes } / used.count
            reading.gauges[.taskMemory(service: service.name)] =
                Double(bytes) / Double(wanted.memory.bytes) * 100
        }
    }

    private func read(_ database: DatabaseTier, into reading: inout AlarmReading) async {
        let status = await database.status()
        let table = ProcessTable.current()
        var used: [String: Duration] = [:]
        for server in status.servers {
            // Of the machine's processors, which are the server's.
            used[server.name] = server.pid.map { table.usage(of: $0).processorTime / Processors.allowed }
        }
        reading.uses[.databaseProcessor] = used
        reading.gauges[.databaseConnections] = Double(await database.mostConnections)
        reading.gauges[.databaseLag] = status.servers.compactMap(\.lagSeconds).max().map { $0 * 1000 }
    }

    /// Why a figure is not measured here; nil when it is.
    static func reasonUnmeasured(_ metric: AlarmMetric) -> String? {
        switch metric {
        case .databaseCapacity: "a database on this machine has no capacity units"
        case .refusedPorts: "this machine has no NAT gateway"
        case .versionErrors, .versionRequests, .versionLatency:
            "on this machine a deployment compares its canary by itself"
        case .certificateDays: "on this machine Terrace makes the certificate and renews it"
        case .taskLatency, .taskErrors, .balancerErrors, .requests, .serviceErrors, .serviceRequests, .unhealthyTasks,
            .taskProcessor, .taskMemory, .databaseProcessor, .databaseConnections, .databaseLag, .failedRuns:
            nil
        }
    }

    // MARK: What they say

    func alarmStatuses() -> [AlarmStatus] {
        alarmBoard.standings.map { watch, isMeasured in
            let definition = watch.definition
            guard isMeasured else {
                let reasons = definition.figures.compactMap { Self.reasonUnmeasured($0.metric) }
                return AlarmStatus(
                    name: definition.word, summary: definition.summary, state: nil,
                    reason: reasons.first ?? "this machine does not measure it")
            }
            return AlarmStatus(
                name: definition.word, summary: definition.summary, state: watch.state, reason: watch.reason,
                since: startedAt.addingTimeInterval(watch.since / .seconds(1)))
        }
    }
}
