package import AWSWire
package import Stacks

/// Makes a report of a call that AWS refused: what was tried, what came back, and what to do next.
package struct Refusal: Sendable {
    private let error: AWSError

    package init(_ error: AWSError) { self.error = error }

    /// - Parameter trying: completes "cannot …": `create network.vpc`.
    package func report(trying: String) -> Report {
        if let fault = error.credentials { return fault.report(trying: trying) }
        let what = "cannot \(trying): \(answer)"
        let message = error.message.isEmpty ? [] : [Report.Detail("message", error.message)]
        return Report(what, details: message + details)
    }

    /// `EC2 answered VpcLimitExceeded to CreateVpc (400, request 5f1c…)`
    private var answer: String {
        guard let status = error.status else {
            return "\(error.service) gave no answer to \(error.operation): \(error.code)\(tries)"
        }
        let request = error.requestId.map { ", request \($0)" } ?? ""
        return "\(error.service) answered \(error.code) to \(error.operation) (\(status)\(request)\(tries))"
    }

    private var tries: String { error.attempts > 1 ? ", \(error.attempts) attempts" : "" }

    private var details: [Report.Detail] {
        let rows = rows
        return [("expected", rows.expected), ("next", rows.next)].compactMap { label, text in
            text.map { Report.Detail(label, $0) }
        }
    }

    private var rows: (expected: String?, next: String?) {
        switch error.kind {
        case .accessDenied: denied
        case .expiredCredentials:
            (nil, "sign in again (`aws sso login`, or whatever gave you the credentials), then run the same command")
        case .invalidCredentials:
            (
                nil,
                "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile: `aws sts get-caller-identity` shows whose they are"
            )
        case .noCredentials:
            (nil, "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        case .clockSkew: ("a clock within 300 s of AWS's", "set this machine's clock, then run the same command")
        case .quota:
            (
                "room under the account's quota in \(error.region)",
                "ask for more in the Service Quotas console (\(Self.servicePrefix[error.service] ?? error.service)), or remove what is no longer needed; then run the same command: it continues"
            )
        case .alreadyExists:
            (
                "a name that nobody else uses",
                "rename the stack, or remove what has the name if it is yours; it does not carry this stack's tags"
            )
        case .throttling: (nil, "wait a minute, then run the same command: it continues")
        case .transient, .timeout: noService
        case .conflict: (nil, "wait until the other change is over, then run the same command: it continues")
        case .notFound, .invalidRequest, .unreadable, .other:
            (nil, "run the same command again: it continues from what is there")
        }
    }

    /// A region that does not have the service has no such host.
    private var noService: (expected: String?, next: String?) {
        if error.code == "NotConnected" {
            return (
                "that \(error.service) can be reached in \(error.region)",
                "check the network and that the region has the service: `terrace doctor --on aws`"
            )
        }
        return (nil, "run the same command again: it continues from what is there")
    }

    private var denied: (expected: String?, next: String?) {
        let action = Self.word(after: "perform: ", in: error.message) ?? action
        let resource = Self.word(after: "on resource: ", in: error.message)
        let permission = "permission for \(action)" + (resource.map { " on \($0)" } ?? "")
        return (
            permission, "`terrace policy` prints the policy that Terrace needs; then run the same command: it continues"
        )
    }

    /// `ec2:CreateVpc`, for a message that does not say it.
    private var action: String {
        "\(Self.servicePrefix[error.service] ?? error.service.lowercased()):\(error.operation)"
    }

    /// AWS puts the action and the resource into its message.
    private static func word(after mark: String, in message: String) -> String? {
        guard let start = message.firstRange(of: mark)?.upperBound else { return nil }
        let word = message[start...].prefix { !$0.isWhitespace && $0 != "," }
        return word.isEmpty ? nil : String(word)
    }

    /// What IAM calls the services. Source: the service authorization reference, read 2026-11.
    package static let servicePrefix: [String: String] = [
        "EC2": "ec2", "RDS": "rds", "RDSData": "rds-data", "ECS": "ecs", "ELBv2": "elasticloadbalancing",
        "CloudFront": "cloudfront", "WAFv2": "wafv2", "ACM": "acm", "Route53": "route53", "IAM": "iam", "Logs": "logs",
        "S3": "s3", "SecretsManager": "secretsmanager", "ApplicationAutoScaling": "application-autoscaling",
        "CloudWatch": "cloudwatch", "SNS": "sns", "ECR": "ecr", "STS": "sts", "SSM": "ssm",
        "ServiceQuotas": "servicequotas", "TaggingAPI": "tag", "Pricing": "pricing", "KMS": "kms",
        "Scheduler": "scheduler", "StepFunctions": "states",
        "PerformanceInsights": "pi",
    ]
}
