/// One bucket for what the load balancer, CloudFront and the network write down. It is one that S3's own keys encrypt,
/// since a load balancer can write into no other.
extension StackResources {
    /// How long logs in the bucket are kept.
    private static let logDays = 90

    var logs: Address { address(.operations, .bucket, "logs") }

    /// Unique in the world: with region and account. 63 less `-logs-`, the longest region, `-` and twelve digits.
    private var logBucketName: Value { "\(names.name(limit: 30))-logs-\(Lookup.region)-\(Lookup.account)" }

    var logBucket: [Resource] {
        [
            Resource(
                logs,
                .bucket(
                    BucketSettings(name: logBucketName, policy: logBucketPolicy, expireDays: Self.logDays)))
        ]
    }

    private var logBucketPolicy: PolicyDocument {
        let bucket: Value = "arn:\(Lookup.partition):s3:::\(logBucketName)"
        let account = PolicyCondition("StringEquals", "aws:SourceAccount", [Value(Lookup.account)])
        let deliveries = PolicyCondition(
            "ArnLike", "aws:SourceArn",
            [arn(of: "logs", "*"), arn(of: "logs", "delivery-source:*", region: "us-east-1")])
        return PolicyDocument([
            PolicyStatement(
                "LoadBalancer", principals: [.service("logdelivery.elasticloadbalancing.amazonaws.com")],
                actions: ["s3:PutObject"], resources: ["\(bucket)/alb/AWSLogs/\(Lookup.account)/*"],
                conditions: [
                    PolicyCondition(
                        "ArnLike", "aws:SourceArn", [arn(of: "elasticloadbalancing", "loadbalancer/*")])
                ]),
            PolicyStatement(
                "Deliveries", principals: [.service("delivery.logs.amazonaws.com")], actions: ["s3:PutObject"],
                resources: ["\(bucket)/flow/*", "\(bucket)/edge/*"],
                conditions: [
                    account, PolicyCondition("StringEquals", "s3:x-amz-acl", ["bucket-owner-full-control"]), deliveries,
                ]),
            PolicyStatement(
                "DeliveryCheck", principals: [.service("delivery.logs.amazonaws.com")], actions: ["s3:GetBucketAcl"],
                resources: [bucket], conditions: [account, deliveries]),
            PolicyStatement(
                "OnlyTLS", .deny, principals: [.anyone], actions: ["s3:*"], resources: [bucket, "\(bucket)/*"],
                conditions: [PolicyCondition("Bool", "aws:SecureTransport", ["false"])]),
        ])
    }
}
