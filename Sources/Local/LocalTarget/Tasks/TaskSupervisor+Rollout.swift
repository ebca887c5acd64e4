import Foundation
import Processes
import Stacks
import TrafficRules

// New versions: what the rollout of a service decides is carried out here.
extension TaskSupervisor {
    /// How often a trial is looked at; a tenth of its time when that is less.
    static let comparisonInterval = Duration.seconds(1)

    /// A task of some version failed; at the version under way it counts.
    func noteFailure(_ name: String, version: Int?, _ failure: TaskFailure, lines: [String]) {
        guard let version,
            let action = supervised[name]?.rollout?.taskFailed(version, failure, lines: lines)
        else { return }
        carryOut(action, name)
    }

    /// Counts the tasks that were given up for their failed checks. True when that changed what is wanted.
    func noteUnhealthy(_ name: String) -> Bool {
        var isChanged = false
        for member in supervised[name]?.group.takeLost() ?? [] {
            let wasUnderWay = supervised[name]?.rollout?.isUnderWay ?? false
            let lines = supervised[name]?.running[member.number]?.output.tail ?? []
            noteFailure(name, version: member.version, member.failure ?? TaskFailure("was unhealthy"), lines: lines)
            if wasUnderWay, supervised[name]?.rollout?.isUnderWay == false { isChanged = true }
        }
        return isChanged
    }

    /// An alarm that judges new versions of the service went off: one that is on its way is taken back.
    func alarmWentOff(_ name: String, _ reason: String) {
        guard !isStopping, let action = supervised[name]?.rollout?.alarmWentOff(reason) else { return }
        carryOut(action, name)
        reconcile(name)
    }

    func carryOut(_ action: Rollout.Action, _ name: String) {
        switch action {
        case .promote:
            supervised[name]?.takeOver()
        case .goBack:
            let number = supervised[name]?.target?.number ?? 0
            supervised[name]?.goBack()
            guard let entry = supervised[name], let why = entry.givenUp?.why else { return }
            record(name) { $0.failed(number, why.reason) }
            report(name, "release \(number) is given up: \(why.reason); release \(entry.target?.number ?? 0) goes on")
        }
        tellTraffic(name)
        let count = order.contains(name) ? supervised[name]?.count ?? 0 : 0
        supervised[name]?.want(count: count)
    }

    /// Begins or ends the trial at the load balancer, as the rollout stands.
    func tellTraffic(_ name: String) {
        guard let entry = supervised[name], let rollout = entry.rollout, rollout.isTrial,
            let share = entry.share(of: rollout, beside: entry.count)
        else { return traffic.endTrial(of: name) }
        guard traffic.comparison(of: name) == nil else { return }
        traffic.beginTrial(of: name, version: rollout.version, part: share.part)
        let percent = rollout.rules.canary?.share ?? 0
        let tasks = share.tasks == 1 ? "1 task" : "\(share.tasks) tasks"
        report(name, "release \(entry.target?.number ?? 0) gets \(percent) per cent of the requests, with \(tasks)")
    }

    /// After every decision of the group: what has come to pass.
    func followRollout(_ name: String) {
        guard let entry = supervised[name] else { return }
        if entry.group.isOnTrial, supervised[name]?.rollout?.trialIsHealthy(at: .now) == true { compare(name) }
        guard entry.group.isSteady, entry.currentNumber == entry.targetNumber, let current = entry.current else {
            return
        }
        if supervised[name]?.rollout?.allAreNew() == true { report(name, "release \(current.number) serves") }
        guard entry.servedNumber != current.number else { return }
        supervised[name]?.servedNumber = current.number
        record(name) { $0.serves(current.number) }
    }

