/// The database and its secrets.
extension Waiver {
    static func databaseCluster(_ settings: DatabaseClusterSettings) -> [Waiver] {
        let short = Waiver(
            ["RDS.50", "RDS.11", "CKV_AWS_133", "AWS-0077"], .option,
            "`database.backups` asks for \(settings.backupDays) days")
        return [
            Waiver(["CKV_AWS_327"], .option, ownKey),
            Waiver(
                ["CKV2_AWS_8"], .option,
                "Aurora's own continuous backup keeps \(settings.backupDays) days; a second copy would cost money"),
            Waiver(["RDS.23"], .option, "every client and guide expects 5432, and only tasks can reach it"),
            Waiver(["RDS.15", "RDS.5"], .option, "`database.readers` asks for one server"),
            Waiver(
                ["RDS.22"], .impossible,
                "security groups of databases belong to networks before VPCs; a cluster in a VPC has none"),
        ] + (settings.backupDays < 7 ? [short] : [])
    }

    static func secret(_ settings: SecretSettings) -> [Waiver] {
        let whyFixed =
            switch settings.content {
            case .password: "CloudFront and the listener hold it, and both must change together"
            case .login:
                "tasks read it when they start, and one that changed alone would lock them out; "
                    + "the master's, which no task has, is rotated by RDS"
            case .given: "it is the user's own, and only its other holder can change it"
            }
        return [
            Waiver(["SecretsManager.1", "SecretsManager.4", "CKV2_AWS_57", "CKV_AWS_304"], .option, whyFixed),
            Waiver(["CKV_AWS_149", "AWS-0098"], .option, ownKey),
        ]
    }
}
