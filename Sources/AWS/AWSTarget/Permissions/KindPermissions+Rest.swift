import Resources

extension KindPermissions {
    static func application(_ kind: ResourceKind) -> KindPermissions? {
        switch kind {
        case .secret:
            KindPermissions(
                reads: ["secretsmanager:DescribeSecret", "secretsmanager:GetRandomPassword"],
                Grant(
                    actions: [
                        "CreateSecret", "GetSecretValue", "UpdateSecret", "DeleteSecret", "RestoreSecret",
                        "TagResource", "UntagResource",
                        // For `db rotate`.
                        "PutSecretValue", "UpdateSecretVersionStage",
                    ].map { "secretsmanager:\($0)" }, resources: ["arn:$P:secretsmanager:$R:*:secret:terrace/$N/*"]))
        case .role:
            // A service that a role is given to takes it on later: that is what PassRole allows.
            KindPermissions(
                reads: ["iam:ListRoles"],
                Grant(
                    actions: [
                        "CreateRole", "DeleteRole", "GetRole", "UpdateRole", "UpdateAssumeRolePolicy", "TagRole",
                        "UntagRole", "PutRolePolicy", "GetRolePolicy", "DeleteRolePolicy", "ListRolePolicies",
                        "AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies", "PassRole",
                    ].map { "iam:\($0)" }, resources: ["arn:$P:iam::*:role/terrace/$N/*"]))
        case .logGroup: logGroup
        case .repository:
            KindPermissions(
                reads: ["ecr:DescribeRepositories", "ecr:GetAuthorizationToken"],
                Grant(
                    actions: [
                        "CreateRepository", "DeleteRepository", "DescribeImages", "GetLifecyclePolicy",
                        "PutLifecyclePolicy", "PutImageScanningConfiguration", "PutImageTagMutability",
                        "ListTagsForResource", "TagResource", "UntagResource",
                        // The registry's own protocol asks for these when an image is sent.
                        "BatchCheckLayerAvailability", "BatchGetImage", "InitiateLayerUpload", "UploadLayerPart",
                        "CompleteLayerUpload", "PutImage",
                    ].map { "ecr:\($0)" }, resources: ["arn:$P:ecr:$R:*:repository/terrace/$S*"]))
        case .ecsCluster:
            ecs(["cluster/$N"], ["CreateCluster", "UpdateCluster", "PutClusterCapacityProviders", "DeleteCluster"])
        case .taskDefinition:
            KindPermissions(
                reads: ["ecs:Describe*", "ecs:List*"],
                // ECS knows no resource in these three.
                Grant(
                    actions: [
                        "ecs:RegisterTaskDefinition", "ecs:DeregisterTaskDefinition", "ecs:DeleteTaskDefinitions",
                    ], only: .inRegion),
                Grant(
                    actions: ["ecs:TagResource", "ecs:UntagResource"],
                    resources: ["arn:$P:ecs:$R:*:task-definition/$S*"]))
        case .release: ecs(["task-definition/$S*", "task/$N/*"], ["RunTask", "StopTask"], logs: true)
        case .ecsService: service
        case .scalableTarget, .scalingPolicy: scaling
        case .scheduleGroup:
            scheduler(
                ["schedule-group/$S*"],
                [
                    "CreateScheduleGroup", "DeleteScheduleGroup", "ListTagsForResource", "TagResource",
                    "UntagResource",
                ])
        case .schedule: scheduler(["schedule/$S*/*"], ["CreateSchedule", "UpdateSchedule", "DeleteSchedule"])
        case .stateMachine: stateMachine
        default: nil
        }
    }

    /// Of a canary that never comes up, a deployment is stopped. The last three are for `run`, `exec` and `drill`, and the session for `db connect`.
    private static let service = ecs(
        ["service/$N/*", "service-deployment/$N/*", "cluster/$N", "task-definition/$S*", "task/$N/*"],
        [
            "CreateService", "UpdateService", "DeleteService", "StopServiceDeployment", "RunTask", "StopTask",
            "ExecuteCommand",
        ], logs: true,
        Grant(
            actions: ["ssm:StartSession"],
            resources: [
                "arn:$P:ecs:$R:*:task/$N/*", "arn:$P:ssm:$R::document/AWS-StartPortForwardingSessionToRemoteHost",
            ]))

