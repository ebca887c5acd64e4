import AWSServices
import AWSWire
import Provisioning
import Resources
import Stacks

/// The application's role inside PostgreSQL. It is there when it can sign in with the password of its secret and owns the
/// database; anything less is made again, which changes nothing that is right.
enum DatabaseRoleHandler: KindHandler {
    static func find(_ search: Search<DatabaseRoleSettings>) async throws -> [Observed] {
        let search = try await search.knowing([.databaseCluster, .secret])
        let ready = try await answering(search.work)
        return try await search.items.concurrentMap { item -> [Observed] in
            guard let cluster = item.settings.cluster.literal, item.settings.secret.literal != nil,
                ready.contains(where: { $0.dbClusterArn == cluster })
            else { return [] }
            // It leaves with its cluster, and what a drill has left in there as well: a removal need not know whether it is whole.
            let seen = search.work.isForRemoval ? Sight(owns: true) : try await sight(item.settings, search.work)
            let places = (seen.owns ? [item.address] : []) + (seen.hasDrillTable ? [DrillRemains.table] : [])
            return places.map { Observed($0, .databaseRole(item.settings), facts: facts(item.settings)) }
        }.flatMap { $0 }
    }

    /// What a database shows to the role.
    private struct Sight {
        var owns = false
        /// A drill goes on, or has left its table.
        var hasDrillTable = false
    }

    /// Clusters that can be asked: without a server nobody answers, however long one waits.
    private static func answering(_ work: Work) async throws -> [RDS.DBCluster] {
        async let clusters = DatabaseClusterHandler.clusters(work)
        async let instances = work.lookAll(RDS.DescribeDBInstancesRequest()).flatMap(\.dbInstances)
        let served = Set(
            try await instances.filter { $0.dbInstanceStatus == "available" }.compactMap(\.dbClusterIdentifier))
        return try await clusters.filter { cluster in
            cluster.status == "available" && cluster.dbClusterIdentifier.map(served.contains) ?? false
        }
    }

    private static func facts(_ role: DatabaseRoleSettings) -> [Fact: String] {
        [.id: "\(role.cluster.text)/\(role.role)"]
    }

    /// Asked in the role's own name: an answer proves that its password is the secret's.
    private static func sight(_ role: DatabaseRoleSettings, _ work: Work) async throws -> Sight {
        let request = RDSData.ExecuteStatementRequest(
            resourceArn: role.cluster.text, secretArn: role.secret.text, sql: RoleStatements.owner,
            database: role.database,
            parameters: [RoleStatements.parameter("role", role.role)])
        do {
            guard let found = try await work.call(request).records.first else { return Sight() }
            return Sight(owns: true, hasDrillTable: found.dropFirst().contains { $0.stringValue == DrillTable.schema })
        } catch let error as AWSError where error.kind != .accessDenied && error.status != nil {
            // No such role, another password, or no server that answers yet.
            return Sight()
        }
    }

    static func create(_ order: Order<DatabaseRoleSettings>) async throws -> Observed {
        let (wanted, work) = (order.settings, order.work)
        let answer = try await work.call(SecretsManager.GetSecretValueRequest(secretId: wanted.secret.text))
        guard let login = SecretLogin(answer.secretString) else {
            throw Report(
                "cannot create \(order.address): the secret \(wanted.secret.text) holds no password",
                expected: #"{"username": "…", "password": "…"}"#, next: "delete the secret and run the same command")
        }
        let isItsTurn = login.user == wanted.role
        let isNew = try await !exists(wanted.role, wanted, work)
        for sql in statements(wanted).making(verifier: isItsTurn ? verifier(login) : nil, isNew: isNew) {
            try await make(sql, wanted, work)
        }
        if !isItsTurn { try await admit(login, wanted, work) }
        return order.done(facts: facts(wanted))
    }

    private static func statements(_ role: DatabaseRoleSettings) -> RoleStatements {
        RoleStatements(role: role.role, database: role.database)
    }

    /// Instead of the password: statements end up in PostgreSQL's own log.
    private static func verifier(_ login: SecretLogin) -> String {
        ScramVerifier(password: login.password.reveal()).text
    }

    private static func exists(_ user: String, _ role: DatabaseRoleSettings, _ work: Work) async throws -> Bool {
        try await !run(RoleStatements.exists, role, work, [RoleStatements.parameter("role", user)]).records.isEmpty
    }

    // MARK: - Taking turns

    /// Makes the login valid, whoever else can sign in.
    static func admit(_ login: SecretLogin, _ role: DatabaseRoleSettings, _ work: Work) async throws {
        let isNew = try await !exists(login.user, role, work)
        for sql in statements(role).admitting(login.user, verifier: verifier(login), isNew: isNew) {
            try await make(sql, role, work)
        }
    }

    /// Nobody signs in as that one any more.
    static func dismiss(_ user: String, _ role: DatabaseRoleSettings, _ work: Work) async throws {
        guard try await exists(user, role, work) else { return }
        try await run(statements(role).dismissing(user), role, work)
    }

    /// What was not there a moment ago and is now (SQLSTATE 42710) was made by an earlier try of this call, whose answer was lost.
    private static func make(_ sql: String, _ role: DatabaseRoleSettings, _ work: Work) async throws {
        do {
            try await run(sql, role, work)
        } catch let error as AWSError where error.message.contains("SQLState: 42710") {}
    }

    @discardableResult
    private static func run(
        _ sql: String, _ role: DatabaseRoleSettings, _ work: Work, _ parameters: [RDSData.SqlParameter]? = nil
    ) async throws -> RDSData.ExecuteStatementResponse {
        try await work.call(
            RDSData.ExecuteStatementRequest(
                resourceArn: role.cluster.text, secretArn: role.masterSecret.text, sql: sql, database: role.database,
                parameters: parameters))
    }

    static func update(_ order: Order<DatabaseRoleSettings>, from observed: Observed) async throws -> Observed {
        try await create(order)
    }

    /// The role leaves with its cluster: without it the final snapshot would have no owner for its tables. What goes is what a drill has
    /// left, which belongs to the role.
    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard observed.address == DrillRemains.table, case .databaseRole(let role) = observed.settings else { return }
        try await work.call(
            RDSData.ExecuteStatementRequest(
                resourceArn: role.cluster.text, secretArn: role.secret.text, sql: DrillTable.Statement.remove.sql,
                database: role.database))
    }
    static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed? { nil }
}
