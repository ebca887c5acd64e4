import Resources

/// What an operator must be allowed so that Terrace can look after resources of one kind. A test holds this table against
/// every request that the handlers can make and against those that reach an API server.
///
/// In patterns `$P` is the partition, `$R` the region, `$N` the stack's full name and `$S` what every name of it begins with,
/// however far it was cut.
struct KindPermissions: Sendable {
    /// A set of actions on the same resources under the same condition.
    struct Grant: Sendable, Hashable {
        var actions: [String]
        var resources: [String] = ["*"]
        var only: Only = .anywhere
    }

    /// What else has to be true.
    enum Only: Sendable, Hashable, CaseIterable {
        case anywhere
        /// Creations have no name yet that a pattern could know.
        case inRegion
        /// What already exists carries the stack's tag.
        case tagged
    }

    /// Looking changes nothing; for any resource, since lists cannot be narrowed.
    var reads: [String]
    var writes: [Grant]

    init(reads: [String], _ writes: Grant...) {
        self.init(reads: reads, writes: writes)
    }

    init(reads: [String], writes: [Grant]) {
        self.reads = reads
        self.writes = writes
    }

    static func of(_ kind: ResourceKind) -> KindPermissions {
        network(kind) ?? data(kind) ?? application(kind) ?? edge(kind) ?? operations(kind)
    }

    /// For every stack: who we are, the lease, what is left, what the account can carry.
    static let always = KindPermissions(
        reads: [
            "sts:GetCallerIdentity", "tag:GetResources", "servicequotas:Get*", "ec2:Describe*",
            "rds:Describe*", "elasticloadbalancing:Describe*", "iam:GetRole",
            // `verify --on aws` and `cost --refresh`.
            "ec2:GetManagedPrefixListEntries", "pricing:GetProducts",
        ],
        Grant(
            actions: ["ssm:GetParameter", "ssm:PutParameter", "ssm:DeleteParameter"],
            resources: ["arn:$P:ssm:$R:*:parameter/terrace/$N/lease"]),
        // A service's first use in an account makes the role that it acts by.
        Grant(
            actions: ["iam:CreateServiceLinkedRole"], resources: ["arn:$P:iam::*:role/aws-service-role/*"]))

    private static let tagging = ["ec2:CreateTags", "ec2:DeleteTags"]

    private static func ec2(_ creates: [String], _ deletes: [String]) -> KindPermissions {
        KindPermissions(
            reads: ["ec2:Describe*"], Grant(actions: (creates + tagging).sorted(), only: .inRegion),
            Grant(actions: deletes, only: .tagged))
    }

    private static func network(_ kind: ResourceKind) -> KindPermissions? {
        switch kind {
        case .vpc:
            ec2(
                [
                    "ec2:CreateVpc", "ec2:ModifyVpcAttribute", "ec2:RevokeSecurityGroupEgress",
                    "ec2:RevokeSecurityGroupIngress", "ec2:DeleteNetworkAclEntry",
                ], ["ec2:DeleteVpc"])
        case .internetGateway:
            ec2(
                ["ec2:CreateInternetGateway", "ec2:AttachInternetGateway"],
                ["ec2:DeleteInternetGateway", "ec2:DetachInternetGateway"])
        case .subnet: ec2(["ec2:CreateSubnet", "ec2:ModifySubnetAttribute"], ["ec2:DeleteSubnet"])
        case .elasticAddress: ec2(["ec2:AllocateAddress"], ["ec2:ReleaseAddress"])
        case .natGateway: ec2(["ec2:CreateNatGateway"], ["ec2:DeleteNatGateway"])
        case .routeTable:
            ec2(
                [
                    "ec2:CreateRouteTable", "ec2:CreateRoute", "ec2:ReplaceRoute", "ec2:DeleteRoute",
                    "ec2:AssociateRouteTable", "ec2:DisassociateRouteTable", "ec2:ReplaceRouteTableAssociation",
                ], ["ec2:DeleteRouteTable"])
        case .networkACL:
            ec2(
                [
                    "ec2:CreateNetworkAcl", "ec2:CreateNetworkAclEntry", "ec2:ReplaceNetworkAclEntry",
                    "ec2:DeleteNetworkAclEntry", "ec2:ReplaceNetworkAclAssociation",
                ], ["ec2:DeleteNetworkAcl"])
        case .endpoint: ec2(["ec2:CreateVpcEndpoint", "ec2:ModifyVpcEndpoint"], ["ec2:DeleteVpcEndpoints"])
        case .securityGroup: ec2(["ec2:CreateSecurityGroup"], ["ec2:DeleteSecurityGroup"])
        case .securityGroupRules:
            ec2(
                [
                    "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress",
                    "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress",
                    "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
                    "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
                ], [])
        // EC2 has the bucket's log delivery made in the caller's name.
        case .flowLog:
            ec2(["ec2:CreateFlowLogs", "logs:CreateLogDelivery", "logs:DeleteLogDelivery"], ["ec2:DeleteFlowLogs"])
        default: nil
        }
    }

