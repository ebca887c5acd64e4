import Foundation
import Stacks

extension Supervisor {
    /// Puts the database back to a moment, and makes what is built on it follow: tasks lost their connections and come back by
    /// themselves, the release command brings the tables to what the running release expects, the edge forgets answers of the
    /// time that did not happen.
    func restoreInPlace(to moment: Date, _ database: DatabaseTier) async throws -> RestoredData {
        let (_, tasks) = try changeable()
        if let drill {
            throw Report(
                "the drill \(drill.name) is under way", state: "nothing was changed", next: "wait until it is over")
        }
        isChanging = true
        defer { isChanging = false }
        say("database", "is being put back to \(moment.formatted(.iso8601))")
        var done = try await database.restoreInPlace(to: moment)
        say("database", "was put back to \(moment.formatted(.iso8601)); what ran before is kept in \(done.kept.path)")
        for service in stack.services where service.release != nil {
            guard let failure = await tasks.repeatRelease(service.name) else { continue }
            done.notes.append("\(service.name): \(failure)")
        }
        _ = try await invalidate("/*")
        return done
    }
}
