import Stacks

/// The database: a cluster, its servers over the zones, and a role for the application.
extension StackResources {
    /// How long the servers' own log is kept.
    private static let logDays = 30
    /// The master's name; PostgreSQL's and every guide's favourites are the first that are tried from outside.
    private static let masterUser = "terrace_admin"

    var cluster: Address { address(.data, .databaseCluster) }
    var databaseRole: Address { address(.data, .databaseRole, "application") }
    /// Where the secret of the application's database role stands.
    package static let databaseSecret = Address(.data, ResourceKind.secret.rawValue, "application")
    var databaseSecret: Address { Self.databaseSecret }

    func instance(_ number: Int) -> Address { address(.data, .databaseInstance, "db-\(number)") }

    var data: [Resource] {
        guard let database = stack.database else { return [] }
        let numbers = Array(1...(1 + database.readers))
        return [subnetGroup, parameterGroup(database), databaseLog, clusterResource(database), monitoringRole]
            + numbers.map { instanceResource($0, database) } + [applicationSecret, applicationRole(numbers)]
            + eventSubscriptions(numbers)
    }

    private var subnetGroup: Resource {
        Resource(
            address(.data, .subnetGroup),
            .subnetGroup(
                SubnetGroupSettings(
                    name: Value(names.name("data", limit: 255)),
                    description: "Data subnets of \(stack.fullName): no route to the internet", vpc: id(vpc),
                    subnets: subnets(.data).map { id($0) })))
    }

    // MARK: The cluster

    private func version(_ database: Database) -> (value: Value, isPinned: Bool, family: Value) {
        switch database.version {
        case .auto: (Value(Lookup.engineVersion("auto")), false, Value(Lookup.engineFamily))
        case .exact(let text):
            if let dot = text.firstIndex(of: ".") {
                (Value(text), true, "aurora-postgresql\(String(text[..<dot]))")
            } else {
                (Value(Lookup.engineVersion(text)), false, "aurora-postgresql\(text)")
            }
        }
    }

    private func parameterGroup(_ database: Database) -> Resource {
        let family = version(database).family
        return Resource(
            address(.data, .clusterParameterGroup),
            .clusterParameterGroup(
                ClusterParameterGroupSettings(
                    // With the family in it: the next major version's group is made beside the old one.
                    name: "\(names.name(limit: 200))-\(family)", family: family,
                    description: "PostgreSQL settings of \(stack.fullName)",
                    parameters: [
                        // Plain connections are refused; from version 17 that is Aurora's own default.
                        "rds.force_ssl": "1",
                        "shared_preload_libraries": "pg_stat_statements",
                        // Statements that change the schema, and those that take a second or more.
                        "log_statement": "ddl", "log_min_duration_statement": "1000",
                    ])))
    }

    private var clusterName: String { names.name(limit: 50) }

    /// Made ahead of RDS, which would keep the lines for ever.
    private var databaseLog: Resource {
        Resource(
            address(.data, .logGroup, "postgresql"),
            .logGroup(
                LogGroupSettings(
                    name: "/aws/rds/cluster/\(clusterName)/postgresql", retentionDays: Self.logDays)))
    }

    private func clusterResource(_ database: Database) -> Resource {
        let version = version(database)
        var serverless: ServerlessCapacity?
        if case .serverless(let min, let max) = database.capacity {
            serverless = ServerlessCapacity(min: min, max: max)
        }
        return Resource(
            cluster,
            .databaseCluster(
                DatabaseClusterSettings(
                    identifier: Value(clusterName), version: version.value, versionIsPinned: version.isPinned,
                    database: stack.databaseName, masterUser: Self.masterUser,
                    subnetGroup: name(of: address(.data, .subnetGroup)), groups: [id(group(.database))],
                    // Libraries are loaded when a server starts: the parameters must be there before.
                    parameterGroup: name(of: address(.data, .clusterParameterGroup), when: .ready), port: databasePort,
                    backupDays: Int(database.backups.components.seconds / 86_400), serverless: serverless)),
            needs: [Dependency(address(.data, .logGroup, "postgresql"))])
    }

    // MARK: Its servers

    private var monitoringRole: Resource {
        Resource(
            address(.data, .role, "monitoring"),
            .role(
                RoleSettings(
                    name: Value(names.name("monitoring", limit: 64)), path: rolePath,
                    description: "RDS measures the machines below the database",
                    trust: trust("monitoring.rds.amazonaws.com", for: arn(of: "rds", "db:*")), policies: [:],
                    managedPolicies: [
                        "arn:\(Lookup.partition):iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
                    ])))
    }

    private func instanceResource(_ number: Int, _ database: Database) -> Resource {
        let zone = zones[(number - 1) % zones.count]
        let instanceClass: String =
            switch database.capacity {
            case .instance(let name): name
            case .serverless: "db.serverless"
            }
        return Resource(
            instance(number),
            .databaseInstance(
                DatabaseInstanceSettings(
                    identifier: Value(names.name("db-\(number)", limit: 60)),
                    // RDS takes a server for a cluster that is still on its way, or says that it is to be asked again.
                    cluster: name(of: cluster), instanceClass: instanceClass,
                    zone: Value(Lookup.zoneName(zone.index)),
                    // Everybody in the second rank may follow: the one in the other zone first.
                    promotionTier: min(number - 1, 15),
                    // RDS looks whether the role lets it in.
                    monitoringRole: arn(address(.data, .role, "monitoring"), when: .ready))))
    }

    // MARK: The application's role

    private var applicationSecret: Resource {
        Resource(
            databaseSecret,
            .secret(
                SecretSettings(
                    name: "terrace/\(stack.fullName)/database",
                    description: "The application's role in the database of \(stack.fullName)",
                    content: .login(user: stack.databaseName, length: 32))))
    }

    private func applicationRole(_ instances: [Int]) -> Resource {
        Resource(
            databaseRole,
            .databaseRole(
                DatabaseRoleSettings(
                    cluster: arn(cluster),
                    // RDS is done with the master's secret when the cluster is ready.
                    masterSecret: Value(Reference(cluster, .masterSecret, when: .ready)),
                    database: stack.databaseName, role: stack.databaseName, secret: arn(databaseSecret))),
            // The Data API speaks with the writer, which is the first server. The others may still be on their way.
            needs: [Dependency(instance(1), .ready)])
    }

    // MARK: Events

    private func eventSubscriptions(_ instances: [Int]) -> [Resource] {
        [
            subscription("cluster", .cluster, ["failover", "failure", "maintenance"], [name(of: cluster)]),
            subscription(
                "instances", .instance, ["configuration change", "failure", "maintenance"],
                instances.map { name(of: instance($0)) }),
            // Groups that RDS itself provides cannot be named: those of the account.
            subscription("parameters", .parameterGroup, ["configuration change"], []),
        ]
    }

    private func subscription(
        _ word: String, _ source: EventSubscriptionSettings.Source, _ categories: [String], _ sources: [Value]
    ) -> Resource {
        Resource(
            address(.data, .eventSubscription, word),
            .eventSubscription(
                EventSubscriptionSettings(
                    name: Value(names.name(word, limit: 255)),
                    // RDS tries the topic, whose policy must let it.
                    topic: arn(topic, when: .ready), source: source, categories: categories, sources: sources)))
    }
}
