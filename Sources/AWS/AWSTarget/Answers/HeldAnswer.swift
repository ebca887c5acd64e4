package import AWSWire

/// A deletion's answer that means "something still uses it". The deletion counts as asked for; the wait for its end asks again
/// and says what is in the way.
///
/// Source: what the delete calls of each service answer, and the retry conditions of Terraform's AWS provider, read 2026-11.
package enum HeldAnswer {
    package static func matches(_ error: AWSError) -> Bool { table.contains { $0.matches(error) } }

    static let table: [AnswerPattern] = [
        ("EC2.*", "DependencyViolation", nil),
        ("EC2.*", "InvalidGroup.InUse", nil),
        ("EC2.ReleaseAddress", "InvalidIPAddress.InUse", nil),
        // So says EC2 while a NAT gateway that is leaving still has the address.
        ("EC2.ReleaseAddress", "AuthFailure", nil),
        ("EC2.DisassociateAddress", "AuthFailure", nil),
        ("RDS.DeleteDBSubnetGroup", "InvalidDBSubnetGroupState*", nil),
        ("RDS.DeleteDBClusterParameterGroup", "InvalidDBParameterGroupState*", nil),
        ("RDS.DeleteDBCluster", "InvalidDBClusterState*", nil),
        ("RDS.DeleteDBInstance", "InvalidDBClusterState*", nil),
        ("RDS.DeleteDBInstance", "InvalidDBInstanceState*", nil),
        ("ECS.DeleteCluster", "ClusterContains*", nil),
        ("ECS.DeleteCluster", "UpdateInProgressException", nil),
        ("ECS.DeleteService", "*", "cannot be stopped while deployments are active"),
        ("ECS.DeleteService", "DependencyViolation", nil),
        ("ELBv2.DeleteTargetGroup", "ResourceInUse*", nil),
        ("ELBv2.DeleteLoadBalancer", "ResourceInUse*", nil),
        ("CloudFront.DeleteDistribution", "DistributionNotDisabled", nil),
        ("CloudFront.DeleteDistribution", "PreconditionFailed", nil),
        ("CloudFront.DeleteDistribution", "InvalidIfMatchVersion", nil),
        ("CloudFront.DeleteVpcOrigin", "CannotDelete*", nil),
        ("CloudFront.DeleteCachePolicy", "CachePolicyInUse", nil),
        ("CloudFront.DeleteFunction", "FunctionInUse", nil),
        ("WAFv2.Delete*", "WAFAssociatedItemException", nil),
        ("WAFv2.Delete*", "WAFOptimisticLockException", nil),
        ("ACM.DeleteCertificate", "ResourceInUseException", nil),
        ("IAM.DeleteRole", "DeleteConflict*", nil),
        ("S3.DeleteBucket", "BucketNotEmpty", nil),
    ].map { AnswerPattern(operations: $0.0, code: $0.1, message: $0.2) }
}
