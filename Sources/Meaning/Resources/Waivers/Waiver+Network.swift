/// The network, and who keeps what of it.
extension Waiver {
    /// Security Hub wants them in every network, whether it uses them or not.
    static let serviceEndpoints = Waiver(
        ["EC2.10", "EC2.55", "EC2.56", "EC2.57", "EC2.58", "EC2.60"], .option,
        "an endpoint costs about $7 a month and zone")

    static let openWayOut = Waiver(
        ["AWS-0104"], .option,
        "tasks call the internet on 443 through NAT; `network.nat` none with endpoints closes it")

    /// Of a single rule, where it is written down: Checkov takes any rule for the port as one for everybody.
    package static let prefixListOnPort80 = Waiver(
        ["CKV_AWS_260"], .unseen, "from CloudFront's own addresses only")

    /// Of Terraform's list of zones, which is asked each time.
    package static let zonesAreAsked = Waiver(
        ["CKV_AWS_394"], .unseen, "what stands keeps its zone, see ignore_changes")

    static func bucket(_ settings: BucketSettings) -> [Waiver] {
        let encryption =
            settings.encryption == .s3
            ? [
                Waiver(
                    ["CKV_AWS_145", "AWS-0132"], .impossible,
                    "a load balancer can write its log with S3's own keys only")
            ] : []
        return encryption + [
            Waiver(["S3.9", "CKV_AWS_18", "AWS-0089"], .impossible, "a log of who reads logs would log itself"),
            Waiver(
                ["CKV_AWS_21", "AWS-0090", "AWS-0170"], .option,
                "logs are written once and never changed; versions would only cost"),
            Waiver(
                ["CKV_AWS_144", "CKV_AWS_143"], .impossible,
                "logs that expire are not worth a copy in another region or a lock"),
            Waiver(["CKV2_AWS_62"], .impossible, "nobody waits for a log to arrive"),
        ]
    }

    static func logGroup(_ settings: LogGroupSettings) -> [Waiver] {
        let isShort = settings.retentionDays < 365 && settings.retentionDays > 0
        let retention = Waiver(
            ["CKV_AWS_338"], .option,
            "\(settings.retentionDays) days are what one looks back at; a year would be paid for")
        return [Waiver(["CKV_AWS_158", "AWS-0017"], .option, ownKey)] + (isShort ? [retention] : [])
    }

    static func role(_ settings: RoleSettings) -> [Waiver] {
        let actions = settings.policies.values.flatMap(\.statements).flatMap(\.actions)
        let login = Waiver(
            ["CKV_AWS_287", "CKV_AWS_107"], .impossible,
            "pulling an image needs ECR's login, for which IAM knows no resource")
        let source = Waiver(
            ["CKV_AWS_60", "CKV_AWS_61", "CKV_AWS_283"], .impossible,
            "ECS shifts requests in its own name and says of no account that it is for it")
        let isForECS = settings.trust.statements.contains { $0.principals.contains(.service("ecs.amazonaws.com")) }
        return (actions.contains("ecr:GetAuthorizationToken") ? [login] : []) + (isForECS ? [source] : [])
    }
}
