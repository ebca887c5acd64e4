import Drills
import Provisioning
import Stacks

/// `db failover --on aws`: the reader becomes the writer. What the application notices cannot be seen from outside of the
/// network; `drill writer` measures it at the edge.
struct CloudFailover: Sendable {
    var request: CloudRequest
    var yes: Bool

    private static let interval = Duration.seconds(1)
    /// RDS says that a failover takes less than a minute as a rule. Source: "Failing over an Aurora DB cluster", read 2026-11.
    private static let limit = Duration.seconds(600)

    func callAsFunction() async throws {
        try await request.open { session in
            let surroundings = Surroundings.current
            let look = try await CloudLook.take(session)
            let before = try await session.cloud.vitals(of: look.world)
            guard before.servers.count > 1, let old = before.writer else {
                throw Report(
                    "the database of \(session.stack.fullName) has no reader that could take over",
                    expected: "`readers:` of the database, which is 1 where the manifest says nothing",
                    state: "nothing was changed")
            }
            guard yes || surroundings.confirms("Connections to the writer, \(old), are cut. Go on?") else {
                throw Report("nobody said yes", state: "nothing was changed", next: "`--yes` begins without asking")
            }
            let (writer, took) = try await CloudService.change(session, "terrace db failover") {
                let start = session.time.elapsed()
                _ = try await session.cloud.inject(.writer, in: look.world)
                let writer = try await successor(of: old, look, session, start)
                return (writer, session.time.elapsed() - start)
            }
            let seconds = Seconds.text(took / .seconds(1))
            surroundings.say("\(writer) is the writer; RDS took \(seconds) until all servers were available")
            surroundings.say("`terrace drill writer --on aws` measures what users notice of it")
        }
    }

    private func successor(
        of old: String, _ look: CloudLook, _ session: CloudSession, _ start: Duration
    ) async throws -> String {
        while true {
            let now = try await session.cloud.vitals(of: look.world)
            if let writer = now.writer, writer != old, now.servers.allSatisfy({ $0.state == "available" }) {
                return writer
            }
            guard session.time.elapsed() - start < CloudFailover.limit else {
                let states = now.servers.map { "\($0.name) is \($0.state)\($0.isWriter ? ", the writer" : "")" }
                throw Report(
                    "the failover was not over after 10 minutes: \(states.joined(separator: "; "))",
                    next: "see the cluster's events; `terrace status --on aws` says when it is whole")
            }
            try await session.time.sleep(CloudFailover.interval)
        }
    }
}
