import Foundation
import Processes
import Stacks
import TrafficRules

/// What scaling keeps in mind of a service while the supervisor runs.
struct ScalingWatch: Sendable {
    var tracking: TargetTracking
    var meter = ScalingMeter()
}

extension Supervisor {
    /// One service or all of them; an order without anything in it only asks.
    package func scale(_ service: String?, _ order: ScaleOrder) async throws -> [ScaleState] {
        guard let tasks = parts.tasks, stage == .running else {
            throw Report("\(stack.fullName) is not ready", state: "nothing was changed", next: "see `terrace status`")
        }
        guard !order.isQuestion else {
            if let service { _ = try only(service) }
            return scaleStates().filter { service == nil || $0.service == service }
        }
        let name = try only(service)
        var scales = self.scales
        try scales[name, default: ServiceScale(manifest: manifestRange(name))].follow(order, service: name, at: Date())
        try scaleFile.write(scales)
        self.scales = scales
        scalingWatches[name]?.tracking.wasSet(at: scalingTime)
        if let scale = scales[name] {
            say(
                name, "\(scale.count) tasks are wanted, between \(scale.range.lowerBound) and \(scale.range.upperBound)"
            )
            await tasks.scale(name, to: scale.count)
        }
        return scaleStates().filter { $0.service == name }
    }

    /// Before the first task starts, and whenever the manifest in force is another one.
    func adoptScales(of services: [Service]) async throws {
        if parts.tasks == nil || scales.isEmpty { scales = try scaleFile.read() }
        let before = scales
        for service in services {
            scales[service.name, default: ServiceScale(manifest: service.tasks)].adopt(manifest: service.tasks)
        }
        scales = scales.filter { name, _ in services.contains { $0.name == name } }
        if scales != before { try scaleFile.write(scales) }
        await parts.tasks?.setCounts(scales.mapValues(\.count))
    }

    /// Looks at every service once a period, for as long as the stack runs.
    func watchScaling() {
        let period = scalingPace.period
        scalingLoop = Task { [weak self] in
            while !Task.isCancelled {
                await self?.scaleByLoad()
                do { try await Task.sleep(for: period) } catch { return }
            }
        }
    }

    private var scaleFile: ScaleFile { ScaleFile(path: folder.path("scaling.json")) }
    private var scalingTime: Duration { ContinuousClock.now - startedInstant }

    private func manifestRange(_ name: String) -> ClosedRange<Int> {
        stack.services.first { $0.name == name }?.tasks ?? 1...1
    }

    private func scaleByLoad() async {
        guard stage == .running, let tasks = parts.tasks else { return }
        let usage = await tasks.usage().mapValues(\.processorTime)
        let statuses = await tasks.status()
        for service in stack.services {
            guard let status = statuses.first(where: { $0.name == service.name }), let scale = scales[service.name]
            else { continue }
            let pace = scalingPace
            var watch = scalingWatches[service.name] ?? ScalingWatch(tracking: TargetTracking(pace: pace))
            let sample = watch.meter.measure(
                ScalingMeter.Totals(
                    processor: usage.filter { $0.key.hasPrefix("\(service.name).") },
                    requests: parts.edge?.totals(of: service.name).requests ?? 0, at: scalingTime),
                share: service.cpu, healthy: status.tasks.count { $0.state == .healthy },
                takesRequests: service.takesRequests)
            var change: TargetTracking.Change?
            if let sample, !scale.isHeld(at: Date()) {
                change = watch.tracking.observe(
                    sample, service.scaleOn, count: scale.count, range: scale.range, isDeploying: !status.isSteady,
                    at: scalingTime)
            }
            scalingWatches[service.name] = watch
            if let change { await follow(change, service.name, tasks) }
        }
    }

    private func follow(_ change: TargetTracking.Change, _ name: String, _ tasks: TaskSupervisor) async {
        guard var scale = scales[name] else { return }
        let before = scale.count
        scale.scale(to: change.count)
        scales[name] = scale
        say(name, "scales from \(before) to \(scale.count) tasks: \(change.reason)")
        do {
            try scaleFile.write(scales)
        } catch {
            say(name, "\(error.what); a supervisor that starts anew begins with another number", .warning)
        }
        await tasks.scale(name, to: scale.count)
    }

    private func scaleStates() -> [ScaleState] {
        stack.services.compactMap { service in
            guard let scale = scales[service.name] else { return nil }
            let cpu = service.scaleOn.cpu.map { "cpu \($0) per cent" }
            let requests = service.scaleOn.requestsPerTask.map { "\($0) requests a minute and task" }
            return ScaleState(
                service: service.name, tasks: scale.count, min: scale.range.lowerBound, max: scale.range.upperBound,
                isOwn: scale.isOwn, heldUntil: scale.isHeld(at: Date()) ? scale.heldUntil : nil,
                scalesOn: [cpu, requests].compactMap { $0 })
        }
    }
}
