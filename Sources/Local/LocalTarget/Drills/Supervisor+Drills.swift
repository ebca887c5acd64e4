import Foundation
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whoever holds a drill keeps a connection open; when that ends, in whatever way, everything is mended here. What even
/// the supervisor's own death would leave, the drill's table, is noted in a file for the next start.
extension Supervisor {
    /// A drill that nobody ends is ended after this.
    private static let longestDrill = Duration.seconds(3600)
    private static let noteName = "drill"

    /// Returns when the drill is over and undone: when the calling task is cancelled, or after an hour.
    package func holdDrill(_ name: String, begun: @escaping @Sendable () async throws -> Void) async throws {
        guard stage == .running else {
            throw Report("\(stack.fullName) is not running yet", next: "wait until `terrace status` says ready")
        }
        try await waitForEnd()
        guard !isChanging else {
            throw Report(
                "\(stack.fullName) is being changed", state: "nothing was broken", next: "wait until it is done")
        }
        try noteDrill(name)
        drill = RunningDrill(name: name)
        do {
            say("drill", "\(name) begins")
            try await begun()
            try await Task.sleep(for: Supervisor.longestDrill)
        } catch {
            // Hanging up is how a drill ends; its own mistakes reach the client as answers.
        }
        // Not in the caller's task, which is cancelled.
        await Task { await self.endDrill() }.value
    }

