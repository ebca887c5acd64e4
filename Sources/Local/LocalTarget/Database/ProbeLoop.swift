import Foundation
import Processes
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Asks one server every `probeInterval` how it is, from a thread of its own. It keeps its connection, since a new one
/// costs the server a process; every tenth probe makes a new one, for a server that answers old clients only is ill.
final class ProbeLoop: Sendable {
    private static let connectionReuse = 10
    private let ended = Mutex(false)

    /// `report` is called from the loop's thread.
    init(server: PostgresServer, process: pid_t, report: @escaping @Sendable (ProbeReport) -> Void) {
        let parameters = server.parameters()
        let code = startThread { [self] in run(parameters: parameters, process: process, report: report) }
        // Without a thread the exit of the server is still noticed; a server that hangs is not, until the next start.
        if code != 0 { end() }
    }

    /// The thread ends soon after; a report under way may still arrive.
    func end() { ended.withLock { $0 = true } }

    private func run(parameters: [String: String], process: pid_t, report: (ProbeReport) -> Void) {
        var connection: PostgresConnection?
        var uses = 0
        var due = ContinuousClock.now
        while !ended.withLock({ $0 }) {
            let start = ContinuousClock.now
            let outcome = Self.probe(&connection, parameters: parameters, process: process)
            uses += 1
            if uses >= Self.connectionReuse {
                connection = nil
                uses = 0
            }
            let end = ContinuousClock.now
            // Late: woken long after the time set, or the probe took far longer than its own deadline.
            let late = start - due > .milliseconds(150) || end - start > DatabaseLimit.probeInterval * 3
            report(ProbeReport(outcome: outcome, late: late, at: end))
            due = max(start + DatabaseLimit.probeInterval, end)
            let pause = due - .now
            if pause > .zero { usleep(useconds_t(pause.components.attoseconds / 1_000_000_000_000)) }
        }
    }

    private static func probe(
        _ connection: inout PostgresConnection?, parameters: [String: String], process: pid_t
    ) -> ProbeReport.Outcome {
        if PostgresProcesses.isStopped(process) { return .failed("it is stopped", stopped: true) }
        do {
            let used = try connection ?? PostgresConnection.open(parameters, within: DatabaseLimit.probeInterval)
            connection = used
            return .answered(try figures(used.query(ServerFigures.query, within: DatabaseLimit.probeInterval)))
        } catch {
            connection = nil
            let failure = error as? PostgresFailure
            if failure?.isAnswer == true { return .answered(ServerFigures()) }
            return .failed(failure?.message ?? "\(error)", stopped: PostgresProcesses.isStopped(process))
        }
    }

    private static func figures(_ rows: [[String?]]) -> ServerFigures {
        var figures = ServerFigures()
        guard let row = rows.first, row.count == 6 else { return figures }
        figures.isStandby = row[0] == "t"
        figures.flushed = row[1].flatMap { Int($0) } ?? 0
        figures.connections = row[2].flatMap { Int($0) } ?? 0
        figures.standbyFlushed = row[3].flatMap { Int($0) }
        figures.standbyReplayed = row[4].flatMap { Int($0) }
        figures.standbyLagSeconds = row[5].flatMap { Double($0) } ?? 0
        return figures
    }
}

extension ServerFigures {
    /// Of several standbys of our name the newest counts: the others are connections that have not noticed their end.
    static let query = """
        SELECT pg_is_in_recovery(),
          ((CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_flush_lsn() END)
            - '0/0')::bigint,
          (SELECT count(*) FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND usename <> '\(PostgresSettings.superuser)'),
          standby.flushed, standby.replayed, standby.lag
        FROM (VALUES (1)) AS one LEFT JOIN (
          SELECT (flush_lsn - '0/0')::bigint AS flushed, (replay_lsn - '0/0')::bigint AS replayed,
            coalesce(extract(epoch FROM replay_lag), 0) AS lag
          FROM pg_stat_replication WHERE application_name = '\(PostgresSettings.standby)' AND state = 'streaming'
          ORDER BY backend_start DESC LIMIT 1) AS standby ON true
        """
}
