import AWSServices
import AWSWire
import Resources

/// What is said to RDS about a cluster.
enum ClusterRequests {
    static func create(_ cluster: DatabaseClusterSettings, tags: [String: String]) -> RDS.CreateDBClusterRequest {
        var request = RDS.CreateDBClusterRequest(
            dbClusterIdentifier: cluster.identifier.text, engine: LookupSearch.engine, tags: RDS.Tag.list(tags))
        request.engineVersion = cluster.version.text
        request.databaseName = cluster.database
        request.masterUsername = cluster.masterUser
        request.manageMasterUserPassword = cluster.managesMasterPassword
        request.dbSubnetGroupName = cluster.subnetGroup.text
        request.vpcSecurityGroupIds = cluster.groups.map(\.text)
        request.dbClusterParameterGroupName = cluster.parameterGroup.text
        request.port = cluster.port
        request.backupRetentionPeriod = cluster.backupDays
        request.storageEncrypted = cluster.isEncrypted
        request.deletionProtection = cluster.deletionProtection
        request.enableCloudwatchLogsExports = cluster.logExports
        request.enableIAMDatabaseAuthentication = cluster.iamAuthentication
        request.enableHttpEndpoint = cluster.dataAPI
        request.copyTagsToSnapshot = cluster.copiesTagsToSnapshots
        request.databaseInsightsMode = insights(cluster)
        request.serverlessV2ScalingConfiguration = serverless(cluster)
        return request
    }

    /// A full copy of a cluster as of a moment. Its key is the cluster's own; its master's password is that of then until `modify` has
    /// RDS manage it, and it has no Data API until that is switched on. Source: RDS, RestoreDBClusterToPointInTime, read 2026-11.
    static func restore(
        _ cluster: DatabaseClusterSettings, of source: String, to moment: AWSWire.Moment, tags: [String: String]
    ) -> RDS.RestoreDBClusterToPointInTimeRequest {
        let request = RDS.RestoreDBClusterToPointInTimeRequest(
            dbClusterIdentifier: cluster.identifier.text, restoreType: "full-copy", sourceDBClusterIdentifier: source,
            restoreToTime: moment, tags: RDS.Tag.list(tags))
        return set(request, like: cluster)
    }

    /// The same of a snapshot, whose version and key it has.
    static func restore(
        _ cluster: DatabaseClusterSettings, from snapshot: String, tags: [String: String]
    ) -> RDS.RestoreDBClusterFromSnapshotRequest {
        let request = RDS.RestoreDBClusterFromSnapshotRequest(
            dbClusterIdentifier: cluster.identifier.text, snapshotIdentifier: snapshot, engine: LookupSearch.engine,
            tags: RDS.Tag.list(tags))
        return set(request, like: cluster)
    }

    /// What RDS does not take over from what a cluster is restored from.
    private static func set<Request: RestoredClusterRequest>(
        _ bare: Request, like cluster: DatabaseClusterSettings
    ) -> Request {
        var request = bare
        request.port = cluster.port
        request.dbSubnetGroupName = cluster.subnetGroup.text
        request.vpcSecurityGroupIds = cluster.groups.map(\.text)
        request.dbClusterParameterGroupName = cluster.parameterGroup.text
        request.enableIAMDatabaseAuthentication = cluster.iamAuthentication
        request.enableCloudwatchLogsExports = cluster.logExports.isEmpty ? nil : cluster.logExports
        request.copyTagsToSnapshot = cluster.copiesTagsToSnapshots
        request.deletionProtection = cluster.deletionProtection
        request.serverlessV2ScalingConfiguration = serverless(cluster)
        return request
    }

    /// Nil when nothing differs that a modification can change. It cannot switch the Data API: its member for that is about
    /// Serverless v1 alone (`switchDataAPI`).
    static func modify(
        _ wanted: DatabaseClusterSettings, from found: DatabaseClusterSettings
    ) -> RDS.ModifyDBClusterRequest? {
        let bare = RDS.ModifyDBClusterRequest(dbClusterIdentifier: wanted.identifier.text, applyImmediately: true)
        var request = bare
        if wanted.version != found.version, wanted.versionIsPinned { request.engineVersion = wanted.version.text }
        if Set(wanted.groups) != Set(found.groups) { request.vpcSecurityGroupIds = wanted.groups.map(\.text) }
        if wanted.parameterGroup != found.parameterGroup {
            request.dbClusterParameterGroupName = wanted.parameterGroup.text
        }
        if wanted.port != found.port { request.port = wanted.port }
        if wanted.backupDays != found.backupDays { request.backupRetentionPeriod = wanted.backupDays }
        if wanted.serverless != found.serverless { request.serverlessV2ScalingConfiguration = serverless(wanted) }
        if wanted.managesMasterPassword != found.managesMasterPassword {
            request.manageMasterUserPassword = wanted.managesMasterPassword
        }
        if wanted.deletionProtection != found.deletionProtection {
            request.deletionProtection = wanted.deletionProtection
        }
        if wanted.iamAuthentication != found.iamAuthentication {
            request.enableIAMDatabaseAuthentication = wanted.iamAuthentication
        }
        if wanted.copiesTagsToSnapshots != found.copiesTagsToSnapshots {
            request.copyTagsToSnapshot = wanted.copiesTagsToSnapshots
        }
        if wanted.insights != found.insights { request.databaseInsightsMode = insights(wanted) }
        request.cloudwatchLogsExportConfiguration = exports(wanted.logExports, from: found.logExports)
        return request == bare ? nil : request
    }