    private static let logGroup = KindPermissions(
        reads: ["logs:DescribeLogGroups"],
        Grant(
            actions: [
                "CreateLogGroup", "DeleteLogGroup", "PutRetentionPolicy", "ListTagsForResource", "TagResource",
                "UntagResource",
            ].map { "logs:\($0)" },
            resources: ["/terrace/$N/", "/aws/rds/cluster/$S", "aws-waf-logs-$S"].map {
                "arn:$P:logs:*:*:log-group:\($0)*"
            }))

    private static func ecs(
        _ resources: [String], _ actions: [String], logs: Bool = false, _ more: Grant...
    ) -> KindPermissions {
        let own = Grant(
            actions: (actions + ["TagResource", "UntagResource"]).map { "ecs:\($0)" },
            resources: resources.map { "arn:$P:ecs:$R:*:\($0)" })
        return KindPermissions(
            // A deployment that fails is told with the last lines of its tasks.
            reads: ["ecs:Describe*", "ecs:List*"] + (logs ? ["logs:FilterLogEvents", "logs:GetLogEvents"] : []),
            writes: [own] + more)
    }

    private static func scheduler(_ resources: [String], _ actions: [String]) -> KindPermissions {
        KindPermissions(
            reads: ["scheduler:GetSchedule", "scheduler:GetScheduleGroup", "scheduler:ListSchedules"],
            Grant(
                actions: actions.map { "scheduler:\($0)" },
                resources: resources.map { "arn:$P:scheduler:$R:*:\($0)" }))
    }

    /// `jobs` tells how a run ended, and a run that goes on ends with its machine.
    private static let stateMachine = KindPermissions(
        reads: [
            "states:DescribeStateMachine", "states:ListTagsForResource", "states:ListExecutions",
            "states:DescribeExecution",
        ],
        Grant(
            actions: [
                "CreateStateMachine", "UpdateStateMachine", "DeleteStateMachine", "TagResource", "UntagResource",
                "StopExecution",
            ].map { "states:\($0)" },
            resources: ["stateMachine:$S*", "execution:$S*"].map { "arn:$P:states:$R:*:\($0)" }))

    private static let scaling = KindPermissions(
        reads: ["application-autoscaling:Describe*", "application-autoscaling:ListTagsForResource"],
        Grant(
            actions: [
                "RegisterScalableTarget", "DeregisterScalableTarget", "PutScalingPolicy", "DeleteScalingPolicy",
                // For `scale --hold`.
                "PutScheduledAction", "DeleteScheduledAction",
                "TagResource", "UntagResource",
            ].map { "application-autoscaling:\($0)" },
            resources: ["arn:$P:application-autoscaling:$R:*:scalable-target/*"]),
        // The alarms of target tracking are made in the caller's name.
        Grant(
            actions: ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"],
            resources: ["arn:$P:cloudwatch:$R:*:alarm:TargetTracking-service/$N/*"]))

    // MARK: - Edge

