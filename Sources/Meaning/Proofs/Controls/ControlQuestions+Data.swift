import Resources

/// The database and its secrets.
extension ControlQuestions {
    func checks(_ group: ClusterParameterGroupSettings) -> [Check] {
        [
            Check(
                "CKV2_AWS_27", "the database writes down its statements",
                group.parameters["log_statement"] != nil && group.parameters["log_min_duration_statement"] != nil)
        ]
    }

    func checks(_ cluster: DatabaseClusterSettings, _ address: Address) -> [Check] {
        protection(cluster) + placement(cluster, address) + events + [
            Check(
                "RDS.23", "the database does not listen on its engine's default port", cluster.port != 5432,
                found: "it listens on 5432",
                waivable: true),
            Check(
                "CKV_AWS_327", "a key of one's own encrypts the database", false,
                found: "AWS's key encrypts it", waivable: true
            ).byConstruction,
            Check(
                "CKV2_AWS_8", "a plan of AWS Backup copies the database", false, found: "there is none",
                waivable: true
            ).byConstruction,
        ]
    }

    private func protection(_ cluster: DatabaseClusterSettings) -> [Check] {
        [
            Check(
                "RDS.7", ["CKV_AWS_139", "AWS-0177", "AWS-0343"], "the cluster cannot be deleted by accident",
                cluster.deletionProtection),
            Check("RDS.12", ["CKV_AWS_162", "AWS-0176"], "IAM can let people in", cluster.iamAuthentication),
            Check("RDS.16", ["CKV_AWS_313"], "snapshots carry the tags", cluster.copiesTagsToSnapshots),
            Check(
                "RDS.24", "the administrator has a name of its own",
                !["admin", "postgres", "root"].contains(cluster.masterUser)),
            Check(
                "RDS.27", ["RDS.3", "CKV_AWS_96", "AWS-0079", "AWS-0080"], "storage is encrypted", cluster.isEncrypted),
            Check(
                "RDS.37", ["RDS.9", "CKV_AWS_324"], "the servers' log goes to CloudWatch",
                cluster.logExports.contains("postgresql")),
            Check(
                "RDS.50", ["RDS.11", "CKV_AWS_133", "AWS-0077"], "backups are kept for a week", cluster.backupDays >= 7,
                found: "they are kept \(cluster.backupDays) days",
                waivable: cluster.backupDays > 1),
        ]
    }

    private func placement(_ cluster: DatabaseClusterSettings, _ address: Address) -> [Check] {
        let parties = network.parties.filter { $0.role == .database }
        let zones = Set(parties.compactMap(\.zone))
        let leadsOut = parties.compactMap(\.subnet).contains { subnet in
            let routes = network.subnets[subnet]?.table.flatMap { network.tables[$0]?.routes } ?? []
            return routes.contains { if case .internetGateway = $0.way { true } else { false } }
        }
        let servers = resources.filter {
            if case .databaseInstance = $0.settings { refers($0.settings, to: address) } else { false }
        }
        return [
            Check(
                "RDS.15", ["RDS.5"], "servers stand in two zones", zones.count > 1, found: "they stand in one",
                waivable: servers.count == 1),
            Check("RDS.46", "no server's subnet has a route to an internet gateway", !leadsOut),
        ]
    }

    private var events: [Check] {
        func told(_ source: EventSubscriptionSettings.Source, _ categories: [String]) -> Bool {
            has { settings in
                guard case .eventSubscription(let subscription) = settings else { return false }
                return subscription.isEnabled && subscription.source == source
                    && categories.allSatisfy(subscription.categories.contains)
            }
        }
        return [
            Check("RDS.19", "somebody is told of the cluster's failures", told(.cluster, ["failure", "maintenance"])),
            Check(
                "RDS.20", "somebody is told of the servers' failures",
                told(.instance, ["configuration change", "failure", "maintenance"])),
            Check(
                "RDS.21", "somebody is told of changed parameters", told(.parameterGroup, ["configuration change"])),
            Check(
                "RDS.22", "somebody is told of changed database security groups", false, found: "nobody is",
                waivable: true
            ).byConstruction,
        ]
    }

    func checks(_ instance: DatabaseInstanceSettings) -> [Check] {
        [
            Check("RDS.2", ["CKV_AWS_17", "AWS-0180"], "the server has no public address", !instance.isPublic),
            Check(
                "RDS.6", ["CKV_AWS_118"], "the machine below the server is measured", instance.monitoringInterval > 0),
            Check(
                "RDS.13", ["RDS.35", "CKV_AWS_226"], "minor versions are installed by themselves",
                instance.autoMinorUpgrade),
            Check(
                "CKV_AWS_353", ["AWS-0133"], "what the server waits for is recorded", instance.performanceInsights),
            Check(
                "CKV_AWS_354", ["AWS-0078"], "a key of one's own encrypts what is recorded", false,
                found: "AWS's key encrypts it", waivable: true
            ).byConstruction,
        ]
    }

    func checks(_ secret: SecretSettings) -> [Check] {
        [
            Check(
                "SecretsManager.1", ["SecretsManager.4", "CKV2_AWS_57", "CKV_AWS_304"],
                "the secret rotates by itself", false, found: "it does not", waivable: true
            ).byConstruction,
            Check(
                "CKV_AWS_149", ["AWS-0098"], "a key of one's own encrypts the secret", false,
                found: "AWS's key encrypts it", waivable: true
            ).byConstruction,
        ]
    }
}
