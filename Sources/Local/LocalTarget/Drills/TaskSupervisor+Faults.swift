import Foundation
import Processes
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A task that a drill touches.
struct TaskVictim: Sendable {
    var id: String
    var service: String
    var number: Int
    var zone: String
    var pid: Int32

    var text: String { "killed \(id) in zone \(zone) (process \(pid))" }
}

/// What drills do to tasks. All else, the restart included, happens as it would without a drill.
extension TaskSupervisor {
    /// Of the first service that takes requests and has a healthy task.
    func killNewestTask() -> TaskVictim? {
        for name in order where supervised[name]?.service.takesRequests == true {
            guard let victim = victims(of: name).last(where: { isHealthy($0) }) else { continue }
            kill(victim)
            return victim
        }
        return nil
    }

    /// Stops the task that was started in the victim's place; nil while there is none.
    func freezeSuccessor(of victim: TaskVictim) -> TaskVictim? {
        guard let successor = victims(of: victim.service).first(where: { $0.number > victim.number }) else {
            return nil
        }
        supervised[victim.service]?.running[successor.number]?.child.sendToGroup(SIGSTOP)
        return successor
    }

    /// Kills every task in the zone; until `regain` nothing is started there.
    func lose(zone: String) -> [String] {
        var lost: [TaskVictim] = []
        for name in order {
            supervised[name]?.group.lose(zone: zone)
            lost += victims(of: name).filter { $0.zone == zone }
        }
        for victim in lost { kill(victim) }
        return lost.map(\.text)
    }

    /// Tasks that had to move come back to it, each after a successor is healthy.
    func regain(zone: String) {
        for name in order {
            supervised[name]?.group.regain(zone: zone)
            reconcile(name)
        }
    }

    /// Deploys a version of the running release that ends at once, and returns its number. Everything else about it is as a
    /// deployment has it, but for the release command: what that does is not to be undone.
    func deployBroken(_ name: String) throws -> Int {
        guard let entry = supervised[name], entry.isSteady, let running = entry.settled else {
            throw Report("nothing of \(name) runs that a version could take the place of", state: "nothing was broken")
        }
        do {
            guard var content = try releases.history(of: name)[running.number]?.content else {
                throw TaskFailure("release \(running.number) is not in its history")
            }
            content.command = StoredCommand(TaskSupervisor.brokenCommand)
            content.release = nil
            let broken = try releases.change(name) { $0.beginDrill(content, at: Date()) }
            supervised[name]?.aim(at: try version(of: entry.service, broken))
            adoptTarget(name)
            return broken.number
        } catch {
            let failure = failure(from: error)
            throw Report(
                "cannot deploy to \(name): \(failure.message)", state: "nothing was broken", next: failure.next)
        }
    }

    private static let brokenCommand = Command.words([
        "/bin/sh", "-c", "echo 'broken on purpose by the drill bad-deploy' >&2; exit 1",
    ])

    /// The release that served before is what the service is asked for again, and the other one has never been.
    func withdrawBroken(_ name: String) {
        guard (try? releases.history(of: name))?.drill != nil else { return }
        supervised[name]?.aimAtSettled()
        adoptTarget(name)
        record(name) { $0.endDrill() }
    }

    private func isHealthy(_ victim: TaskVictim) -> Bool {
        supervised[victim.service]?.group.member(victim.number)?.isHealthy == true
    }

    private func victims(of name: String) -> [TaskVictim] {
        guard let entry = supervised[name] else { return [] }
        return entry.running.sorted { $0.key < $1.key }.map { number, running in
            TaskVictim(
                id: "\(name).\(number)", service: name, number: number,
                zone: entry.group.member(number)?.zone ?? "", pid: running.child.pid)
        }
    }

    private func kill(_ victim: TaskVictim) {
        supervised[victim.service]?.running[victim.number]?.child.sendToGroup(SIGKILL)
    }
}
