import Resources
import Stacks

/// What `db restore --on aws` says: Terrace does not restore there, and this is how it is done by hand.
enum CloudRestore {
    static func report(_ stack: Stack) -> Report {
        let settings = StackResources.graph(of: stack).resources.map(\.settings)
        let clusters = settings.compactMap { if case .databaseCluster(let cluster) = $0 { cluster } else { nil } }
        let groups = settings.compactMap { if case .subnetGroup(let group) = $0 { group } else { nil } }
        guard let cluster = clusters.first?.identifier.literal, let group = groups.first?.name.literal,
            let days = clusters.first?.backupDays
        else {
            return Report("\(stack.fullName) has no database", next: "`database: {}` in the manifest gives it one")
        }
        let ask = "$(aws rds describe-db-clusters --db-cluster-identifier \(cluster)"
        return Report(
            "Terrace restores no database on aws: RDS does, into a cluster beside the running one",
            state: "nothing was changed; any moment of the last \(days) days can be had",
            next: """
                make the copy, then a server in it:
                aws rds restore-db-cluster-to-point-in-time --source-db-cluster-identifier \(cluster) \\
                  --db-cluster-identifier \(cluster)-restored --restore-to-time TIME --db-subnet-group-name \(group) \\
                  --vpc-security-group-ids \(ask) \\
                    --query 'DBClusters[0].VpcSecurityGroups[].VpcSecurityGroupId' --output text)
                aws rds create-db-instance --db-instance-identifier \(cluster)-restored-1 \\
                  --db-cluster-identifier \(cluster)-restored --engine aurora-postgresql --db-instance-class CLASS
                README.md, "Restoring on aws", says how its rows, or the copy itself, take the place of what runs
                """)
    }
}
