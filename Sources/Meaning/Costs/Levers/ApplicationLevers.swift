import Resources
import Stacks

extension Levers {
    private var compute: Dollars {
        cost { line in
            switch line.item {
            case .taskCPUHour, .taskMemoryHour, .spotCPUHour, .spotMemoryHour: true
            default: false
            }
        }
    }

    var spot: Lever? {
        let shares = stack.services.map { "\($0.name) \($0.spot) %" }.joined(separator: ", ")
        var choices: [Lever.Choice] = []
        if stack.services.contains(where: { $0.spot < 100 && $0.tasks.count > 1 }) {
            choices.append(
                choice(
                    "spot: 100 for every service; AWS may take such a task back with two minutes' notice",
                    change { stack in for index in stack.services.indices { stack.services[index].spot = 100 } }))
        }
        if stack.services.contains(where: { $0.spot > 0 }) {
            choices.append(
                choice(
                    "spot: 0",
                    change { stack in for index in stack.services.indices { stack.services[index].spot = 0 } }))
        }
        guard !choices.isEmpty else { return nil }
        return Lever(
            name: "spot", now: "of the tasks above the fewest: \(shares); all tasks \(compute) a month",
            choices: choices,
            remarks: ["the price on Spot moves; reckoned with \(Self.tenths) of the one on demand"])
    }

    private static let tenths = "three tenths"

    var processor: Lever? {
        let arm = changeOfSettings({ settings in
            guard case .taskDefinition(var task) = settings else { return settings }
            task.architecture = .arm
            return .taskDefinition(task)
        })
        // No lever where it saves nothing.
        if case .known(let dollars) = arm, dollars >= .zero { return nil }
        return Lever(
            name: "Graviton", now: "tasks run on x86",
            choices: [choice("the same tasks on ARM", arm)],
            remarks: ["the image must be built for ARM", Self.withoutKey])
    }

    var logs: Lever? {
        let lines = estimate.lines.filter { $0.item == .logGigabyte && $0.address.group == .application }
        let stored = cost { $0.item == .logStorageGigabyte && $0.address.group == .application }
        guard let days = retention else { return nil }
        let shorter = changeOfSettings({ settings in
            guard case .logGroup(var group) = settings, group.retentionDays > 7 else { return settings }
            group.retentionDays = 7
            return .logGroup(group)
        })
        let half = change { stack in stack.usage.logs = ByteCount(bytes: stack.usage.logs.bytes / 2) }
        return Lever(
            name: "logs",
            now:
                "lines of tasks: \(Estimate.sum(lines).expected) a month to take in, \(stored) to keep for \(days) days",
            choices: [
                choice("kept for 7 days, all log groups", shorter),
                choice("half as many lines", half),
            ],
            remarks: [
                silence("what keeping costs", without: .logGigabyte, .logStorageGigabyte)
                    ?? "taking a GB in costs as much as keeping it for \(months) months",
                "how long: \(Self.withoutKey)",
            ])
    }

    private var months: Int { each(.logGigabyte).billionths / max(1, each(.logStorageGigabyte).billionths) }

    private var retention: Int? {
        for resource in StackResources.graph(of: stack).resources where resource.address.group == .application {
            if case .logGroup(let group) = resource.settings { return group.retentionDays }
        }
        return nil
    }

    var insights: Lever? {
        let figures = estimate.lines.filter { $0.item == .metric }
        guard !figures.isEmpty else { return nil }
        let off = changeOfSettings({ settings in
            guard case .ecsCluster(var cluster) = settings else { return settings }
            cluster.insights = .disabled
            return .ecsCluster(cluster)
        })
        return Lever(
            name: "insights", now: "Container Insights, \(Estimate.sum(figures).expected) a month",
            choices: [choice("without it", off)],
            remarks: [
                "cpu and memory of a service, which scaling and alarms look at, are free without it", Self.withoutKey,
            ])
    }
}
