import Resources

/// The data tier, command by command.
extension ShellExport {
    func subnetGroup(_ settings: SubnetGroupSettings) -> [ShellStep] {
        [
            .once(
                "rds create-db-subnet-group",
                [
                    ("db-subnet-group-name", .word(settings.name)),
                    ("db-subnet-group-description", .word(Value(settings.description))),
                    ("subnet-ids", .words(settings.subnets)),
                ])
        ]
    }

    func clusterParameterGroup(_ settings: ClusterParameterGroupSettings) -> [ShellStep] {
        let parameters = settings.parameters.sorted { $0.key < $1.key }.map { key, value -> Value in
            let method = key == "shared_preload_libraries" ? "pending-reboot" : "immediate"
            return Value("ParameterName=\(key),ParameterValue=\(value),ApplyMethod=\(method)")
        }
        return [
            .once(
                "rds create-db-cluster-parameter-group",
                [
                    ("db-cluster-parameter-group-name", .word(settings.name)),
                    ("db-parameter-group-family", .word(settings.family)),
                    ("description", .word(Value(settings.description))),
                ]),
            .once(
                "rds modify-db-cluster-parameter-group",
                [("db-cluster-parameter-group-name", .word(settings.name)), ("parameters", .words(parameters))]),
        ]
    }

    func databaseCluster(_ settings: DatabaseClusterSettings) -> [ShellStep] {
        let identity: [(name: String, value: ShellCall.Argument)] = [
            ("db-cluster-identifier", .word(settings.identifier)), ("engine", .word("aurora-postgresql")),
            ("engine-version", .word(settings.version)), ("database-name", .word(Value(settings.database))),
            ("master-username", .word(Value(settings.masterUser))), ("manage-master-user-password", .flag),
            ("port", .word(Value("\(settings.port)"))), ("db-subnet-group-name", .word(settings.subnetGroup)),
            ("vpc-security-group-ids", .words(settings.groups)),
            ("db-cluster-parameter-group-name", .word(settings.parameterGroup)),
        ]
        let flags: [(String, Bool)] = [
            ("storage-encrypted", settings.isEncrypted), ("copy-tags-to-snapshot", settings.copiesTagsToSnapshots),
            ("deletion-protection", settings.deletionProtection),
            ("enable-iam-database-authentication", settings.iamAuthentication),
            ("enable-http-endpoint", settings.dataAPI),
        ]
        let capacity: [(name: String, value: ShellCall.Argument)] =
            settings.serverless.map { range in
                [
                    (
                        "serverless-v2-scaling-configuration",
                        .word(Value("MinCapacity=\(plainNumber(range.min)),MaxCapacity=\(plainNumber(range.max))"))
                    )
                ]
            } ?? []
        return [
            .once(
                "rds create-db-cluster",
                identity + flags.filter(\.1).map { ($0.0, .flag) } + [
                    ("backup-retention-period", .word(Value("\(settings.backupDays)"))),
                    ("enable-cloudwatch-logs-exports", .words(settings.logExports.map { Value($0) })),
                    ("database-insights-mode", .word(Value(settings.insights.rawValue))),
                ] + capacity),
            .run("rds wait db-cluster-available", [("db-cluster-identifier", .word(settings.identifier))]),
        ]
    }

    func databaseInstance(_ settings: DatabaseInstanceSettings) -> [ShellStep] {
        [
            .once(
                "rds create-db-instance",
                [
                    ("db-instance-identifier", .word(settings.identifier)),
                    ("db-cluster-identifier", .word(settings.cluster)), ("engine", .word("aurora-postgresql")),
                    ("db-instance-class", .word(Value(settings.instanceClass))),
                    ("availability-zone", .word(settings.zone)),
                    ("promotion-tier", .word(Value("\(settings.promotionTier)"))),
                    (settings.isPublic ? "publicly-accessible" : "no-publicly-accessible", .flag),
                    (settings.autoMinorUpgrade ? "auto-minor-version-upgrade" : "no-auto-minor-version-upgrade", .flag),
                    ("monitoring-interval", .word(Value("\(settings.monitoringInterval)"))),
                    ("monitoring-role-arn", .word(settings.monitoringRole)),
                    (
                        settings.performanceInsights ? "enable-performance-insights" : "no-enable-performance-insights",
                        .flag
                    ),
                ])
        ]
    }

    func databaseRole(_ settings: DatabaseRoleSettings) -> [ShellStep] {
        let script = DatabaseRoleScript(role: settings.role, database: settings.database)
        let instances = graph.resources.compactMap { resource -> Value? in
            guard case .databaseInstance(let instance) = resource.settings else { return nil }
            return instance.identifier
        }
        let waits = instances.prefix(1).map {
            ShellStep.run("rds wait db-instance-available", [("db-instance-identifier", .word($0))])
        }
        let exists =
            "found=$(aws rds-data execute-statement --resource-arn \(writerWord(settings.cluster)) --secret-arn \(writerWord(settings.masterSecret)) \\"
        let lines = script.lines(
            cluster: writerWord(settings.cluster), masterSecret: writerWord(settings.masterSecret),
            secret: writerWord(settings.secret))
        return waits + [
            .comment(
                "The application's own role: RDS changes the master's password every seven days under running tasks."),
            ShellStep(
                kind: .raw(
                    [
                        exists,
                        "  --database \(settings.database) --sql \"select 1 from pg_roles where rolname = '\(settings.role)'\" --query 'records[0]' --output text)",
                        "if [[ $found == None || -z $found ]]; then",
                    ] + lines.map { "  \($0)" } + ["fi"])),
        ]
    }

    func eventSubscription(_ settings: EventSubscriptionSettings) -> [ShellStep] {
        let sources: [(name: String, value: ShellCall.Argument)] =
            settings.sources.isEmpty ? [] : [("source-ids", .words(settings.sources))]
        return [
            .once(
                "rds create-event-subscription",
                [
                    ("subscription-name", .word(settings.name)), ("sns-topic-arn", .word(settings.topic)),
                    ("source-type", .word(Value(settings.source.rawValue))),
                ] + sources + [
                    ("event-categories", .words(settings.categories.map { Value($0) })),
                    (settings.isEnabled ? "enabled" : "no-enabled", .flag),
                ])
        ]
    }
}
