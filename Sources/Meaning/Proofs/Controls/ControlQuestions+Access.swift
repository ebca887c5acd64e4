import Resources

/// Roles, keys, topics, buckets and what their policies say.
extension ControlQuestions {
    /// Actions for which IAM knows no resource. Source: service authorization reference, read 2026-11.
    private static let withoutResource: Set<String> = [
        "ecr:GetAuthorizationToken", "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth",
        "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ]

    func checks(_ role: RoleSettings) -> [Check] {
        let statements = role.policies.values.flatMap(\.statements).filter { $0.effect == .allow }
        let actions = statements.flatMap(\.actions)
        let anything = statements.filter { $0.resources.contains("*") }
        let decrypts = anything.contains { $0.actions.contains { $0.hasPrefix("kms:") } }
        let isBroad = role.managedPolicies.contains { arn in
            let text = arn.description
            return ["AdministratorAccess", "IAMFullAccess", "PowerUserAccess"].contains { text.hasSuffix($0) }
        }
        let tests = role.trust.statements.filter { $0.effect == .allow }
        return [
            Check(
                "IAM.1",
                ["CKV_AWS_1", "CKV_AWS_49", "CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_274", "CKV_AWS_275", "CKV2_AWS_56"],
                "the role is no administrator", !actions.contains("*") && !isBroad),
            Check(
                "IAM.21", ["AWS-0057", "AWS-0345", "AWS-0346"], "no action stands for all of a service",
                !actions.contains { $0.hasSuffix(":*") }),
            Check("KMS.2", ["KMS.1"], "the role cannot decrypt with every key", !decrypts),
            Check(
                "CKV_AWS_355", ["CKV_AWS_108", "CKV_AWS_111", "CKV_AWS_288", "CKV_AWS_290", "CKV_AWS_356"],
                "rights are about named resources",
                anything.allSatisfy { $0.actions.allSatisfy(Self.withoutResource.contains) }),
            Check(
                "CKV_AWS_286", ["CKV_AWS_109", "CKV_AWS_110", "CKV_AWS_289", "CKV2_AWS_40", "AWS-0342"],
                "the role cannot give itself more rights",
                !statements.contains(where: givesRights)),
            Check(
                "CKV_AWS_287", ["CKV_AWS_107"], "the role hands out no credentials",
                !anything.contains { $0.actions.contains("ecr:GetAuthorizationToken") },
                found: "it may log in to ECR",
                waivable: true),
            Check(
                "CKV_AWS_60", ["CKV_AWS_61", "CKV_AWS_283"],
                "only a named service may take the role on, for this account",
                tests.allSatisfy { statement in
                    let isNamed = statement.principals.allSatisfy { if case .service = $0 { true } else { false } }
                    return isNamed && statement.conditions.contains { $0.key == "aws:SourceAccount" }
                }, found: "it may take it on for any", waivable: true),
        ]
    }

    /// Handing named roles to one named service, as who starts a task must, gives the starter nothing that it does not have.
    private func givesRights(_ statement: PolicyStatement) -> Bool {
        let handsOn =
            statement.actions == ["iam:PassRole"] && !statement.resources.contains("*")
            && statement.conditions.contains { $0.key == "iam:PassedToService" }
        return !handsOn && statement.actions.contains { $0.hasPrefix("iam:") || $0.hasPrefix("sts:") }
    }

    func checks(_ key: EncryptionKeySettings) -> [Check] {
        [
            Check("KMS.5", ["CKV_AWS_33"], "not everybody may use the key", !key.policy.isForEverybody),
            // Terrace makes no other.
            Check("CKV_AWS_227", "the key is enabled", true).byConstruction,
            Check("CKV_AWS_7", ["AWS-0065"], "the key is renewed every year", key.rotates),
            Check("CKV2_AWS_64", "the key has a policy of its own", !key.policy.statements.isEmpty),
        ]
    }

    func checks(_ topic: TopicSettings) -> [Check] {
        [
            Check("SNS.4", "not everybody may use the topic", !topic.policy.isForEverybody),
            Check(
                "CKV_AWS_26", ["AWS-0095", "AWS-0136"], "what waits to be delivered is encrypted", topic.key != nil),
        ]
    }

    func checks(_ alarm: AlarmSettings) -> [Check] {
        [Check("CKV_AWS_319", "the alarm tells somebody", !alarm.actions.isEmpty)]
    }

    // MARK: Buckets

    func checks(_ bucket: BucketSettings) -> [Check] {
        let tls = bucket.policy.statements.contains { statement in
            statement.effect == .deny && statement.conditions.contains { $0.key == "aws:SecureTransport" }
        }
        let foreign = bucket.policy.statements.contains { statement in
            statement.effect == .allow && statement.principals.contains { if case .aws = $0 { true } else { false } }
        }
        return [
            Check(
                "S3.8",
                [
                    "S3.2", "S3.3", "CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6", "AWS-0086",
                    "AWS-0087", "AWS-0091", "AWS-0093", "AWS-0094",
                ],
                "nothing in the bucket can be public", bucket.blocksPublicAccess),
            Check("S3.5", ["CKV_AWS_379"], "only TLS reaches the bucket", tls),
            Check(
                "S3.6", ["CKV_AWS_70"], "no other account has rights in the bucket",
                !foreign && !bucket.policy.isForEverybody),
            Check(
                "S3.12", ["CKV_AWS_20", "CKV_AWS_57", "CKV_AWS_375", "CKV2_AWS_65", "AWS-0092"], "access lists are off",
                bucket.ownershipEnforced),
            Check("S3.13", ["CKV2_AWS_61"], "old objects go", bucket.expireDays != nil),
            Check("CKV_AWS_300", "unfinished uploads go", bucket.abortUploadDays != nil),
            // S3 encrypts every object since 2023-01, and a bucket's settings only say with whose key.
            Check("CKV_AWS_19", ["AWS-0088"], "objects are encrypted", true).byConstruction,
            Check(
                "CKV_AWS_93", "the bucket's policy locks nobody out",
                !bucket.policy.statements.contains { $0.effect == .deny && $0.conditions.isEmpty }),
            Check("AWS-0320", "the bucket's name is one of DNS", !bucket.name.description.contains(".")),
        ] + logBucket(bucket)
    }

    private func logBucket(_ bucket: BucketSettings) -> [Check] {
        [
            Check(
                "S3.9", ["CKV_AWS_18", "AWS-0089"], "who reads the bucket is recorded", false, found: "nobody is",
                waivable: true
            ).byConstruction,
            Check(
                "CKV_AWS_21", ["AWS-0090", "AWS-0170"], "objects keep their old versions", bucket.isVersioned,
                found: "they do not", waivable: true),
            Check(
                "CKV_AWS_145", ["AWS-0132"], "a key of one's own encrypts the bucket", bucket.encryption == .kms,
                found: "S3's key encrypts it",
                waivable: true),
            Check(
                "CKV_AWS_144", ["CKV2_AWS_62", "CKV_AWS_143"], "the bucket is replicated, locked and tells of changes",
                false, found: "it is not", waivable: true
            ).byConstruction,
        ]
    }
}

extension PolicyDocument {
    /// Whether a statement allows something to whoever asks, on no condition.
    fileprivate var isForEverybody: Bool {
        statements.contains { $0.effect == .allow && $0.principals.contains(.anyone) && $0.conditions.isEmpty }
    }
}
