/// Which permissions a call asks for. Most are called like the operation; this has those that are not.
///
/// Source: the service authorization reference, read 2026-11.
enum OperationActions {
    /// `("S3", "PutBucketEncryption")` → `["s3:PutEncryptionConfiguration"]`
    static func of(service: String, operation: String) -> [String] {
        let prefix = Refusal.servicePrefix[service] ?? service.lowercased()
        return (exceptions["\(service).\(operation)"] ?? [operation]).map { "\(prefix):\($0)" }
    }

    private static let exceptions: [String: [String]] = [
        "S3.ListBuckets": ["ListAllMyBuckets"], "S3.ListObjectVersions": ["ListBucketVersions"],
        "S3.ListObjectsV2": ["ListBucket"],
        "S3.DeleteObjects": ["DeleteObject", "DeleteObjectVersion"],
        "S3.PutBucketEncryption": ["PutEncryptionConfiguration"],
        "S3.GetBucketEncryption": ["GetEncryptionConfiguration"],
        "S3.PutPublicAccessBlock": ["PutBucketPublicAccessBlock"],
        "S3.GetPublicAccessBlock": ["GetBucketPublicAccessBlock"],
        "S3.PutBucketLifecycleConfiguration": ["PutLifecycleConfiguration"],
        "S3.GetBucketLifecycleConfiguration": ["GetLifecycleConfiguration"],
        "CloudFront.CreateDistributionWithTags": ["CreateDistribution", "TagResource"],
    ]
}
