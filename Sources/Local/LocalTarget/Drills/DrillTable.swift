package import Drills
import Stacks
import Synchronization

/// How the application's role reaches an endpoint of the database.
package struct DatabaseClient: Sendable {
    package var endpoint: DatabaseEndpoints.Endpoint
    package var credentials: DatabaseCredentials

    package init(endpoint: DatabaseEndpoints.Endpoint, credentials: DatabaseCredentials) {
        self.endpoint = endpoint
        self.credentials = credentials
    }

    /// libpq's parameters.
    var parameters: [String: String] {
        var parameters = [
            "host": endpoint.host, "port": "\(endpoint.port)", "user": credentials.user,
            "password": credentials.password.reveal(), "dbname": credentials.database,
            "sslmode": credentials.sslMode, "application_name": "terrace-drill", "gssencmode": "disable",
        ]
        if let certificate = credentials.rootCertificate { parameters["sslrootcert"] = certificate }
        return parameters
    }
}

/// Commits rows at a constant rate through the writer's endpoint, each with a number, and finds out in the end which of the
/// acknowledged ones are there. What happens to it happens to any application.
package final class CommitProbe: Sendable {
    /// Each has one connection. While one waits for a failover, so do the others: more would change nothing.
    private static let writers = 3
    /// For connecting, and for one commit.
    private static let patience = Duration.seconds(10)

    private struct State {
        var next = 0
        var outcomes: [VisitOutcome] = []
        var running = 0
        var isEnding = false
        var ended: CheckedContinuation<Void, Never>?
    }

    private let plan: VisitPlan
    private let client: DatabaseClient
    private let start: ContinuousClock.Instant
    private let state = Mutex(State())

    private init(_ plan: VisitPlan, _ client: DatabaseClient, start: ContinuousClock.Instant) {
        self.plan = plan
        self.client = client
        self.start = start
    }

    /// Makes the table; to be called once before a load.
    package static func prepare(_ client: DatabaseClient) async throws {
        let parameters = client.parameters
        _ = try await onOwnThread {
            try PostgresConnection.open(parameters).query(
                """
                SET client_min_messages = error;
                DROP SCHEMA IF EXISTS \(DrillTable.schema) CASCADE;
                CREATE SCHEMA \(DrillTable.schema);
                CREATE TABLE \(DrillTable.name) (number integer PRIMARY KEY, at timestamptz DEFAULT clock_timestamp())
                """)
        }
    }

    /// Begins at once; `start` is the load's time zero.
    package static func begin(
        _ plan: VisitPlan, _ client: DatabaseClient, start: ContinuousClock.Instant
    ) async throws -> CommitProbe {
        let probe = CommitProbe(plan, client, start: start)
        // What was due before the probe was ready is not due.
        probe.state.withLock { $0.next = Int((ContinuousClock.now - start).inSeconds * Double(plan.perSecond)) + 1 }
        for _ in 0..<writers {
            probe.state.withLock { $0.running += 1 }
            Task { [probe] in
                // A thread that cannot be started writes nothing, which shows as commits that never came.
                try? await onOwnThread { probe.write() }
                probe.leave()
            }
        }
        return probe
    }

    /// Returns when the last commit is done or given up.
    package func end() async -> [VisitOutcome] {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                state.isEnding = true
                if state.running > 0 { state.ended = continuation }
                return state.running == 0
            }
            if isDone { continuation.resume() }
        }
        return state.withLock { $0.outcomes }
    }

    /// The numbers that the table has now.
    package static func present(_ client: DatabaseClient) async throws -> Set<Int> {
        let parameters = client.parameters
        return try await onOwnThread {
            let rows = try PostgresConnection.open(parameters).query("SELECT number FROM \(DrillTable.name)")
            return Set(rows.compactMap { $0.first.flatMap { $0 }.flatMap { Int($0) } })
        }
    }

    private func leave() {
        let ended = state.withLock { state in
            state.running -= 1
            guard state.running == 0 else { return nil as CheckedContinuation<Void, Never>? }
            defer { state.ended = nil }
            return state.ended
        }
        ended?.resume()
    }

    /// One writer, on a thread of its own.
    private func write() {
        var connection: PostgresConnection?
        while let visit = take() {
            let wait = visit.at - (ContinuousClock.now - start)
            if wait > .zero { usleep(useconds_t(wait.inSeconds * 1_000_000)) }
            do {
                let used = try connection ?? PostgresConnection.open(client.parameters, within: CommitProbe.patience)
                connection = used
                try used.query(
                    "INSERT INTO \(DrillTable.name) (number) VALUES (\(visit.number))", within: CommitProbe.patience)
                note(visit, .status(200))
            } catch {
                connection = nil
                note(visit, .none((error as? PostgresFailure)?.reason ?? "\(error)"))
            }
        }
    }

    private func take() -> Visit? {
        state.withLock { state in
            guard !state.isEnding else { return nil }
            defer { state.next += 1 }
            return plan.visit(state.next)
        }
    }

    private func note(_ visit: Visit, _ answer: VisitOutcome.Answer) {
        let latency = ContinuousClock.now - start - visit.at
        state.withLock { $0.outcomes.append(VisitOutcome(visit, latency: latency, answer: answer)) }
    }
}

/// Holds connections that nobody else can have then.
package final class ConnectionHoard: Sendable {
    private let held: Mutex<[Int: Held]> = Mutex([:])
    private struct Held: @unchecked Sendable { var connection: PostgresConnection }
    /// Far above PostgreSQL's own limit here, in case somebody raises it.
    private static let most = 1000

    package init() {}

    /// Takes connections until the server has none left; how many there were, and what it said then.
    package func fill(_ client: DatabaseClient) async throws -> (count: Int, refusal: String) {
        let parameters = client.parameters
        return try await onOwnThread { [self] in
            for number in 0..<ConnectionHoard.most {
                do {
                    let connection = Held(connection: try PostgresConnection.open(parameters))
                    held.withLock { $0[number] = connection }
                } catch {
                    return (number, (error as? PostgresFailure)?.reason ?? "\(error)")
                }
            }
            return (ConnectionHoard.most, "it had still more")
        }
    }

    package func release() { held.withLock { $0 = [:] } }
}

#if canImport(Glibc)
    import Foundation
    import Glibc
#else
    import Darwin
    import Foundation
#endif