    private func compare(_ name: String) {
        guard let rollout = supervised[name]?.rollout, let bake = rollout.rules.canary?.bake else { return }
        let version = rollout.version
        report(
            name, "release \(supervised[name]?.target?.number ?? 0) is compared with the old one for \(bake.written)")
        let interval = min(TaskSupervisor.comparisonInterval, bake / 10)
        Task { [weak self] in
            while await self?.stillCompares(name, version) == true {
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }

    /// One look at both sides; false when there is nothing more to compare.
    private func stillCompares(_ name: String, _ version: Int) -> Bool {
        guard !isStopping, let rollout = supervised[name]?.rollout, rollout.isTrial, rollout.version == version,
            let seen = traffic.comparison(of: name)
        else { return false }
        guard let (action, note) = supervised[name]?.rollout?.compared(seen, at: .now) else { return true }
        if action == .promote { report(name, "the canary is as good as the old version: \(note)") }
        carryOut(action, name)
        reconcile(name)
        return false
    }

    /// A history that cannot be written costs the numbers of releases, not the service.
    func record(_ name: String, _ body: (inout ReleaseHistory) -> Void) {
        do {
            try releases.change(name, body)
        } catch {
            report(name, error.message)
        }
    }
}

// What the manifest asks for, as releases.
extension TaskSupervisor {
    /// The release of each service that has a command, with its files kept. Reads and copies files beside this actor.
    func prepare(_ services: [Service], deploying: Set<String>) async -> [String: Result<Release, TaskFailure>] {
        let folder = settings.manifestFolder
        let path = settings.environment["PATH"] ?? TaskEnvironment.standardPath
        let store = releases
        let wanted = services.filter { $0.command != nil }
        let found: [String: Result<Release, TaskFailure>]? = try? await onOwnThread {
            var found: [String: Result<Release, TaskFailure>] = [:]
            for service in wanted {
                let isDeployed = deploying.contains(service.name)
                found[service.name] = Result { () throws(TaskFailure) in
                    try store.release(of: service, folder: folder, path: path, deploying: isDeployed)
                }
            }
            store.removeUnneeded()
            return found
        }
        let noThread = TaskFailure("cannot start a thread to read its program", next: "raise the limit: `ulimit -u`")
        let answers = found ?? Dictionary(wanted.map { ($0.name, .failure(noThread)) }) { first, _ in first }
        for (name, result) in answers { sayStandIn(name, result) }
        return answers
    }

    private func sayStandIn(_ name: String, _ result: Result<Release, TaskFailure>) {
        guard case .success(let release) = result, let history = try? releases.history(of: name),
            let asked = history.asked, asked != release.number
        else { return }
        let why = history[asked]?.outcome == .failed ? "\(asked) failed" : "a rollback"
        report(name, "release \(release.number) runs since \(why); `terrace deploy \(name)` brings \(asked) back")
    }

    /// Services whose tasks are not what the manifest in force makes of them, each with the reason.
    package func outdated() async -> [(name: String, reason: String)] {
        let folder = settings.manifestFolder
        let path = settings.environment["PATH"] ?? TaskEnvironment.standardPath
        let store = releases
        let services = order.compactMap { supervised[$0]?.service }.filter { $0.command != nil }
        let contents = try? await onOwnThread {
            services.map { service in
                (service.name, try? store.content(of: service, folder: folder, path: path))
            }
        }
        return (contents ?? []).compactMap { name, content in
            guard let content, let running = supervised[name]?.current,
                running.files != content.files || running.environment.service != content.environment
            else { return nil }
            let isHeld = (try? releases.history(of: name))?.hold != nil
            return (name, isHeld ? "release \(running.number) runs since a rollback" : "its program was built anew")
        }
    }
}

extension ReleaseStore {
    /// What the manifest and the files make of a service now.
    func content(of service: Service, folder: URL, path: String) throws(TaskFailure) -> Release.Content {
        guard let command = service.command else { throw TaskSupervisor.noCommand }
        let commands = [command] + [service.release].compactMap { $0 }
        return Release.Content(
            command: StoredCommand(command), release: service.release.map(StoredCommand.init),
            environment: service.environment, secrets: service.secrets,
            files: try files(of: commands, folder: folder, path: service.environment["PATH"] ?? path))
    }

    /// The release that shall run: the manifest's, unless a rollback holds it back.
    func release(
        of service: Service, folder: URL, path: String, deploying: Bool
    ) throws(TaskFailure) -> Release {
        let content = try content(of: service, folder: folder, path: path)
        try keep(content.files)
        return try change(service.name) { history in
            let asked = history.release(of: content, at: Date())
            if !deploying, let other = history.standIn(for: asked) { return other }
            history.hold(nil)
            history.begin(asked.number)
            return asked
        }
    }
}
