/// Which subnets the database's servers may stand in.
package struct SubnetGroupSettings: ResourceSettings {
    package static let kind = ResourceKind.subnetGroup
    package var name: Value
    package var description: String
    /// The network of its subnets, which it cannot leave.
    package var vpc: Value
    package var subnets: [Value]

    package init(name: Value, description: String, vpc: Value, subnets: [Value]) {
        self.name = name
        self.description = description
        self.vpc = vpc
        self.subnets = subnets
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        visit(&vpc)
        subnets.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")), Field("description", description),
            Field("vpc", vpc, .replace("a subnet group stays in its network")), Field("subnets", set: subnets),
        ]
    }
}

/// Settings of PostgreSQL itself, for a whole cluster.
package struct ClusterParameterGroupSettings: ResourceSettings {
    package static let kind = ResourceKind.clusterParameterGroup
    package var name: Value
    /// `aurora-postgresql17`
    package var family: Value
    package var description: String
    /// Only those that differ from the family's own.
    package var parameters: [String: String]

    package init(name: Value, family: Value, description: String, parameters: [String: String]) {
        self.name = name
        self.family = family
        self.description = description
        self.parameters = parameters
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        visit(&family)
    }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")),
            Field("family", family, .replace("a parameter group stays in its family")),
            Field("description", description, .replace("a parameter group keeps its description")),
            Field("parameters", parameters),
        ]
    }
}

/// An Aurora PostgreSQL cluster: its storage, its endpoints and what all of its servers share.
package struct DatabaseClusterSettings: ResourceSettings {
    package static let kind = ResourceKind.databaseCluster
    package var identifier: Value
    package var version: Value
    /// False where the manifest names no minor version.
    package var versionIsPinned: Bool
    package var database: String
    /// Not one of the names that every attacker tries (FSBP RDS.24).
    package var masterUser: String
    package var subnetGroup: Value
    package var groups: [Value]
    package var parameterGroup: Value
    package var port: Int
    package var backupDays: Int
    /// Capacity units of a serverless cluster; nil where its servers have an instance class.
    package var serverless: ServerlessCapacity?
    package var isEncrypted: Bool
    /// RDS makes the master's password and keeps it in a secret of its own.
    package var managesMasterPassword: Bool
    package var deletionProtection: Bool
    package var logExports: [String]
    package var iamAuthentication: Bool
    /// The Data API, through which the application's role is made: the data subnets have no route from an operator's machine.
    package var dataAPI: Bool
    package var copiesTagsToSnapshots: Bool
    package var insights: InsightsMode

    package init(
        identifier: Value, version: Value, versionIsPinned: Bool, database: String, masterUser: String,
        subnetGroup: Value, groups: [Value], parameterGroup: Value, port: Int, backupDays: Int,
        serverless: ServerlessCapacity? = nil, isEncrypted: Bool = true, managesMasterPassword: Bool = true,
        deletionProtection: Bool = true, logExports: [String] = ["postgresql"], iamAuthentication: Bool = true,
        dataAPI: Bool = true, copiesTagsToSnapshots: Bool = true, insights: InsightsMode = .standard
    ) {
        self.identifier = identifier
        self.version = version
        self.versionIsPinned = versionIsPinned
        self.database = database
        self.masterUser = masterUser
        self.subnetGroup = subnetGroup
        self.groups = groups
        self.parameterGroup = parameterGroup
        self.port = port
        self.backupDays = backupDays
        self.serverless = serverless
        self.isEncrypted = isEncrypted
        self.managesMasterPassword = managesMasterPassword
        self.deletionProtection = deletionProtection
        self.logExports = logExports
        self.iamAuthentication = iamAuthentication
        self.dataAPI = dataAPI
        self.copiesTagsToSnapshots = copiesTagsToSnapshots
        self.insights = insights
    }

    package enum InsightsMode: String, Sendable, Hashable { case standard, advanced }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&identifier)
        visit(&version)
        visit(&subnetGroup)
        groups.visitValues(visit)
        visit(&parameterGroup)
    }

    package var fields: [Field] {
        [
            Field("identifier", identifier, .replace("its name is its identity")),
            Field("version", .version(version, isPinned: versionIsPinned)),
            Field("database", database, .replace("the first database is made with the cluster")),
            Field("master-user", masterUser, .replace("a cluster keeps its master user")),
            Field("subnet-group", subnetGroup, .replace("a cluster stays in its subnets")),
            Field("groups", set: groups), Field("parameter-group", parameterGroup), Field("port", port),
            Field("backup-days", backupDays), Field("serverless", serverless),
            Field("encrypted", isEncrypted, .replace("storage is encrypted from the start or never")),
            Field("managed-master-password", managesMasterPassword), Field("deletion-protection", deletionProtection),
            Field("log-exports", set: logExports), Field("iam-authentication", iamAuthentication),
            Field("data-api", dataAPI), Field("copies-tags-to-snapshots", copiesTagsToSnapshots),
            Field("insights", insights.rawValue),
        ]
    }
}

