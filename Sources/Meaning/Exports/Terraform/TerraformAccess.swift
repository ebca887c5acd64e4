import Resources

/// Secrets, roles, keys and what keeps lines and images.
extension TerraformExport {
    /// Passwords are drawn by Secrets Manager and pass through Terraform without staying in its state. The one that the load
    /// balancer compares with must be known to Terraform and does stay there.
    func secret(_ settings: SecretSettings, _ name: String) -> [TerraformBlock] {
        let description = taken(settings)?.description ?? settings.description
        let main = resource(
            "aws_secretsmanager_secret", name,
            ["name": .text(settings.name), "description": description.isEmpty ? .none : .word(description)])
        if world != nil {
            // What it says stays as it is. By its name: what refers to a resource is read only after that has changed.
            let isRead = if case .password = settings.content { true } else { false }
            let id: Tree = ["secret_id": .text(settings.name)]
            return [main]
                + (isRead ? [TerraformBlock("data", "aws_secretsmanager_secret_version", name, body: id)] : [])
        }
        let id: Tree = ["secret_id": .expression("aws_secretsmanager_secret.\(name).id")]
        let version = { (notes: [String], body: Tree) in
            self.resource(
                "aws_secretsmanager_secret_version", name, notes: notes, completes: true, id + body)
        }
        switch settings.content {
        case .given:
            return [
                main,
                version(
                    [],
                    [
                        "secret_string_wo": .expression("var.secret_\(name)"),
                        "secret_string_wo_version": .number(1),
                    ]),
            ]
        case .login(let user, let length):
            return [
                main, draw("ephemeral", name, length),
                version(
                    ["Raise the version to draw another password."],
                    [
                        "secret_string_wo": .json([
                            "username": .word(user),
                            "password": .expression(
                                "ephemeral.aws_secretsmanager_random_password.\(name).random_password"),
                        ]), "secret_string_wo_version": .number(1),
                    ]),
            ]
        case .password(let length):
            return [
                main, draw("data", name, length),
                version(
                    ["Drawn once: what the data source says later is ignored."],
                    [
                        "secret_string": .expression(
                            "data.aws_secretsmanager_random_password.\(name).random_password"),
                        "lifecycle": .block(["ignore_changes": .list([.expression("secret_string")])]),
                    ]),
            ]
        }
    }

    /// A secret that the user has made, as it is there.
    private func taken(_ settings: SecretSettings) -> SecretSettings? {
        guard case .given = settings.content, let world else { return nil }
        return world.resources.values.compactMap { observed -> SecretSettings? in
            guard case .secret(let found) = observed.settings, found.name == settings.name else { return nil }
            return found
        }.first
    }

    private func draw(_ keyword: String, _ name: String, _ length: Int) -> TerraformBlock {
        TerraformBlock(
            keyword, "aws_secretsmanager_random_password", name,
            body: ["password_length": .number(length), "exclude_punctuation": true])
    }

    func role(_ settings: RoleSettings, _ name: String) -> [TerraformBlock] {
        let main = resource(
            "aws_iam_role", name,
            [
                "name": .text(settings.name), "path": .word(settings.path),
                "description": .word(settings.description), "assume_role_policy": .json(settings.trust.tree),
            ])
        let role: Tree = ["role": .expression("aws_iam_role.\(name).name")]
        let own = settings.policies.sorted { $0.key < $1.key }.map { word, policy in
            resource(
                "aws_iam_role_policy", settings.policies.count == 1 ? name : "\(name)_\(word)", completes: true,
                role + ["name": .word(word), "policy": .json(policy.tree)])
        }
        let managed = settings.managedPolicies.enumerated().map { index, policy in
            resource(
                "aws_iam_role_policy_attachment", index == 0 ? name : "\(name)_\(index + 1)", completes: true,
                role + ["policy_arn": .text(policy)])
        }
        return [main] + own + managed
    }