    static func edge(_ kind: ResourceKind) -> KindPermissions? {
        switch kind {
        case .bucket: bucket
        case .loadBalancer:
            balancing(
                [
                    "CreateLoadBalancer", "DeleteLoadBalancer", "ModifyLoadBalancerAttributes", "SetSecurityGroups",
                    "SetSubnets",
                ])
        case .targetGroup:
            balancing(["CreateTargetGroup", "DeleteTargetGroup", "ModifyTargetGroup", "ModifyTargetGroupAttributes"])
        case .listener: balancing(["CreateListener", "DeleteListener", "ModifyListener"])
        case .listenerRule: balancing(["CreateRule", "DeleteRule", "ModifyRule", "SetRulePriorities"])
        case .certificate:
            KindPermissions(
                reads: ["acm:ListCertificates"],
                Grant(actions: ["acm:RequestCertificate", "acm:AddTagsToCertificate"]),
                Grant(actions: ["acm:DescribeCertificate", "acm:ListTagsForCertificate"]),
                Grant(actions: ["acm:DeleteCertificate", "acm:RemoveTagsFromCertificate"], only: .tagged))
        case .dnsRecord:
            KindPermissions(
                reads: ["route53:ListHostedZonesByName", "route53:ListResourceRecordSets"],
                Grant(actions: ["route53:ChangeResourceRecordSets"], resources: ["arn:$P:route53:::hostedzone/*"]))
        case .vpcOrigin, .cachePolicy, .function, .distribution: cloudFront(kind)
        case .ipSet, .webACL, .webACLLogging: firewall(kind)
        case .logDelivery:
            KindPermissions(
                reads: ["logs:GetDelivery*", "logs:DescribeDeliveries"],
                Grant(
                    actions: [
                        "logs:PutDeliverySource", "logs:DeleteDeliverySource", "logs:PutDeliveryDestination",
                        "logs:DeleteDeliveryDestination", "logs:CreateDelivery", "logs:DeleteDelivery",
                        "logs:TagResource", "logs:UntagResource", "logs:ListTagsForResource",
                        "cloudfront:AllowVendedLogDeliveryForResource",
                    ]))
        default: nil
        }
    }

    private static let bucket = KindPermissions(
        reads: ["s3:ListAllMyBuckets"],
        Grant(
            actions: [
                "CreateBucket", "DeleteBucket", "PutBucketPolicy", "GetBucketPolicy", "PutEncryptionConfiguration",
                "GetEncryptionConfiguration", "PutBucketPublicAccessBlock", "GetBucketPublicAccessBlock",
                "PutBucketOwnershipControls", "GetBucketOwnershipControls", "PutLifecycleConfiguration",
                "GetLifecycleConfiguration", "PutBucketTagging", "GetBucketTagging", "PutBucketVersioning",
                "GetBucketVersioning", "ListBucketVersions", "DeleteObject", "DeleteObjectVersion", "TagResource",
                // For `logs --request`.
                "ListBucket", "GetObject",
            ].map { "s3:\($0)" }, resources: ["arn:$P:s3:::$S*-logs-*"]))

    private static func balancing(_ actions: [String]) -> KindPermissions {
        KindPermissions(
            reads: ["elasticloadbalancing:Describe*"],
            Grant(
                actions: (actions + ["AddTags", "RemoveTags"]).map { "elasticloadbalancing:\($0)" },
                resources: ["loadbalancer", "listener", "listener-rule"].map {
                    "arn:$P:elasticloadbalancing:$R:*:\($0)/app/$S*"
                } + ["arn:$P:elasticloadbalancing:$R:*:targetgroup/$S*"]))
    }

    private static func cloudFront(_ kind: ResourceKind) -> KindPermissions {
        let reads = ["cloudfront:List*", "cloudfront:Get*"]
        let tags = ["cloudfront:TagResource", "cloudfront:UntagResource"]
        switch kind {
        case .vpcOrigin:
            return KindPermissions(
                reads: reads + ["ec2:Describe*"],
                Grant(actions: ["cloudfront:CreateVpcOrigin", "cloudfront:DeleteVpcOrigin"] + tags))
        case .cachePolicy:
            return KindPermissions(
                reads: reads,
                Grant(
                    actions: ["CreateCachePolicy", "UpdateCachePolicy", "DeleteCachePolicy"].map { "cloudfront:\($0)" })
            )
        case .function:
            return KindPermissions(
                reads: reads + ["cloudfront:DescribeFunction"],
                Grant(
                    actions: ["CreateFunction", "UpdateFunction", "PublishFunction", "DeleteFunction"].map {
                        "cloudfront:\($0)"
                    } + tags, resources: ["arn:$P:cloudfront::*:function/$S*"]))
        default:
            return KindPermissions(
                reads: reads, Grant(actions: ["cloudfront:CreateDistribution"] + tags),
                // The last one is for `db restore --in-place`.
                Grant(
                    actions: ["UpdateDistribution", "DeleteDistribution", "CreateInvalidation"].map {
                        "cloudfront:\($0)"
                    },
                    only: .tagged))
        }
    }

