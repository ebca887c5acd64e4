import Plans
import Provisioning
import Resources
import Stacks

/// `db failover --on aws`: the reader becomes the writer, while writes through the Data API tell for how long nobody can.
/// What users notice, `drill writer` measures at the edge.
struct CloudFailover: Sendable {
    var request: CloudRequest
    var yes: Bool

    private static let interval = Duration.seconds(1)
    /// RDS says that a failover takes less than a minute as a rule. Source: "Failing over an Aurora DB cluster", read 2026-11.
    private static let limit = Duration.seconds(600)

    func callAsFunction() async throws {
        try await request.open { session in
            let surroundings = Surroundings.current
            // As for a removal, which asks the database itself nothing: who may not use the Data API can fail over all the same.
            let world = try await session.cloud.provider.discoverForRemoval(StackResources.graph(of: session.stack))
            let before = try await session.cloud.vitals(of: world)
            guard before.servers.count > 1, let old = before.writer else {
                throw Report(
                    "the database of \(session.stack.fullName) has no reader that could take over",
                    expected: "`readers:` of the database, which is 1 where the manifest says nothing",
                    state: "nothing was changed")
            }
            guard yes || surroundings.confirms("Connections to the writer, \(old), are cut. Go on?") else {
                throw Report("nobody said yes", state: "nothing was changed", next: "`--yes` begins without asking")
            }
            let ((writer, took), pause) = try await CloudService.change(session, "terrace db failover") {
                try await CloudWriteWatch(session, world).around {
                    let start = session.time.elapsed()
                    _ = try await session.cloud.inject(.writer, in: world)
                    let writer = try await successor(of: old, world, session, start)
                    return (writer, session.time.elapsed() - start)
                }
            }
            for line in FailoverText.lines(writer, took: took, pause) { surroundings.say(line) }
            surroundings.say("`terrace drill writer --on aws` measures what users notice of it")
        }
    }

    private func successor(
        of old: String, _ world: World, _ session: CloudSession, _ start: Duration
    ) async throws -> String {
        while true {
            let now = try await session.cloud.vitals(of: world)
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
