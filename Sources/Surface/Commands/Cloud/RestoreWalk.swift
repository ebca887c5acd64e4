import Provisioning
import Stacks

/// Goes the way of a restore to its end: looks, asks for the next thing, looks again. What it has asked for stands in names and tags,
/// so that whoever is killed on it is continued.
struct RestoreWalk: Sendable {
    let session: CloudSession
    let look: CloudLook
    var interval = Duration.seconds(5)
    /// Told what is waited for and what is asked for, each once.
    let told: @Sendable (String) -> Void

    /// RDS shows within seconds what it was asked for.
    private static let patience = Duration.seconds(600)

    /// Does one thing after the other until nothing is left to be done; what there is then.
    func callAsFunction(_ next: (CloudRestores) throws -> RestoreCourse.Next) async throws -> CloudRestores {
        var (last, since, hasPaused) = ("", session.time.elapsed(), false)
        func tell(_ text: String) {
            guard text != last else { return }
            told(text)
            (last, since, hasPaused) = (text, session.time.elapsed(), true)
        }
        while true {
            let seen = try await session.cloud.restores(of: look.graph, in: look.world)
            let step: RestoreStep
            switch try next(seen) {
            case .done: return seen
            case .wait(let what):
                tell(what)
                try await session.time.sleep(interval)
                continue
            case .step(let found): step = found
            }
            tell(step.text)
            guard hasPaused else {
                // What was asked for a moment ago may not be shown yet: only a later look tells whether to ask again.
                try await session.time.sleep(interval)
                hasPaused = true
                continue
            }
            hasPaused = false
            guard session.time.elapsed() - since < RestoreWalk.patience else {
                throw Report(
                    "RDS does not show that it did as it was asked: \(step.text)", state: "the rest is left as it is",
                    next: "run the same command again: it continues from what is there")
            }
            try await session.cloud.carryOut(step, of: look.graph, in: look.world)
        }
    }
}