    func encryptionKey(_ settings: EncryptionKeySettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_kms_key", name,
                [
                    "description": .word(settings.description), "enable_key_rotation": .flag(settings.rotates),
                    "policy": .json(settings.policy.tree),
                ]),
            resource(
                "aws_kms_alias", name,
                ["name": .text(settings.alias), "target_key_id": .expression("aws_kms_key.\(name).key_id")]),
        ]
    }

    func logGroup(_ settings: LogGroupSettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_cloudwatch_log_group", name,
                ["name": .text(settings.name), "retention_in_days": .number(settings.retentionDays)])
        ]
    }

    func repository(_ settings: RepositorySettings, _ name: String) -> [TerraformBlock] {
        [
            resource(
                "aws_ecr_repository", name,
                [
                    "name": .text(settings.name),
                    "image_tag_mutability": settings.tagsAreImmutable ? "IMMUTABLE" : "MUTABLE",
                    "image_scanning_configuration": .block(["scan_on_push": .flag(settings.scansOnPush)]),
                ]),
            resource(
                "aws_ecr_lifecycle_policy", name,
                [
                    "repository": .expression("aws_ecr_repository.\(name).name"),
                    "policy": .json(settings.lifecycle),
                ]),
        ]
    }

    func bucket(_ settings: BucketSettings, _ name: String) -> [TerraformBlock] {
        let bucket: Tree = ["bucket": .expression("aws_s3_bucket.\(name).id")]
        let part = { (type: String, body: Tree) in self.resource("aws_s3_bucket_\(type)", name, bucket + body) }
        let access: Tree = .flag(settings.blocksPublicAccess)
        return [
            resource("aws_s3_bucket", name, ["bucket": .text(settings.name)]),
            resource(
                "aws_s3_bucket_policy", name, completes: true, bucket + ["policy": .json(settings.policy.tree)]),
            part(
                "public_access_block",
                [
                    "block_public_acls": access, "block_public_policy": access, "ignore_public_acls": access,
                    "restrict_public_buckets": access,
                ]),
            part(
                "ownership_controls",
                [
                    "rule": .block([
                        "object_ownership": settings.ownershipEnforced
                            ? "BucketOwnerEnforced" : "BucketOwnerPreferred"
                    ])
                ]),
            part(
                "server_side_encryption_configuration",
                [
                    "rule": .block([
                        "apply_server_side_encryption_by_default": .block([
                            "sse_algorithm": .word(settings.encryption.rawValue)
                        ])
                    ])
                ]),
            part(
                "versioning",
                [
                    "versioning_configuration": .block([
                        "status": settings.isVersioned ? "Enabled" : "Disabled"
                    ])
                ]),
        ] + (bucketLifecycle(settings).map { [part("lifecycle_configuration", $0)] } ?? [])
    }

    private func bucketLifecycle(_ settings: BucketSettings) -> Tree? {
        let rule = { (id: Tree, rest: Tree) in ["id": id, "status": "Enabled", "filter": .block([:])] + rest }
        let expire = settings.expireDays.map { rule("expire", ["expiration": .block(["days": .number($0)])]) }
        let abort = settings.abortUploadDays.map { days in
            rule(
                "abort-uploads",
                ["abort_incomplete_multipart_upload": .block(["days_after_initiation": .number(days)])])
        }
        let rules = [expire, abort].compactMap { $0 }
        return rules.isEmpty ? nil : ["rule": .blocks(rules)]
    }
}

extension RepositorySettings {
    /// ECR's own form. Source: ECR lifecycle policy template, read 2026-11.
    var lifecycle: Tree {
        let untagged: Tree = [
            "rulePriority": 1, "description": "images without a tag",
            "selection": [
                "tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days",
                "countNumber": .number(untaggedDays),
            ], "action": ["type": "expire"],
        ]
        let old: Tree = [
            "rulePriority": 2, "description": "the oldest images",
            "selection": [
                "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": .number(keepImages),
            ], "action": ["type": "expire"],
        ]
        return ["rules": [untagged, old]]
    }
}
