import AWSServices
import AWSWire
import Foundation
import Testing

/// Every generated service with botocore's name of it.
enum AllServices {
    static let table: [(client: String, service: ServiceModel)] = [
        ("acm", ACM.service), ("application-autoscaling", ApplicationAutoScaling.service),
        ("cloudfront", CloudFront.service), ("cloudwatch", CloudWatch.service), ("ec2", EC2.service),
        ("ecr", ECR.service), ("ecs", ECS.service), ("elbv2", ELBv2.service), ("iam", IAM.service),
        ("kms", KMS.service), ("logs", Logs.service), ("pi", PerformanceInsights.service),
        ("pricing", Pricing.service), ("rds", RDS.service),
        ("rds-data", RDSData.service), ("resourcegroupstaggingapi", TaggingAPI.service), ("route53", Route53.service),
        ("s3", S3.service), ("scheduler", Scheduler.service), ("secretsmanager", SecretsManager.service),
        ("service-quotas", ServiceQuotas.service), ("sns", SNS.service), ("ssm", SSM.service), ("sso", SSO.service),
        ("sso-oidc", SSOOIDC.service), ("stepfunctions", StepFunctions.service), ("sts", STS.service),
        ("wafv2", WAFv2.service),
    ]

    /// So that a new service cannot arrive without being compared.
    static func names() throws -> Set<String> {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/AWS/AWSServices/Generated").standardizedFileURL
        return Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
    }
}