/// Aurora capacity units of 2 GiB each, in halves.
package struct ServerlessCapacity: Sendable, Hashable, FieldConvertible {
    package var min: Double
    package var max: Double

    package init(min: Double, max: Double) {
        self.min = min
        self.max = max
    }

    package var fieldValue: FieldValue { .map(["min": min.fieldValue, "max": max.fieldValue]) }
}

/// One server of a cluster. Which of them is the writer changes with every failover, so its name does not say it.
package struct DatabaseInstanceSettings: ResourceSettings {
    package static let kind = ResourceKind.databaseInstance
    package var identifier: Value
    package var cluster: Value
    /// `db.t4g.medium`, or `db.serverless`.
    package var instanceClass: String
    /// The zone's name in this account.
    package var zone: Value
    /// 0...15; the lowest becomes the writer when the writer fails.
    package var promotionTier: Int
    package var monitoringRole: Value
    /// Seconds between two measurements of the machine below the server; 0, 1, 5, 10, 15, 30 or 60.
    package var monitoringInterval: Int
    package var isPublic: Bool
    package var autoMinorUpgrade: Bool
    package var performanceInsights: Bool

    package init(
        identifier: Value, cluster: Value, instanceClass: String, zone: Value, promotionTier: Int,
        monitoringRole: Value, monitoringInterval: Int = 60, isPublic: Bool = false, autoMinorUpgrade: Bool = true,
        performanceInsights: Bool = true
    ) {
        self.identifier = identifier
        self.cluster = cluster
        self.instanceClass = instanceClass
        self.zone = zone
        self.promotionTier = promotionTier
        self.monitoringRole = monitoringRole
        self.monitoringInterval = monitoringInterval
        self.isPublic = isPublic
        self.autoMinorUpgrade = autoMinorUpgrade
        self.performanceInsights = performanceInsights
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&identifier)
        visit(&cluster)
        visit(&zone)
        visit(&monitoringRole)
    }

    package var fields: [Field] {
        [
            Field("identifier", identifier, .replace("its name is its identity")),
            Field("cluster", cluster, .replace("a server stays in its cluster")),
            Field("class", instanceClass), Field("zone", zone, .replace("a server stays in its zone")),
            Field("promotion-tier", promotionTier), Field("monitoring-role", monitoringRole),
            Field("monitoring-interval", monitoringInterval), Field("public", isPublic),
            Field("auto-minor-upgrade", autoMinorUpgrade), Field("performance-insights", performanceInsights),
        ]
    }
}

/// The application's role inside PostgreSQL, not the master: made through the Data API with the password that lies in
/// `secret`. It owns the application's database and may log in, and nothing else.
package struct DatabaseRoleSettings: ResourceSettings {
    package static let kind = ResourceKind.databaseRole
    /// The cluster's ARN.
    package var cluster: Value
    /// The ARN of the secret with the master's user and password.
    package var masterSecret: Value
    package var database: String
    package var role: String
    /// The ARN of the secret with the role's user and password.
    package var secret: Value

    package init(cluster: Value, masterSecret: Value, database: String, role: String, secret: Value) {
        self.cluster = cluster
        self.masterSecret = masterSecret
        self.database = database
        self.role = role
        self.secret = secret
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&cluster)
        visit(&masterSecret)
        visit(&secret)
    }

    package var fields: [Field] {
        [
            Field("cluster", cluster, .replace("a role lives in one cluster")),
            // RDS draws the master's secret anew when it is switched off and on; the role does not care.
            Field("master-secret", masterSecret, .onlyAtCreation),
            Field("database", database), Field("role", role, .replace("its name is its identity")),
            Field("secret", secret),
        ]
    }
}

/// Tells a topic what RDS does to the database.
package struct EventSubscriptionSettings: ResourceSettings {
    package enum Source: String, Sendable, Hashable {
        case cluster = "db-cluster"
        case instance = "db-instance"
        case parameterGroup = "db-parameter-group"
        case clusterSnapshot = "db-cluster-snapshot"
    }

    package static let kind = ResourceKind.eventSubscription
    package var name: Value
    package var topic: Value
    package var source: Source
    /// RDS's own words: `failure`, `maintenance`, `configuration change`.
    package var categories: [String]
    /// Identifiers of what is watched; empty for everything of the account.
    package var sources: [Value]
    package var isEnabled: Bool

    package init(
        name: Value, topic: Value, source: Source, categories: [String], sources: [Value], isEnabled: Bool = true
    ) {
        self.name = name
        self.topic = topic
        self.source = source
        self.categories = categories
        self.sources = sources
        self.isEnabled = isEnabled
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        visit(&topic)
        sources.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")), Field("topic", topic),
            Field("source", source.rawValue), Field("categories", set: categories), Field("sources", set: sources),
            Field("enabled", isEnabled),
        ]
    }
}
