import Resources

/// The data tier in CloudFormation's words.
extension Template {
    func subnetGroup(_ settings: SubnetGroupSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::RDS::DBSubnetGroup",
                [
                    "DBSubnetGroupName": .text(settings.name),
                    "DBSubnetGroupDescription": .word(settings.description), "SubnetIds": .texts(settings.subnets),
                ])
        ]
    }

    func clusterParameterGroup(_ settings: ClusterParameterGroupSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::RDS::DBClusterParameterGroup",
                [
                    "DBClusterParameterGroupName": .text(settings.name), "Family": .text(settings.family),
                    "Description": .word(settings.description), "Parameters": settings.parameters.tree { .word($0) },
                ])
        ]
    }

    func databaseCluster(_ settings: DatabaseClusterSettings) -> [TemplateResource] {
        let identity: Tree = [
            "DBClusterIdentifier": .text(settings.identifier), "Engine": "aurora-postgresql",
            "EngineVersion": .text(settings.version), "DatabaseName": .word(settings.database),
            "MasterUsername": .word(settings.masterUser),
            "ManageMasterUserPassword": .flag(settings.managesMasterPassword), "Port": .number(settings.port),
            "DBSubnetGroupName": .text(settings.subnetGroup), "VpcSecurityGroupIds": .texts(settings.groups),
            "DBClusterParameterGroupName": .text(settings.parameterGroup),
        ]
        let safety: Tree = [
            "StorageEncrypted": .flag(settings.isEncrypted), "BackupRetentionPeriod": .number(settings.backupDays),
            "CopyTagsToSnapshot": .flag(settings.copiesTagsToSnapshots),
            "DeletionProtection": .flag(settings.deletionProtection),
            "EnableIAMDatabaseAuthentication": .flag(settings.iamAuthentication),
            "EnableHttpEndpoint": .flag(settings.dataAPI), "EnableCloudwatchLogsExports": .words(settings.logExports),
            "DatabaseInsightsMode": .word(settings.insights.rawValue),
        ]
        let scaling: Tree =
            settings.serverless.map { capacity in
                [
                    "ServerlessV2ScalingConfiguration": [
                        "MinCapacity": .decimal(capacity.min), "MaxCapacity": .decimal(capacity.max),
                    ]
                ]
            } ?? .none
        return [
            TemplateResource(
                "AWS::RDS::DBCluster",
                attributes: ["DeletionPolicy": "Snapshot", "UpdateReplacePolicy": "Snapshot"],
                identity + safety + scaling)
        ]
    }

    func databaseInstance(_ settings: DatabaseInstanceSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::RDS::DBInstance",
                // What is stored is the cluster's.
                attributes: ["DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"],
                [
                    "DBInstanceIdentifier": .text(settings.identifier), "DBClusterIdentifier": .text(settings.cluster),
                    "Engine": "aurora-postgresql", "DBInstanceClass": .word(settings.instanceClass),
                    "AvailabilityZone": zone(settings.zone), "PromotionTier": .number(settings.promotionTier),
                    "PubliclyAccessible": .flag(settings.isPublic),
                    "AutoMinorVersionUpgrade": .flag(settings.autoMinorUpgrade),
                    "MonitoringRoleArn": .text(settings.monitoringRole),
                    "MonitoringInterval": .number(settings.monitoringInterval),
                    "EnablePerformanceInsights": .flag(settings.performanceInsights),
                ])
        ]
    }

    func eventSubscription(_ settings: EventSubscriptionSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::RDS::EventSubscription",
                [
                    "SubscriptionName": .text(settings.name), "SnsTopicArn": .text(settings.topic),
                    "SourceType": .word(settings.source.rawValue),
                    "SourceIds": settings.sources.isEmpty ? .none : .texts(settings.sources),
                    "EventCategories": .words(settings.categories), "Enabled": .flag(settings.isEnabled),
                ])
        ]
    }
}
