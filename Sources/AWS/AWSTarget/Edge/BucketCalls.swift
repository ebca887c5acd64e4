import AWSServices
import AWSWire
import Resources

/// What a bucket's seven settings say; nil for one that is not set at all.
struct BucketAnswers {
    var name = ""
    var policy: String?
    var encryption: S3.ServerSideEncryptionConfiguration?
    var publicAccess: S3.PublicAccessBlockConfiguration?
    var ownership: S3.OwnershipControls?
    var versioning: String?
    var lifecycle: [S3.LifecycleRule] = []
    var tags: [String: String] = [:]
}

extension BucketSettings {
    /// As S3 tells it.
    init(_ answers: BucketAnswers) {
        let access = answers.publicAccess
        let algorithm = answers.encryption?.rules?.first?.applyServerSideEncryptionByDefault?.sseAlgorithm
        let rules = answers.lifecycle.filter { $0.status == "Enabled" }
        self.init(
            name: Value(answers.name),
            policy: answers.policy.flatMap(PolicyDocument.init(answer:)) ?? PolicyDocument([]),
            // Since 2023-01 every bucket is encrypted with S3's own keys when nothing is said.
            encryption: algorithm.flatMap { Encryption(rawValue: $0.rawValue) } ?? .s3,
            blocksPublicAccess: access?.blockPublicAcls == true && access?.ignorePublicAcls == true
                && access?.blockPublicPolicy == true && access?.restrictPublicBuckets == true,
            ownershipEnforced: answers.ownership?.rules?.first?.objectOwnership == "BucketOwnerEnforced",
            isVersioned: answers.versioning == "Enabled",
            expireDays: rules.compactMap { $0.expiration?.days }.first,
            abortUploadDays: rules.compactMap { $0.abortIncompleteMultipartUpload?.daysAfterInitiation }.first)
    }
}

/// What is said to S3 about a bucket.
enum BucketCalls {
    /// us-east-1 is the one region that must not be named.
    static func create(
        _ bucket: BucketSettings, tags: [String: String], region: String
    ) -> S3.CreateBucketRequest {
        var configuration = S3.CreateBucketConfiguration()
        if region != "us-east-1" { configuration.locationConstraint = S3.BucketLocationConstraint(rawValue: region) }
        if !tags.isEmpty { configuration.tags = S3.Tag.list(tags) }
        return S3.CreateBucketRequest(
            bucket: bucket.name.text,
            createBucketConfiguration: configuration == S3.CreateBucketConfiguration() ? nil : configuration,
            objectOwnership: "BucketOwnerEnforced")
    }

    static func changes(_ desired: BucketSettings, from observed: BucketSettings) -> [any WireRequest] {
        let name = desired.name.text
        var calls: [any WireRequest] = []
        if desired.blocksPublicAccess != observed.blocksPublicAccess {
            calls.append(publicAccess(desired.blocksPublicAccess, name))
        }
        if desired.ownershipEnforced != observed.ownershipEnforced {
            let rule = S3.OwnershipControlsRule(
                objectOwnership: desired.ownershipEnforced ? "BucketOwnerEnforced" : "BucketOwnerPreferred")
            calls.append(
                S3.PutBucketOwnershipControlsRequest(
                    bucket: name, ownershipControls: S3.OwnershipControls(rules: [rule])))
        }
        if desired.encryption != observed.encryption { calls.append(encryption(desired.encryption, name)) }
        if desired.isVersioned != observed.isVersioned {
            calls.append(
                S3.PutBucketVersioningRequest(
                    bucket: name,
                    versioningConfiguration: S3.VersioningConfiguration(
                        status: desired.isVersioned ? "Enabled" : "Suspended")))
        }
        if !desired.policy.says(observed.policy) {
            calls.append(S3.PutBucketPolicyRequest(bucket: name, policy: desired.policy.json.text))
        }
        if desired.expireDays != observed.expireDays || desired.abortUploadDays != observed.abortUploadDays {
            calls.append(lifecycle(desired, name))
        }
        return calls
    }

    private static func publicAccess(_ blocks: Bool, _ name: String) -> S3.PutPublicAccessBlockRequest {
        S3.PutPublicAccessBlockRequest(
            bucket: name,
            publicAccessBlockConfiguration: S3.PublicAccessBlockConfiguration(
                blockPublicAcls: blocks, ignorePublicAcls: blocks, blockPublicPolicy: blocks,
                restrictPublicBuckets: blocks))
    }

    private static func encryption(_ encryption: BucketSettings.Encryption, _ name: String)
        -> S3.PutBucketEncryptionRequest
    {
        let rule = S3.ServerSideEncryptionRule(
            applyServerSideEncryptionByDefault: S3.ServerSideEncryptionByDefault(
                sseAlgorithm: S3.ServerSideEncryption(rawValue: encryption.rawValue)),
            bucketKeyEnabled: encryption == .kms)
        return S3.PutBucketEncryptionRequest(
            bucket: name, serverSideEncryptionConfiguration: S3.ServerSideEncryptionConfiguration(rules: [rule]))
    }

    /// A rule for each age, both for the whole bucket.
    private static func lifecycle(_ bucket: BucketSettings, _ name: String) -> S3.PutBucketLifecycleConfigurationRequest
    {
        var rules: [S3.LifecycleRule] = []
        let everything = S3.LifecycleRuleFilter(prefix: "")
        if let days = bucket.expireDays {
            var rule = S3.LifecycleRule(
                status: "Enabled", expiration: S3.LifecycleExpiration(days: days), id: "expire", filter: everything)
            if bucket.isVersioned {
                rule.noncurrentVersionExpiration = S3.NoncurrentVersionExpiration(noncurrentDays: days)
            }
            rules.append(rule)
        }
        if let days = bucket.abortUploadDays {
            rules.append(
                S3.LifecycleRule(
                    status: "Enabled", id: "abort-uploads", filter: everything,
                    abortIncompleteMultipartUpload: S3.AbortIncompleteMultipartUpload(daysAfterInitiation: days)))
        }
        return S3.PutBucketLifecycleConfigurationRequest(
            bucket: name, lifecycleConfiguration: S3.BucketLifecycleConfiguration(rules: rules))
    }
}
