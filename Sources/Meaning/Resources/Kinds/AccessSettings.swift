/// A secret in Secrets Manager. What it says is never compared and never read into a plan.
package struct SecretSettings: ResourceSettings {
    package enum Content: Sendable, Hashable {
        /// Drawn by Secrets Manager; letters and digits.
        case password(length: Int)
        /// `{"username": …, "password": …}` with a drawn password.
        case login(user: String, length: Int)
        /// The user's own, under the name that the manifest gives it. Never made up: a secret that is shared with somebody
        /// else would break far from its cause.
        case given(String)
    }

    package static let kind = ResourceKind.secret
    package var name: Value
    package var description: String
    package var content: Content

    package init(name: Value, description: String, content: Content) {
        self.name = name
        self.description = description
        self.content = content
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&name) }

    package var fields: [Field] {
        let words: String =
            switch content {
            case .password(let length): "a password of \(length) characters"
            case .login(let user, let length): "\(user) with a password of \(length) characters"
            case .given(let name): "\(name), given by the user"
            }
        // What the user has written about an own secret stays.
        let isGiven = if case .given = content { true } else { false }
        return [
            Field("name", name, .replace("its name is its identity")),
            Field("description", description, isGiven ? .onlyAtCreation : .update),
            Field("content", words, .onlyAtCreation),
        ]
    }
}

/// What a service of AWS may do in the stack's name.
package struct RoleSettings: ResourceSettings {
    package static let kind = ResourceKind.role
    /// Unique in the account, in any case of letters; at most 64 characters.
    package var name: Value
    /// `/terrace/guestbook/`: marks whose it is, since the tagging API does not list roles.
    package var path: String
    package var description: String
    /// Who may take the role on, and for which resources.
    package var trust: PolicyDocument
    /// By name.
    package var policies: [String: PolicyDocument]
    /// ARNs of AWS's own policies.
    package var managedPolicies: [Value]

    package init(
        name: Value, path: String, description: String, trust: PolicyDocument, policies: [String: PolicyDocument],
        managedPolicies: [Value]
    ) {
        self.name = name
        self.path = path
        self.description = description
        self.trust = trust
        self.policies = policies
        self.managedPolicies = managedPolicies
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        trust.visitValues(visit)
        policies.visitValues(visit)
        managedPolicies.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")),
            Field("path", path, .replace("a role keeps its path")), Field("description", description),
            Field("trust", trust), Field("policies", policies), Field("managed-policies", set: managedPolicies),
        ]
    }
}

/// A key of KMS with a policy and an alias of its own: CloudWatch and RDS can publish into an encrypted topic only through a
/// key whose policy lets them, which AWS's own key for topics does not.
package struct EncryptionKeySettings: ResourceSettings {
    package static let kind = ResourceKind.encryptionKey
    /// `alias/guestbook-alarms`
    package var alias: Value
    package var description: String
    package var policy: PolicyDocument
    /// A new key every year, under the same id.
    package var rotates: Bool

    package init(alias: Value, description: String, policy: PolicyDocument, rotates: Bool = true) {
        self.alias = alias
        self.description = description
        self.policy = policy
        self.rotates = rotates
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&alias)
        policy.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("alias", alias), Field("description", description), Field("policy", policy),
            Field("rotates", rotates),
        ]
    }
}

/// Where lines of a log are kept.
package struct LogGroupSettings: ResourceSettings {
    package static let kind = ResourceKind.logGroup
    package var name: Value
    /// One of CloudWatch's own numbers of days: 1, 3, 5, 7, 14, 30, 60, 90, …, 3653; 0 for ever, which Terrace never asks for.
    package var retentionDays: Int

    package init(name: Value, retentionDays: Int) {
        self.name = name
        self.retentionDays = retentionDays
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&name) }

    package var fields: [Field] {
        [Field("name", name, .replace("its name is its identity")), Field("retention-days", retentionDays)]
    }
}

/// A bucket for logs: private, TLS only, without access lists, emptied by age.
package struct BucketSettings: ResourceSettings {
    package enum Encryption: String, Sendable, Hashable {
        /// S3's own keys, the only ones that a load balancer can write its access log with.
        case s3 = "AES256"
        case kms = "aws:kms"
    }

    package static let kind = ResourceKind.bucket
    /// Unique in the world; 3...63 of a-z, 0-9 and `-`.
    package var name: Value
    package var policy: PolicyDocument
    package var encryption: Encryption
    package var blocksPublicAccess: Bool
    /// Access lists are off: who owns the bucket owns what is in it.
    package var ownershipEnforced: Bool
    package var isVersioned: Bool
    /// After how many days an object goes; nil for never.
    package var expireDays: Int?
    /// After how many days the parts of an upload that never ended go.
    package var abortUploadDays: Int?

    package init(
        name: Value, policy: PolicyDocument, encryption: Encryption = .s3, blocksPublicAccess: Bool = true,
        ownershipEnforced: Bool = true, isVersioned: Bool = false, expireDays: Int? = nil, abortUploadDays: Int? = 7
    ) {
        self.name = name
        self.policy = policy
        self.encryption = encryption
        self.blocksPublicAccess = blocksPublicAccess
        self.ownershipEnforced = ownershipEnforced
        self.isVersioned = isVersioned
        self.expireDays = expireDays
        self.abortUploadDays = abortUploadDays
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        policy.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")), Field("policy", policy),
            Field("encryption", encryption.rawValue), Field("blocks-public-access", blocksPublicAccess),
            Field("ownership-enforced", ownershipEnforced), Field("versioned", isVersioned),
            Field("expire-days", expireDays), Field("abort-upload-days", abortUploadDays),
        ]
    }
}

/// Where a service's images are kept.
package struct RepositorySettings: ResourceSettings {
    package static let kind = ResourceKind.repository
    package var name: Value
    package var tagsAreImmutable: Bool
    package var scansOnPush: Bool
    /// How many of the newest images stay.
    package var keepImages: Int
    /// After how many days an image without a tag goes.
    package var untaggedDays: Int

    package init(
        name: Value, tagsAreImmutable: Bool = true, scansOnPush: Bool = true, keepImages: Int = 50,
        untaggedDays: Int = 7
    ) {
        self.name = name
        self.tagsAreImmutable = tagsAreImmutable
        self.scansOnPush = scansOnPush
        self.keepImages = keepImages
        self.untaggedDays = untaggedDays
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&name) }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")),
            Field("immutable-tags", tagsAreImmutable), Field("scans-on-push", scansOnPush),
            Field("keep-images", keepImages), Field("untagged-days", untaggedDays),
        ]
    }
}
