import Resources
import Stacks

/// Secrets, roles, keys and what keeps lines and images, command by command.
extension ShellExport {
    func secret(_ settings: SecretSettings) -> [ShellStep] {
        let create = { (content: String) in
            ShellStep.once(
                "secretsmanager create-secret",
                [
                    ("name", .word(settings.name)), ("description", .word(Value(settings.description))),
                    ("secret-string", .raw(content)),
                ])
        }
        let drawn = { (length: Int) in
            "$(aws secretsmanager get-random-password --password-length \(length) --exclude-punctuation --query RandomPassword --output text)"
        }
        return switch settings.content {
        case .given(let word): [create("\"$\(word)\"")]
        case .password(let length): [create("\"\(drawn(length))\"")]
        case .login(let user, let length):
            [
                .raw("password=\(drawn(length))"),
                create("\"{\\\"username\\\":\\\"\(user)\\\",\\\"password\\\":\\\"$password\\\"}\""),
            ]
        }
    }

    func role(_ settings: RoleSettings) -> [ShellStep] {
        let name: (name: String, value: ShellCall.Argument) = ("role-name", .word(settings.name))
        return [
            .once(
                "iam create-role",
                [
                    name, ("path", .word(Value(settings.path))), ("description", .word(Value(settings.description))),
                    ("assume-role-policy-document", .json(settings.trust.tree)),
                ])
        ]
            + settings.policies.sorted { $0.key < $1.key }.map { word, policy in
                .run(
                    "iam put-role-policy",
                    [name, ("policy-name", .word(Value(word))), ("policy-document", .json(policy.tree))])
            }
            + settings.managedPolicies.map { .run("iam attach-role-policy", [name, ("policy-arn", .word($0))]) }
    }

    func encryptionKey(_ settings: EncryptionKeySettings, _ address: Address) -> [ShellStep] {
        let text = ShellText(variable: facts.substitute)
        let made = text.parts(
            ShellCall(
                "kms create-key",
                [("description", .word(Value(settings.description))), ("policy", .json(settings.policy.tree))],
                query: "KeyMetadata.KeyId"), prefix: "  key=$(")
        let rotation = settings.rotates ? ["  aws kms enable-key-rotation --key-id \"$key\""] : []
        let lines =
            made.documents + ["if ! aws kms describe-key --key-id \(writerWord(settings.alias)) >/dev/null 2>&1; then"]
            + made.call.closed
            + ["  aws kms create-alias --alias-name \(writerWord(settings.alias)) --target-key-id \"$key\""] + rotation
            + ["fi"]
        return [ShellStep(kind: .raw(lines))]
    }

    func logGroup(_ settings: LogGroupSettings) -> [ShellStep] {
        let name: (name: String, value: ShellCall.Argument) = ("log-group-name", .word(settings.name))
        return [
            .once("logs create-log-group", [name]),
            .run(
                "logs put-retention-policy",
                [name, ("retention-in-days", .word(Value("\(settings.retentionDays)")))]),
        ]
    }

    func repository(_ settings: RepositorySettings) -> [ShellStep] {
        let name: (name: String, value: ShellCall.Argument) = ("repository-name", .word(settings.name))
        return [
            .once(
                "ecr create-repository",
                [
                    name, ("image-tag-mutability", .word(settings.tagsAreImmutable ? "IMMUTABLE" : "MUTABLE")),
                    (
                        "image-scanning-configuration",
                        .word(Value("scanOnPush=\(settings.scansOnPush ? "true" : "false")"))
                    ),
                ]),
            .once("ecr put-lifecycle-policy", [name, ("lifecycle-policy-text", .json(settings.lifecycle))]),
        ]
    }

    func bucket(_ settings: BucketSettings) -> [ShellStep] {
        let name: (name: String, value: ShellCall.Argument) = ("bucket", .word(settings.name))
        let place: [(name: String, value: ShellCall.Argument)] =
            stack.region == "us-east-1"
            ? [] : [("create-bucket-configuration", .word(Value("LocationConstraint=\(stack.region)")))]
        let blocks = settings.blocksPublicAccess ? "true" : "false"
        let rules = [
            settings.expireDays.map {
                ["ID": "expire", "Status": "Enabled", "Filter": [:], "Expiration": ["Days": .number($0)]] as Tree
            },
            settings.abortUploadDays.map {
                [
                    "ID": "abort-uploads", "Status": "Enabled", "Filter": [:],
                    "AbortIncompleteMultipartUpload": ["DaysAfterInitiation": .number($0)],
                ] as Tree
            },
        ].compactMap { $0 }
        let lifecycle =
            rules.isEmpty
            ? []
            : [
                ShellStep.run(
                    "s3api put-bucket-lifecycle-configuration",
                    [name, ("lifecycle-configuration", .json(["Rules": .list(rules)]))])
            ]
        let encryption: Tree = [
            "Rules": [["ApplyServerSideEncryptionByDefault": ["SSEAlgorithm": .word(settings.encryption.rawValue)]]]
        ]
        return [
            .once(
                "s3api create-bucket",
                [name] + place + [
                    (
                        "object-ownership",
                        .word(settings.ownershipEnforced ? "BucketOwnerEnforced" : "BucketOwnerPreferred")
                    )
                ]),
            .run(
                "s3api put-public-access-block",
                [
                    name,
                    (
                        "public-access-block-configuration",
                        .word(
                            Value(
                                "BlockPublicAcls=\(blocks),IgnorePublicAcls=\(blocks),BlockPublicPolicy=\(blocks),RestrictPublicBuckets=\(blocks)"
                            ))
                    ),
                ]),
            .run(
                "s3api put-bucket-encryption", [name, ("server-side-encryption-configuration", .json(encryption))]),
            .run("s3api put-bucket-policy", [name, ("policy", .json(settings.policy.tree))]),
        ] + lifecycle
    }
}
