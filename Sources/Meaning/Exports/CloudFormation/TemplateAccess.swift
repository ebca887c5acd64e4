import Resources

/// Secrets, roles, keys and what keeps lines and images, in CloudFormation's words.
extension Template {
    func secret(_ settings: SecretSettings, _ name: String) -> [TemplateResource] {
        let content: Tree =
            switch settings.content {
            case .password(let length):
                ["GenerateSecretString": ["PasswordLength": .number(length), "ExcludePunctuation": true]]
            case .login(let user, let length):
                [
                    "GenerateSecretString": [
                        "SecretStringTemplate": .word("{\"username\":\"\(user)\"}"), "GenerateStringKey": "password",
                        "PasswordLength": .number(length), "ExcludePunctuation": true,
                    ]
                ]
            case .given: ["SecretString": ref("\(name)Value")]
            }
        return [
            TemplateResource(
                "AWS::SecretsManager::Secret",
                attributes: ["DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"],
                ["Name": .text(settings.name), "Description": .word(settings.description)] + content)
        ]
    }

    func role(_ settings: RoleSettings) -> [TemplateResource] {
        let policies = settings.policies.sorted { $0.key < $1.key }.map { name, policy -> Tree in
            ["PolicyName": .word(name), "PolicyDocument": policy.tree]
        }
        return [
            TemplateResource(
                "AWS::IAM::Role",
                [
                    "RoleName": .text(settings.name), "Path": .word(settings.path),
                    "Description": .word(settings.description), "AssumeRolePolicyDocument": settings.trust.tree,
                    "Policies": policies.isEmpty ? .none : .list(policies),
                    "ManagedPolicyArns": settings.managedPolicies.isEmpty
                        ? .none : .texts(settings.managedPolicies),
                ])
        ]
    }

    func encryptionKey(_ settings: EncryptionKeySettings, _ name: String) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::KMS::Key", attributes: ["DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"],
                [
                    "Description": .word(settings.description), "EnableKeyRotation": .flag(settings.rotates),
                    "KeyPolicy": settings.policy.tree,
                ]),
            TemplateResource(
                "AWS::KMS::Alias", suffix: "Alias", ["AliasName": .text(settings.alias), "TargetKeyId": ref(name)]),
        ]
    }

    func logGroup(_ settings: LogGroupSettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::Logs::LogGroup", attributes: ["DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"],
                ["LogGroupName": .text(settings.name), "RetentionInDays": .number(settings.retentionDays)])
        ]
    }

    func repository(_ settings: RepositorySettings) -> [TemplateResource] {
        [
            TemplateResource(
                "AWS::ECR::Repository", attributes: ["DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"],
                [
                    "RepositoryName": .text(settings.name),
                    "ImageTagMutability": settings.tagsAreImmutable ? "IMMUTABLE" : "MUTABLE",
                    "ImageScanningConfiguration": ["ScanOnPush": .flag(settings.scansOnPush)],
                    "LifecyclePolicy": ["LifecyclePolicyText": .json(settings.lifecycle)],
                ])
        ]
    }

    func bucket(_ settings: BucketSettings, _ name: String) -> [TemplateResource] {
        let access: Tree = .flag(settings.blocksPublicAccess)
        let rules = [
            settings.expireDays.map { ["Id": "expire", "Status": "Enabled", "ExpirationInDays": .number($0)] as Tree },
            settings.abortUploadDays.map {
                [
                    "Id": "abort-uploads", "Status": "Enabled",
                    "AbortIncompleteMultipartUpload": ["DaysAfterInitiation": .number($0)],
                ] as Tree
            },
        ].compactMap { $0 }
        return [
            TemplateResource(
                "AWS::S3::Bucket", attributes: ["DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"],
                [
                    "BucketName": .text(settings.name),
                    "BucketEncryption": [
                        "ServerSideEncryptionConfiguration": [
                            ["ServerSideEncryptionByDefault": ["SSEAlgorithm": .word(settings.encryption.rawValue)]]
                        ]
                    ],
                    "PublicAccessBlockConfiguration": [
                        "BlockPublicAcls": access, "BlockPublicPolicy": access, "IgnorePublicAcls": access,
                        "RestrictPublicBuckets": access,
                    ],
                    "OwnershipControls": [
                        "Rules": [
                            [
                                "ObjectOwnership": settings.ownershipEnforced
                                    ? "BucketOwnerEnforced" : "BucketOwnerPreferred"
                            ]
                        ]
                    ],
                    "VersioningConfiguration": settings.isVersioned ? ["Status": "Enabled"] : .none,
                    "LifecycleConfiguration": rules.isEmpty ? .none : ["Rules": .list(rules)],
                ]),
            TemplateResource(
                "AWS::S3::BucketPolicy", suffix: "Policy", completes: true,
                ["Bucket": ref(name), "PolicyDocument": settings.policy.tree]),
        ]
    }
}
