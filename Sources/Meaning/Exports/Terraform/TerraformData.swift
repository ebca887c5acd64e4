import Resources

/// The data tier in Terraform's words.
extension TerraformExport {
    func subnetGroup(_ settings: SubnetGroupSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_db_subnet_group", name,
                [
                    "name": .text(settings.name), "description": .word(settings.description),
                    "subnet_ids": .texts(settings.subnets),
                ])
        ]
    }

    func clusterParameterGroup(_ settings: ClusterParameterGroupSettings, _ name: String) -> [TerraformBlock] {
        let parameters = settings.parameters.sorted { $0.key < $1.key }.map { key, value -> Tree in
            // Libraries are loaded when a server starts.
            let method: Tree = key == "shared_preload_libraries" ? "pending-reboot" : "immediate"
            return ["name": .word(key), "value": .word(value), "apply_method": method]
        }
        return [
            resource(
                "aws_rds_cluster_parameter_group", name,
                [
                    "name": .text(settings.name), "family": .text(settings.family),
                    "description": .word(settings.description), "parameter": .blocks(parameters),
                ])
        ]
    }

    func databaseCluster(_ settings: DatabaseClusterSettings, _ name: String) -> [TerraformBlock] {
        let identity: Tree = [
            "cluster_identifier": .text(settings.identifier), "engine": "aurora-postgresql",
            "engine_version": .text(settings.version), "database_name": .word(settings.database),
            "master_username": .word(settings.masterUser),
            "manage_master_user_password": settings.managesMasterPassword ? true : .none,
            "port": .number(settings.port),
        ]
        let place: Tree = [
            "db_subnet_group_name": .text(settings.subnetGroup), "vpc_security_group_ids": .texts(settings.groups),
            "db_cluster_parameter_group_name": .text(settings.parameterGroup),
        ]
        let safety: Tree = [
            "storage_encrypted": .flag(settings.isEncrypted), "backup_retention_period": .number(settings.backupDays),
            "copy_tags_to_snapshot": .flag(settings.copiesTagsToSnapshots),
            "deletion_protection": .flag(settings.deletionProtection),
            "final_snapshot_identifier": .text("\(settings.identifier)-final"),
            "iam_database_authentication_enabled": .flag(settings.iamAuthentication),
            "enable_http_endpoint": .flag(settings.dataAPI),
            "enabled_cloudwatch_logs_exports": .words(settings.logExports),
            "database_insights_mode": .word(settings.insights.rawValue),
        ]
        let scaling: Tree =
            settings.serverless.map { capacity in
                [
                    "serverlessv2_scaling_configuration": .block([
                        "min_capacity": .decimal(capacity.min), "max_capacity": .decimal(capacity.max),
                    ])
                ]
            } ?? .none
        // RDS installs minor versions by itself.
        let versions: Tree =
            settings.versionIsPinned
            ? .none : ["lifecycle": .block(["ignore_changes": .list([.expression("engine_version")])])]
        return [resource("aws_rds_cluster", name, identity + place + safety + scaling + versions)]
    }

    func databaseInstance(_ settings: DatabaseInstanceSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_rds_cluster_instance", name,
                [
                    "identifier": .text(settings.identifier), "cluster_identifier": .text(settings.cluster),
                    "engine": "aurora-postgresql", "instance_class": .word(settings.instanceClass),
                    "availability_zone": .text(settings.zone), "promotion_tier": .number(settings.promotionTier),
                    "publicly_accessible": .flag(settings.isPublic),
                    "auto_minor_version_upgrade": .flag(settings.autoMinorUpgrade),
                    "monitoring_role_arn": .text(settings.monitoringRole),
                    "monitoring_interval": .number(settings.monitoringInterval),
                    "performance_insights_enabled": .flag(settings.performanceInsights),
                    // A zone that AWS opens later must move nothing.
                    "lifecycle": .block(["ignore_changes": .list([.expression("availability_zone")])]),
                ])
        ]
    }

    /// Terraform has no resource for what is inside a database that only the Data API reaches.
    func databaseRole(_ settings: DatabaseRoleSettings) -> [TerraformBlock] {
        let notes =
            [
                "The application's role inside PostgreSQL, which Terraform cannot name. Run this once, after the first apply and before",
                "the tasks start; `terrace up --on aws` does it by itself.",
                "",
            ] + databaseRoleScript(settings)
        return [
            TerraformBlock(
                "output", "database_role_secret", notes: notes,
                body: [
                    "description": "Secret with the user and the password of the application's role",
                    "value": .text(settings.secret),
                ])
        ]
    }

    private func databaseRoleScript(_ settings: DatabaseRoleSettings) -> [String] {
        let (cluster, master, secret) = (settings.cluster, settings.masterSecret, settings.secret)
        let name = { (value: Value) in value.references.first.map { self.expression(.reference($0)) } ?? "" }
        return DatabaseRoleScript(role: settings.role, database: settings.database)
            .lines(cluster: name(cluster), masterSecret: name(master), secret: name(secret))
    }

    func eventSubscription(_ settings: EventSubscriptionSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_db_event_subscription", name,
                [
                    "name": .text(settings.name), "sns_topic": .text(settings.topic),
                    "source_type": .word(settings.source.rawValue),
                    "source_ids": settings.sources.isEmpty ? .none : .texts(settings.sources),
                    "event_categories": .words(settings.categories), "enabled": .flag(settings.isEnabled),
                ])
        ]
    }
}
