import Processes
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What drills do to the two servers. `ClusterState` is not told: it finds out as it would without a drill.
extension DatabaseTier {
    package var writerZone: String? { zone(of: state.record.writer) }

    func zone(of name: ServerName) -> String? {
        (name == .first ? configuration.zones.first : configuration.zones.dropFirst().first)
            ?? configuration.zones.first
    }

    /// Kills the server's first process, as a crash would; the others end by themselves.
    func killServer(_ role: DatabaseServerStatus.Role) throws -> String {
        let (name, server) = try server(role)
        server.process?.send(SIGKILL)
        return "killed \(name.rawValue), the \(role.rawValue) in zone \(zone(of: name) ?? "") (process \(pid(server)))"
    }

    /// Stops all processes of the writer, the first one last: it would start others anew.
    func hangWriter() throws -> (text: String, processes: [Int32]) {
        let (name, server) = try server(.writer)
        let processes = PostgresProcesses.running(in: server.data)
        for process in processes { kill(process, SIGSTOP) }
        return ("stopped \(name.rawValue), the writer (\(processes.count) processes)", processes)
    }

    /// Kills the servers of a zone to their last process; until `regain` none is started there.
    func lose(zone: String) -> [String] {
        let names = ServerName.allCases.filter { self.zone(of: $0) == zone }
        lostServers.formUnion(names)
        return names.compactMap { name in
            guard let server = parts?.servers[name], server.isRunning else { return nil }
            let process = pid(server)
            for each in PostgresProcesses.running(in: server.data) { kill(each, SIGKILL) }
            let role = name == state.record.writer ? "writer" : "reader"
            return "killed \(name.rawValue), the \(role) in zone \(zone) (process \(process))"
        }
    }

    func regain(zone: String) {
        lostServers.subtract(ServerName.allCases.filter { self.zone(of: $0) == zone })
    }

    /// Returns when the server's zone is there.
    func waitForZone(of name: ServerName) async throws {
        while lostServers.contains(name) { try await Task.sleep(for: .milliseconds(20)) }
    }

    func removeDrillTable() async throws {
        guard let writer = parts?.servers[state.record.writer] else { return }
        try await writer.query(
            "SET client_min_messages = error; DROP SCHEMA IF EXISTS \(DrillTable.schema) CASCADE",
            database: configuration.databaseName)
    }

    private func server(_ role: DatabaseServerStatus.Role) throws -> (ServerName, PostgresServer) {
        let name = role == .writer ? state.record.writer : state.record.writer.other
        guard let server = parts?.servers[name], server.isRunning, role == .writer || state.reader == .synchronous
        else {
            throw DatabaseError("break the \(role.rawValue)", answer: "there is none that serves")
        }
        return (name, server)
    }

    private func pid(_ server: PostgresServer) -> Int32 { server.process?.pid ?? 0 }
}
