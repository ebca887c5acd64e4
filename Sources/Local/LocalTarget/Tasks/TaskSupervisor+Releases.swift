import Stacks

// Releases by their numbers.
extension TaskSupervisor {
    /// The releases that serve, by service; while a version is on its way in, the one that it replaces.
    package func runningReleases() -> [String: Int] { supervised.compactMapValues { $0.settled?.number } }

    package func releaseLists() throws -> [ReleaseList] {
        try order.compactMap { name in
            guard let entry = supervised[name] else { return nil }
            let history = try report { () throws(TaskFailure) in try releases.history(of: name) }
            let running = entry.settled?.number
            return ReleaseList(
                service: name, releases: history.releases.reversed(), running: running,
                instead: history.asked.flatMap { $0 == running ? nil : $0 }, drill: history.drill)
        }
    }

    /// Aims at an older release without its release command: what that once did is still done. Says why where it cannot.
    package func rollBack(_ name: String, to number: Int?) throws {
        guard let entry = supervised[name], let running = entry.settled?.number else {
            throw Report("nothing of \(name) runs, so there is nothing to roll back", next: "see `terrace status`")
        }
        let history = try report { () throws(TaskFailure) in try releases.history(of: name) }
        let release = try TaskSupervisor.goal(number, history, running: running, name)
        do {
            let version = try version(of: entry.service, release)
            for file in version.files { _ = try releases.place(of: file) }
            try releases.change(name) { history in
                let asked = history.asked ?? running
                history.hold(asked == release.number ? nil : ReleaseHistory.Hold(back: asked, with: release.number))
            }
            supervised[name]?.setupFailure = nil
            supervised[name]?.aim(at: version, isReleased: true)
        } catch {
            let failure = failure(from: error)
            throw Report(
                "cannot roll \(name) back to release \(release.number): \(failure.message)",
                state: "release \(running) goes on", next: failure.next)
        }
        report(name, "rolls back from release \(running) to \(release.number)")
        adoptTarget(name)
    }

    /// New tasks of the releases that run, with this access to the database in the place of the one they have: no release command, no
    /// trial, and what was built since stays outside.
    package func renew(_ database: DatabaseAccess) {
        guard !isStopping else { return }
        self.database = database
        for name in order {
            guard let entry = supervised[name], let running = entry.settled else { continue }
            do {
                guard let release = try releases.history(of: name)[running.number] else { continue }
                supervised[name]?.aim(at: try version(of: entry.service, release), isReleased: true)
                supervised[name]?.setupFailure = nil
            } catch {
                supervised[name]?.setupFailure = failure(from: error)
                report(name, supervised[name]?.setupFailure?.message ?? "")
            }
            adoptTarget(name)
        }
    }

    private static func goal(
        _ number: Int?, _ history: ReleaseHistory, running: Int, _ name: String
    ) throws(Report) -> Release {
        let known = history.releases.reversed().map { "\($0.number)" }.joined(separator: ", ")
        guard let number else {
            if let previous = history.previous { return previous }
            throw Report(
                "\(name) has no older release that served", expected: "one of \(known)",
                state: "release \(running) goes on")
        }
        guard number != running else {
            throw Report("release \(number) of \(name) runs already", state: "nothing was changed")
        }
        guard let release = history[number] else {
            throw Report(
                "\(name) has no release \(number)", expected: known.isEmpty ? "a deployment first" : "one of \(known)",
                state: "release \(running) goes on")
        }
        return release
    }

    private func report<Value>(_ body: () throws(TaskFailure) -> Value) throws(Report) -> Value {
        do { return try body() } catch { throw Report(error.message, next: error.next) }
    }
}