    private static func rds(
        _ resources: [String], _ actions: [String], reads: [String] = []
    ) -> KindPermissions {
        KindPermissions(
            reads: ["rds:Describe*", "rds:ListTagsForResource"] + reads,
            Grant(
                actions: (actions + ["rds:AddTagsToResource", "rds:RemoveTagsFromResource"]).map {
                    $0.hasPrefix("rds:") ? $0 : "rds:\($0)"
                },
                resources: resources.map { "arn:$P:rds:$R:*:\($0)" }))
    }

    private static func data(_ kind: ResourceKind) -> KindPermissions? {
        switch kind {
        case .subnetGroup:
            rds(["subgrp:$S*"], ["CreateDBSubnetGroup", "ModifyDBSubnetGroup", "DeleteDBSubnetGroup"])
        case .clusterParameterGroup:
            rds(
                ["cluster-pg:$S*"],
                [
                    "CreateDBClusterParameterGroup", "ModifyDBClusterParameterGroup", "ResetDBClusterParameterGroup",
                    "DeleteDBClusterParameterGroup",
                ])
        case .databaseCluster:
            // RDS makes the master's secret and the final snapshot in the caller's name.
            KindPermissions(
                reads: ["rds:Describe*", "rds:ListTagsForResource", "kms:DescribeKey"],
                Grant(
                    actions: [
                        "rds:CreateDBCluster", "rds:ModifyDBCluster", "rds:DeleteDBCluster",
                        "rds:CreateDBClusterSnapshot", "rds:AddTagsToResource", "rds:RemoveTagsFromResource",
                        "rds:EnableHttpEndpoint", "rds:DisableHttpEndpoint",
                        // For `db restore`, also of a snapshot that RDS has made by itself, and the first for `drill`.
                        "rds:RestoreDBClusterToPointInTime", "rds:RestoreDBClusterFromSnapshot",
                    ],
                    resources: [
                        "cluster:$S*", "subgrp:$S*", "cluster-pg:$S*", "cluster-snapshot:$S*",
                        "cluster-snapshot:rds:$S*",
                    ].map { "arn:$P:rds:$R:*:\($0)" }),
                Grant(
                    actions: ["secretsmanager:CreateSecret", "secretsmanager:TagResource"],
                    resources: ["arn:$P:secretsmanager:$R:*:secret:rds!cluster-*"]))
        case .databaseInstance:
            // The last two are for `drill`, and Performance Insights for `db top`.
            rds(
                ["db:$S*", "cluster:$S*"],
                [
                    "CreateDBInstance", "ModifyDBInstance", "DeleteDBInstance", "RebootDBInstance",
                    "FailoverDBCluster",
                ], reads: ["pi:DescribeDimensionKeys"])
        case .databaseRole:
            // Statements and both secrets also for `db failover`, `db rotate` and `drill`.
            KindPermissions(
                reads: ["rds:Describe*"],
                Grant(actions: ["rds-data:ExecuteStatement"], resources: ["arn:$P:rds:$R:*:cluster:$S*"]),
                Grant(
                    actions: ["secretsmanager:GetSecretValue"],
                    resources: [
                        "arn:$P:secretsmanager:$R:*:secret:rds!cluster-*",
                        "arn:$P:secretsmanager:$R:*:secret:terrace/$N/*",
                    ]))
        case .eventSubscription:
            rds(
                ["es:$S*", "cluster:$S*", "db:$S*", "cluster-pg:$S*"],
                [
                    "CreateEventSubscription", "ModifyEventSubscription", "DeleteEventSubscription",
                    "AddSourceIdentifierToSubscription", "RemoveSourceIdentifierFromSubscription",
                ])
        default: nil
        }
    }
}