    private static func firewall(_ kind: ResourceKind) -> KindPermissions {
        let acl = "arn:$P:wafv2:*:*:global/webacl/$S*/*"
        let set = "arn:$P:wafv2:*:*:global/ipset/$S*/*"
        let tags = ["TagResource", "UntagResource", "ListTagsForResource"]
        switch kind {
        case .ipSet:
            return KindPermissions(
                reads: ["wafv2:ListIPSets"],
                Grant(
                    actions: (["CreateIPSet", "GetIPSet", "UpdateIPSet", "DeleteIPSet"] + tags).map { "wafv2:\($0)" },
                    resources: [set]))
        case .webACL:
            // A web ACL may only name rules and addresses that its writer may use.
            return KindPermissions(
                reads: ["wafv2:ListWebACLs"],
                Grant(
                    actions: (["CreateWebACL", "GetWebACL", "UpdateWebACL", "DeleteWebACL"] + tags).map {
                        "wafv2:\($0)"
                    }, resources: [acl, set, "arn:$P:wafv2:*:*:global/managedruleset/*"]))
        default: break
        }
        return KindPermissions(
            reads: [],
            Grant(
                actions: ["Put", "Get", "Delete"].map { "wafv2:\($0)LoggingConfiguration" }, resources: [acl]),
            // WAF has the delivery and the group's policy made in the caller's name.
            Grant(
                actions: [
                    "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:PutResourcePolicy",
                    "logs:DescribeResourcePolicies",
                ]))
    }

    // MARK: - Operations

    static func operations(_ kind: ResourceKind) -> KindPermissions {
        switch kind {
        case .topic, .topicSubscription:
            KindPermissions(
                reads: ["sns:ListSubscriptionsByTopic"],
                Grant(
                    actions: [
                        "CreateTopic", "DeleteTopic", "GetTopicAttributes", "SetTopicAttributes", "Subscribe",
                        "Unsubscribe", "ListTagsForResource", "TagResource", "UntagResource",
                    ].map { "sns:\($0)" }, resources: ["arn:$P:sns:$R:*:$S*"]))
        case .alarm:
            // The second is for `top`.
            KindPermissions(
                reads: ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"],
                Grant(
                    actions: [
                        "PutMetricAlarm", "DeleteAlarms", "ListTagsForResource", "TagResource", "UntagResource",
                    ].map { "cloudwatch:\($0)" }, resources: ["arn:$P:cloudwatch:$R:*:alarm:$S*"]))
        case .dashboard:
            KindPermissions(
                reads: [],
                Grant(
                    actions: ["GetDashboard", "PutDashboard", "DeleteDashboards"].map { "cloudwatch:\($0)" },
                    resources: ["arn:$P:cloudwatch::*:dashboard/$S*"]))
        case .encryptionKey:
            KindPermissions(
                reads: ["kms:ListAliases"],
                Grant(actions: ["kms:CreateKey", "kms:TagResource"], only: .inRegion),
                Grant(
                    actions: ["CreateAlias", "UpdateAlias", "DeleteAlias"].map { "kms:\($0)" },
                    resources: ["arn:$P:kms:$R:*:alias/$S*", "arn:$P:kms:$R:*:key/*"]),
                Grant(
                    actions: [
                        "DescribeKey", "UpdateKeyDescription", "GetKeyPolicy", "PutKeyPolicy", "GetKeyRotationStatus",
                        "EnableKeyRotation", "DisableKeyRotation", "ListResourceTags", "UntagResource",
                        "ScheduleKeyDeletion",
                    ].map { "kms:\($0)" }, only: .tagged))
        default: KindPermissions(reads: [])
        }
    }
}