    /// Another name, and with it another group for its log, or none.
    static func rename(
        _ name: String, to other: String, logExports: [String], from found: [String]
    ) -> RDS.ModifyDBClusterRequest {
        var request = RDS.ModifyDBClusterRequest(dbClusterIdentifier: name, applyImmediately: true)
        request.newDBClusterIdentifier = other
        request.cloudwatchLogsExportConfiguration = exports(logExports, from: found)
        return request
    }

    /// The Data API of a provisioned or Serverless v2 cluster has calls of its own. Source: RDS, EnableHttpEndpoint, read
    /// 2026-11.
    static func switchDataAPI(of arn: String, on: Bool) -> any WireRequest {
        on ? RDS.EnableHttpEndpointRequest(resourceArn: arn) : RDS.DisableHttpEndpointRequest(resourceArn: arn)
    }

    private static func exports(_ wanted: [String], from found: [String]) -> RDS.CloudwatchLogsExportConfiguration? {
        let (on, off) = (wanted.filter { !found.contains($0) }, found.filter { !wanted.contains($0) })
        guard !on.isEmpty || !off.isEmpty else { return nil }
        return RDS.CloudwatchLogsExportConfiguration(
            enableLogTypes: on.isEmpty ? nil : on, disableLogTypes: off.isEmpty ? nil : off)
    }

    private static func insights(_ cluster: DatabaseClusterSettings) -> RDS.DatabaseInsightsMode {
        cluster.insights == .advanced ? .advanced : .standard
    }

    private static func serverless(_ cluster: DatabaseClusterSettings) -> RDS.ServerlessV2ScalingConfiguration? {
        cluster.serverless.map { RDS.ServerlessV2ScalingConfiguration(minCapacity: $0.min, maxCapacity: $0.max) }
    }
}

/// A request for a cluster as of a moment, or of a snapshot.
private protocol RestoredClusterRequest {
    var port: Int? { get set }
    var dbSubnetGroupName: String? { get set }
    var vpcSecurityGroupIds: [String]? { get set }
    var dbClusterParameterGroupName: String? { get set }
    var enableIAMDatabaseAuthentication: Bool? { get set }
    var enableCloudwatchLogsExports: [String]? { get set }
    var copyTagsToSnapshot: Bool? { get set }
    var deletionProtection: Bool? { get set }
    var serverlessV2ScalingConfiguration: RDS.ServerlessV2ScalingConfiguration? { get set }
}

extension RDS.RestoreDBClusterToPointInTimeRequest: RestoredClusterRequest {}
extension RDS.RestoreDBClusterFromSnapshotRequest: RestoredClusterRequest {}

extension DatabaseClusterSettings {
    /// As RDS tells it.
    init(_ cluster: RDS.DBCluster) {
        let scaling = cluster.serverlessV2ScalingConfiguration
        var serverless: ServerlessCapacity?
        if let min = scaling?.minCapacity, let max = scaling?.maxCapacity {
            serverless = ServerlessCapacity(min: min, max: max)
        }
        self.init(
            identifier: Value(cluster.dbClusterIdentifier ?? ""), version: Value(cluster.engineVersion ?? ""),
            versionIsPinned: true, database: cluster.databaseName ?? "", masterUser: cluster.masterUsername ?? "",
            subnetGroup: Value(cluster.dbSubnetGroup ?? ""),
            groups: cluster.vpcSecurityGroups.compactMap(\.vpcSecurityGroupId).map { Value($0) },
            parameterGroup: Value(cluster.dbClusterParameterGroup ?? ""), port: cluster.port ?? 0,
            backupDays: cluster.backupRetentionPeriod ?? 0, serverless: serverless,
            isEncrypted: cluster.storageEncrypted ?? false, managesMasterPassword: cluster.masterUserSecret != nil,
            deletionProtection: cluster.deletionProtection ?? false, logExports: cluster.enabledCloudwatchLogsExports,
            iamAuthentication: cluster.iamDatabaseAuthenticationEnabled ?? false,
            dataAPI: cluster.httpEndpointEnabled ?? false, copiesTagsToSnapshots: cluster.copyTagsToSnapshot ?? false,
            insights: cluster.databaseInsightsMode == .advanced ? .advanced : .standard)
    }
}