    /// A drill right behind another comes before the other is mended, and perhaps before it is known that its holder has hung up.
    private func waitForEnd() async throws {
        let latest = ContinuousClock.now + .seconds(1)
        while let drill {
            guard drill.isEnding || ContinuousClock.now < latest else {
                throw Report(
                    "the drill \(drill.name) is under way", state: "nothing was broken",
                    next: "wait until it is over")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func endDrill() async {
        drill?.isEnding = true
        await mend()
        await removeDrillTable()
        say("drill", "\(drill?.name ?? "") is over; everything is mended")
        drill = nil
    }

    private func noteDrill(_ name: String) throws {
        do {
            try Data(name.utf8).write(to: folder.url.appending(path: Supervisor.noteName))
        } catch {
            throw Report(
                "cannot write \(folder.path(Supervisor.noteName)): \((error as NSError).localizedDescription)",
                state: "nothing was broken")
        }
    }

    /// After the start: a supervisor that died in a drill has taken its processes along, but not the drill's table.
    func endDrillLeftBehind() async {
        let path = folder.path(Supervisor.noteName)
        guard let name = try? String(contentsOfFile: path, encoding: .utf8) else { return }
        unlink(ballastPath)
        await removeDrillTable()
        say("drill", "removed what the drill \(name) had left when the supervisor died", .warning)
    }

    /// What was broken may have been the writer, whose successor takes a moment.
    private static let removalPatience = Duration.seconds(60)
    private static let removalPause = Duration.milliseconds(500)

    /// The note goes when the table has gone; with what stays of it the next start tries again.
    private func removeDrillTable() async {
        let deadline = ContinuousClock.now + Supervisor.removalPatience
        while true {
            do {
                try await parts.database?.removeDrillTable()
                unlink(folder.path(Supervisor.noteName))
                return
            } catch {
                guard stage == .running, ContinuousClock.now < deadline,
                    (try? await Task.sleep(for: Supervisor.removalPause)) != nil
                else {
                    return say("drill", "its table \(DrillTable.name) could not be removed: \(error)", .warning)
                }
            }
        }
    }

    // MARK: - Breaking and mending

    package func inject(_ fault: Fault) async throws -> Injection {
        guard drill != nil else { throw Report("no drill is under way", state: "nothing was broken") }
        let began = ContinuousClock.now
        drill?.cut = nil
        do {
            let what = try await carryOut(fault)
            for line in what { say("drill", line, .warning) }
            return Injection(began: began, done: drill?.cut ?? .now, what: what)
        } catch {
            throw Report(describing: error, stack: stack.fullName)
        }
    }

    /// One line for each thing that is broken then.
    private func carryOut(_ fault: Fault) async throws -> [String] {
        switch fault {
        case .task: [try await killTask().text]
        case .badDeploy: [try await deployBroken()]
        case .slowStart: try await slowStart()
        case .zone: try await loseZone()
        case .writer: [try await databaseTier().killServer(.writer)]
        case .reader: [try await databaseTier().killServer(.reader)]
        case .writerHang: [try await hangWriter()]
        case .fullDisk: [try await fillDisk()]
        }
    }

    /// Brings back what is held; what was killed comes back by itself.
    package func mend() async {
        guard let broken = drill else { return }
        for pid in broken.stopped { kill(pid, SIGCONT) }
        for zone in broken.lostZones.sorted() {
            await parts.database?.regain(zone: zone)
            await parts.tasks?.regain(zone: zone)
            say("drill", "zone \(zone) is back")
        }
        if let service = drill?.deployed {
            // Before it is awaited: hanging up and asking to mend may come together.
            drill?.deployed = nil
            await parts.tasks?.withdrawBroken(service)
            isChanging = false
            say("drill", "what was deployed to \(service) is withdrawn")
        }
        if let ballast = broken.ballast {
            unlink(ballast)
            say("drill", "the disk has room again")
        }
        drill?.ballast = nil
        drill?.stopped = []
        drill?.lostZones = []
    }

    private func killTask() async throws -> TaskVictim {
        guard let victim = await parts.tasks?.killNewestTask() else {
            throw Report("no service has a healthy task", state: "nothing was broken")
        }
        return victim
    }

    /// How long the successor of a killed task may take to be started.
    private static let successorPatience = Duration.seconds(10)

    private func slowStart() async throws -> [String] {
        let victim = try await killTask()
        drill?.cut = .now
        let deadline = ContinuousClock.now + Supervisor.successorPatience
        while ContinuousClock.now < deadline {
            if let frozen = await parts.tasks?.freezeSuccessor(of: victim) {
                drill?.stopped.append(frozen.pid)
                return [victim.text, "stopped its successor \(frozen.id) (process \(frozen.pid))"]
            }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw Report("\(victim.id) got no successor within \(Supervisor.successorPatience)")
    }

    private func loseZone() async throws -> [String] {
        guard let zone = await parts.database?.writerZone ?? zones.last else {
            throw Report("\(stack.fullName) has no zones", state: "nothing was broken")
        }
        drill?.lostZones.insert(zone)
        let tasks = await parts.tasks?.lose(zone: zone) ?? []
        let servers = await parts.database?.lose(zone: zone) ?? []
        return ["lost zone \(zone)"] + tasks + servers
    }

    private func hangWriter() async throws -> String {
        let (text, processes) = try await databaseTier().hangWriter()
        drill?.stopped += processes
        return text
    }

    /// Nobody else deploys until it is withdrawn.
    private func deployBroken() async throws -> String {
        let (_, tasks) = try changeable()
        guard let service = stack.services.first(where: \.takesRequests)?.name else {
            throw Report("no service takes requests", state: "nothing was broken")
        }
        isChanging = true
        drill?.deployed = service
        let number = try await tasks.deployBroken(service)
        // The drill may have ended meanwhile, and found nothing to withdraw.
        if drill?.deployed == nil { await tasks.withdrawBroken(service) }
        return "deployed release \(number) of \(service), which ends as soon as it is started"
    }

    private var ballastPath: String { folder.path(StackFolder.database) + "/ballast" }

    private func fillDisk() async throws -> String {
        let disk = try DatabaseDisk(folder: folder.path(StackFolder.database))
        drill?.ballast = ballastPath
        let bytes = try await onOwnThread { [ballastPath] in try disk.fill(ballastPath) }
        return "filled the last \(ByteCount(bytes: bytes)) of the database's disk"
    }
}
