import Resources

/// A database, and what can change in one without being replaced.
extension KindSample {
    private static func at(_ kind: ResourceKind, _ word: String? = nil) -> Address {
        word.map { Address(.data, kind.rawValue, $0) } ?? Address(.data, kind.rawValue)
    }

    private static func of(_ kind: ResourceKind, _ word: String? = nil, fact: Fact) -> Value {
        Value(Reference(at(kind, word), fact, when: .ready))
    }

    private struct Choice {
        var words: String
        var days: Int
        var exports: [String]
        var statement: String
        var tier: Int
        var instanceClass: String
    }

    static let database = KindSample(
        "database",
        [
            Choice(
                words: "a", days: 7, exports: ["postgresql"], statement: "ddl", tier: 0, instanceClass: "db.t4g.medium"),
            Choice(words: "b", days: 9, exports: [], statement: "all", tier: 3, instanceClass: "db.r6g.large"),
        ].map(graph))

    private static func graph(_ choice: Choice) -> [Resource] {
        let vpc = Address(.network, "vpc")
        let subnets = (0...1).map { zone in
            Resource(
                Address(.network, "subnet", "data-\(zone)"),
                .subnet(
                    SubnetSettings(
                        vpc: Value(Reference(vpc, .id)), cidr: "10.0.2\(zone).0/24", zone: Value(Lookup.zoneID(zone)))))
        }
        let group = Resource(
            at(.subnetGroup),
            .subnetGroup(
                SubnetGroupSettings(
                    name: "guestbook-data", description: "Data subnets \(choice.words)",
                    vpc: Value(Reference(vpc, .id)),
                    subnets: subnets.map { Value(Reference($0.address, .id)) })), tags: ["w": choice.words])
        let parameters = Resource(
            at(.clusterParameterGroup),
            .clusterParameterGroup(
                ClusterParameterGroupSettings(
                    name: "guestbook-\(Lookup.engineFamily)", family: Value(Lookup.engineFamily),
                    description: "PostgreSQL",
                    parameters: ["rds.force_ssl": "1", "log_statement": choice.statement])), tags: ["w": choice.words])
        return [Resource(vpc, .vpc(VPCSettings(cidr: "10.0.0.0/16")))] + subnets + [group, parameters]
            + servers(choice)
    }

    private static func servers(_ choice: Choice) -> [Resource] {
        let cluster = DatabaseClusterSettings(
            identifier: "guestbook", version: Value(Lookup.engineVersion("auto")), versionIsPinned: false,
            database: "guestbook", masterUser: "terrace_admin", subnetGroup: of(.subnetGroup, fact: .name), groups: [],
            parameterGroup: of(.clusterParameterGroup, fact: .name), port: 5432, backupDays: choice.days,
            logExports: choice.exports)
        let instance = DatabaseInstanceSettings(
            identifier: "guestbook-db-1", cluster: of(.databaseCluster, fact: .name),
            instanceClass: choice.instanceClass,
            zone: Value(Lookup.zoneName(0)), promotionTier: choice.tier,
            monitoringRole: "arn:aws:iam::123456789012:role/monitoring")
        let role = DatabaseRoleSettings(
            cluster: of(.databaseCluster, fact: .arn), masterSecret: of(.databaseCluster, fact: .masterSecret),
            database: "guestbook",
            role: "guestbook", secret: of(.secret, "application", fact: .arn))
        return [
            Resource(at(.databaseCluster), .databaseCluster(cluster), tags: ["w": choice.words]),
            Resource(at(.databaseInstance, "db-1"), .databaseInstance(instance), tags: ["w": choice.words]),
            Resource(
                at(.secret, "application"),
                .secret(
                    SecretSettings(
                        name: "terrace/guestbook/database", description: "Role",
                        content: .login(user: "guestbook", length: 32)))),
            Resource(
                at(.databaseRole, "application"), .databaseRole(role),
                needs: [Dependency(at(.databaseInstance, "db-1"), .ready)]),
        ]
    }

    static let secrets = KindSample(
        "secret",
        ["a", "b"].map { words in
            [
                Resource(
                    at(.secret, "origin"),
                    .secret(
                        SecretSettings(
                            name: "terrace/guestbook/origin", description: "Words \(words)",
                            content: .password(length: 24))),
                    tags: ["words": words])
            ]
        })
}
