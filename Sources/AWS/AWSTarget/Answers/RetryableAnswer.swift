package import AWSWire

/// An answer that means "not yet": the same call succeeds a little later, because something made before it is not visible
/// everywhere, or a change under way must end first. Messages count where a code alone says too little. What a deletion
/// waits for is in `HeldAnswer`.
///
/// Source: the retry conditions of Terraform's AWS provider and the waiters of botocore, read 2026-11.
package struct RetryableAnswer: Sendable {
    let pattern: AnswerPattern
    /// Longest time over which the call is made again.
    package let limit: Duration
    /// Completes "asked again until …" in a report.
    package let until: String

    init(
        _ operations: String, _ code: String, _ message: String? = nil, limit: Duration = spread, until: String = fresh
    ) {
        pattern = AnswerPattern(operations: operations, code: code, message: message)
        self.limit = limit
        self.until = until
    }

    /// The first row that fits; nil for an answer that is final.
    package static func row(for error: AWSError) -> RetryableAnswer? { table.first { $0.pattern.matches(error) } }

    /// How long AWS takes at most to know everywhere what it has just made.
    static let spread = Duration.seconds(120)
    static let fresh = "what was just made is visible everywhere"
    private static let role = "the role is visible everywhere"
    private static let available = "the database's last change is over"

    static let table: [RetryableAnswer] = network + data + application + edge + rest

    private static let network: [RetryableAnswer] = [
        RetryableAnswer("EC2.CreateFlowLogs", "InvalidParameter", "assume", until: role),
        RetryableAnswer("EC2.CreateNatGateway", "InvalidSubnet"),
        RetryableAnswer("EC2.CreateRoute", "InvalidParameterException"),
        RetryableAnswer("EC2.Create*", "*.NotFound"),
        RetryableAnswer("EC2.Associate*", "*.NotFound"),
        RetryableAnswer("EC2.Attach*", "*.NotFound"),
        RetryableAnswer("EC2.Authorize*", "*.NotFound"),
        RetryableAnswer("EC2.Modify*", "*.NotFound"),
        RetryableAnswer("EC2.ReplaceRoute", "*.NotFound"),
        RetryableAnswer("EC2.Replace*", "InvalidRouteTableID.NotFound"),
        RetryableAnswer("EC2.Replace*", "InvalidNetworkAclID.NotFound"),
        RetryableAnswer("EC2.Revoke*", "InvalidGroup.NotFound"),
        RetryableAnswer("EC2.DeleteNetworkAclEntry", "InvalidNetworkAclID.NotFound"),
        RetryableAnswer("EC2.UpdateSecurityGroupRuleDescriptions*", "InvalidGroup.NotFound"),
    ]

    private static let data: [RetryableAnswer] = [
        RetryableAnswer("RDS.ModifyDBCluster", "InvalidDBClusterState*", limit: .seconds(550), until: available),
        RetryableAnswer("RDS.EnableHttpEndpoint", "InvalidResourceState*", limit: .seconds(550), until: available),
        RetryableAnswer("RDS.DisableHttpEndpoint", "InvalidResourceState*", limit: .seconds(550), until: available),
        RetryableAnswer("RDS.CreateDBInstance", "InvalidDBClusterState*", limit: .seconds(550), until: available),
        RetryableAnswer("RDS.ModifyDBInstance", "InvalidDBInstanceState*", limit: .seconds(550), until: available),
        RetryableAnswer("RDS.RebootDBInstance", "InvalidDBInstanceState*", limit: .seconds(550), until: available),
        RetryableAnswer("RDS.RestoreDBCluster*", "InvalidDBClusterState*", limit: .seconds(550), until: available),
        RetryableAnswer(
            "RDS.ModifyDBClusterParameterGroup", "InvalidDBParameterGroupState*", limit: .seconds(300), until: available
        ),
        RetryableAnswer("RDS.*", "InvalidParameterValue", "iam role arn value is invalid", until: role),
        RetryableAnswer("RDS.Create*", "DBSubnetGroupNotFound*"),
        RetryableAnswer("RDS.Create*", "DBClusterNotFound*"),
        RetryableAnswer("RDS.Create*", "DBClusterParameterGroupNotFound*"),
        RetryableAnswer("RDS.CreateDBCluster", "KMSKeyNotAccessible*"),
        RetryableAnswer(
            "RDSData.ExecuteStatement", "DatabaseResuming*", limit: .seconds(300), until: "the database has woken up"),
        RetryableAnswer(
            "RDSData.ExecuteStatement", "DatabaseUnavailable*", limit: .seconds(300), until: "the database answers"),
        RetryableAnswer(
            "RDSData.ExecuteStatement", "HttpEndpointNotEnabled*", limit: .seconds(300), until: "the Data API is on"),
        RetryableAnswer(
            "RDSData.ExecuteStatement", "BadRequestException", "communications link failure", limit: .seconds(300),
            until: "the database answers"),
    ]

    private static let application: [RetryableAnswer] = [
        RetryableAnswer("ECS.*", "InvalidParameterException", "unable to assume the service linked role", until: role),
        RetryableAnswer(
            "ECS.CreateService", "InvalidParameterException", "verify that the ecs service role being passed",
            until: role),
        RetryableAnswer(
            "ECS.CreateService", "InvalidParameterException", "does not have an associated load balancer",
            limit: .seconds(300), until: "a listener leads to the target group"),
        RetryableAnswer(
            "ECS.UpdateService", "InvalidParameterException", "does not have an associated load balancer",
            limit: .seconds(300), until: "a listener leads to the target group"),
        RetryableAnswer("ECS.CreateService", "InvalidParameterException", "unable to assume", until: role),
        RetryableAnswer("ECS.UpdateService", "InvalidParameterException", "unable to assume", until: role),
        RetryableAnswer(
            "ECS.CreateService", "InvalidParameterException", "still draining", limit: .seconds(550),
            until: "the service of the same name has drained"),
        RetryableAnswer("ECS.CreateService", "ClusterNotFoundException"),
        RetryableAnswer("ECS.RegisterTaskDefinition", "ClientException", "role", until: role),
        RetryableAnswer(
            "ECS.PutClusterCapacityProviders", "ClientException", "cluster was not active", limit: .seconds(550),
            until: "the cluster is active"),
        RetryableAnswer(
            "ECS.PutClusterCapacityProviders", "ResourceInUseException", limit: .seconds(550),
            until: "the cluster's last change is over"),
        RetryableAnswer(
            "ECS.*", "UpdateInProgressException", limit: .seconds(550), until: "the cluster's last change is over"),
        RetryableAnswer("ApplicationAutoScaling.*", "ValidationException", "unable to assume iam role", until: role),
        RetryableAnswer("ApplicationAutoScaling.*", "ValidationException", "ecs service doesn't exist"),
        RetryableAnswer("ApplicationAutoScaling.*", "FailedResourceAccessException"),
        RetryableAnswer("ApplicationAutoScaling.*", "ConcurrentUpdateException", until: "the other change is over"),
        RetryableAnswer("Scheduler.*", "ValidationException", "to assume the role", until: role),
        RetryableAnswer("Scheduler.CreateSchedule", "ResourceNotFoundException"),
        RetryableAnswer(
            "Scheduler.CreateScheduleGroup", "ConflictException", "delet", until: "the group of the same name is gone"),
        RetryableAnswer("Scheduler.UpdateSchedule", "ConflictException", until: "the other change is over"),
        RetryableAnswer("Scheduler.Delete*", "ConflictException", until: "the other change is over"),
        RetryableAnswer("StepFunctions.*", "AccessDeniedException", "to assume the provided role", until: role),
        RetryableAnswer(
            "StepFunctions.*", "AccessDeniedException", "not authorized to create managed-rule", until: role),
        RetryableAnswer(
            "StepFunctions.CreateStateMachine", "StateMachineDeleting", limit: .seconds(300),
            until: "the state machine of the same name is gone"),
        RetryableAnswer("StepFunctions.UpdateStateMachine", "ConflictException", until: "the other change is over"),
    ]

    private static let edge: [RetryableAnswer] = [
        RetryableAnswer("ELBv2.*", "CertificateNotFound*", limit: .seconds(300)),
        RetryableAnswer(
            "ELBv2.ModifyLoadBalancerAttributes", "InvalidConfigurationRequest", "access denied for bucket",
            until: "the bucket's policy is visible"),
        RetryableAnswer("ELBv2.Create*", "*NotFound"),
        RetryableAnswer("CloudFront.CreateDistributionWithTags", "InvalidViewerCertificate"),
        RetryableAnswer("CloudFront.UpdateDistribution", "InvalidViewerCertificate"),
        RetryableAnswer("CloudFront.*", "InvalidWebACLId"),
        RetryableAnswer("WAFv2.*", "WAFUnavailableEntityException", limit: .seconds(300)),
        RetryableAnswer("WAFv2.CreateWebACL", "WAFNonexistentItemException"),
        RetryableAnswer("WAFv2.UpdateWebACL", "WAFNonexistentItemException"),
        RetryableAnswer(
            "WAFv2.PutLoggingConfiguration", "WAFLogDestinationPermissionIssueException",
            until: "the log group's policy is visible"),
        RetryableAnswer("Route53.*", "PriorRequestNotComplete", until: "the zone's earlier change is over"),
    ]

    private static let rest: [RetryableAnswer] = [
        RetryableAnswer("IAM.*", "MalformedPolicyDocument", "invalid principal"),
        RetryableAnswer("IAM.*", "ConcurrentModification*", until: "the other change is over"),
        RetryableAnswer("IAM.PutRolePolicy", "NoSuchEntity*"),
        RetryableAnswer("IAM.AttachRolePolicy", "NoSuchEntity*"),
        RetryableAnswer("Logs.*", "OperationAbortedException", until: "the other change is over"),
        RetryableAnswer("S3.*", "OperationAborted", limit: .seconds(300), until: "the name is free again"),
        RetryableAnswer("S3.Put*", "NoSuchBucket"),
    ]
}
