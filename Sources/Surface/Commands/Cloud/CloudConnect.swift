import ArgumentParser
import Foundation
import Provisioning
import Resources
import Stacks

/// `db connect --on aws`: psql on this machine, through a port that leads by a task into the stack's network. Nothing is opened to
/// the internet for it: the task's agent connects to the database as the task itself does.
struct CloudConnect: Sendable {
    var request: CloudRequest
    var reader: Bool
    /// For psql.
    var words: [String]

    func callAsFunction() async throws {
        try CloudDatabase.isWanted(request.stack)
        try CloudLook.obstaclesAreNone(request.stack)
        let psql = try DatabaseConnect.psql()
        let plugin = try SessionPlugin()
        try await plugin.check()
        let (database, way) = try await request.open { session in
            let look = try await CloudLook.take(session)
            let database = try await CloudDatabase.of(look, session, withLogin: true)
            let opened = try await session.cloud.openForward(
                through: try doors(look, session.stack), to: reader ? database.reader : database.writer,
                port: database.port)
            Surroundings.current.errors("through the task \(opened.task)\n")
            return (database, plugin.start(opened, region: session.stack.region, profile: request.profile))
        }
        let tunnel = try await Tunnel.open(way)
        let access = TunnelledAccess(
            database: database, reader: reader, port: tunnel.port, environment: Surroundings.current.environment)
        if access.roots == nil { Surroundings.current.errors(TunnelledAccess.warning) }
        let result: Result<Int32, any Error>
        do {
            let start = ProgramStart(path: psql, arguments: words, environment: access.variables)
            result = .success(try await Surroundings.current.attend(start))
        } catch { result = .failure(error) }
        let said = await tunnel.close()
        let code = try result.get()
        // A database that refuses the task's connection is told here only: psql sees a port that closes.
        if code != 0, said.contains("failed") { Surroundings.current.errors("\(SessionPlugin.name): \(said)\n") }
        if code != 0 { throw ExitCode(code) }
    }

    /// Services whose tasks have an agent, and which may speak with the database as every service may.
    private func doors(_ look: CloudLook, _ stack: Stack) throws(Report) -> [Observed] {
        let open = stack.services.compactMap { service -> Observed? in
            let observed = look.world.resources[CloudService.address(.ecsService, service.name)]
            guard case .ecsService(let settings)? = observed?.settings, settings.allowsExec else { return nil }
            return observed
        }
        guard open.isEmpty else { return open }
        let isWritten = stack.services.contains(where: \.exec)
        throw Report(
            "no way leads to the database of \(stack.fullName): it goes through a task with ECS Exec, and no service has that",
            expected: "`exec: true` in a service", state: "nothing was started",
            next: (isWritten ? "" : "write it into one, then ")
                + "`terrace up --on aws`, which starts its tasks anew; or `terrace run` has a task of its own with "
                + "the database's names in its environment")
    }
}

/// What psql is told about a database behind a forwarded port. Pure.
struct TunnelledAccess {
    var database: CloudDatabase
    var reader: Bool
    /// Of this machine.
    var port: Int
    /// The user's own.
    var environment: [String: String]

    static let warning = """
        encrypted, and whose certificate it is is not checked: Amazon's authorities for databases are in no system's list. \
        PGSSLROOTCERT=global-bundle.pem (from https://truststore.pki.rds.amazonaws.com) has psql check it

        """

    /// The file with Amazon's authorities, when the user names one.
    var roots: String? { environment["PGSSLROOTCERT"].flatMap { $0.isEmpty ? nil : $0 } }

    /// The host stays the database's own name, which its certificate bears; only the address is another.
    var variables: [String: String] {
        var variables = DatabaseConnect.withoutOwn(environment)
        for (name, value) in database.variables(reader: reader) { variables[name] = value }
        variables["PGHOSTADDR"] = "127.0.0.1"
        variables["PGPORT"] = String(port)
        variables["PGPASSWORD"] = database.password
        if let roots {
            variables["PGSSLROOTCERT"] = roots
            variables["PGSSLMODE"] = "verify-full"
        }
        return variables
    }
}
