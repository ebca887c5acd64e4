/// A control that a resource does not meet on purpose, and why. There is one table: `verify` says what stands in it, and the exports
/// write it beside the resource, where scanners look for it.
package struct Waiver: Sendable, Equatable {
    package enum Ground: Sendable, Equatable {
        /// It can be had for money, or by another choice in the manifest.
        case option
        /// Nobody can have it here.
        case impossible
        /// It holds, in a form that the scanner does not look for.
        case unseen
    }

    /// What it is called by AWS Foundational Security Best Practices (`S3.9`), Checkov (`CKV…`, the same id in Terraform and
    /// CloudFormation) and Trivy (`AWS-…`).
    package var checks: [String]
    package var ground: Ground
    /// On one line, without `:`, which would end the comment that a scanner reads.
    package var reason: String

    init(_ checks: [String], _ ground: Ground, _ reason: String) {
        self.checks = checks
        self.ground = ground
        self.reason = reason
    }
}

extension Waiver {
    /// What may be given up of a resource. Whether it must be, `verify` finds out: a waiver says nothing where the control holds.
    package static func all(of resource: Resource) -> [Waiver] {
        switch resource.settings {
        case .vpc: [serviceEndpoints]
        case .securityGroupRules: [openWayOut]
        case .bucket(let settings): bucket(settings)
        case .repository: [Waiver(["CKV_AWS_136", "AWS-0033"], .option, ownKey)]
        case .role(let settings): role(settings)
        case .logGroup(let settings): logGroup(settings)
        case .databaseCluster(let settings): databaseCluster(settings)
        case .databaseInstance: [Waiver(["CKV_AWS_354", "AWS-0078"], .option, ownKey)]
        case .secret(let settings): secret(settings)
        case .ecsCluster:
            [
                Waiver(
                    ["CKV_AWS_223", "CKV_AWS_224"], .option,
                    "ECS Exec is off but for services that ask for it by `exec`; CloudTrail has who ran which command")
            ]
        case .taskDefinition(let settings): taskDefinition(settings)
        case .schedule: [Waiver(["CKV_AWS_297"], .option, ownKey)]
        case .stateMachine:
            [
                Waiver(
                    ["StepFunctions.1", "CKV_AWS_285", "CKV_AWS_284"], .option,
                    "Step Functions keeps the history of every run for 90 days, and what the task wrote is in its service's log"
                )
            ]
        case .loadBalancer(let settings): loadBalancer(settings)
        case .listener(let settings): listener(settings)
        case .targetGroup:
            [
                Waiver(
                    ["ELB.21", "ELB.22", "CKV_AWS_378"], .option,
                    "plain HTTP between load balancer and tasks, inside the network; tasks would have to speak TLS")
            ]
        case .webACL(let settings): webACL(settings)
        case .distribution(let settings): distribution(settings)
        default: []
        }
    }

    private static func taskDefinition(_ settings: TaskDefinitionSettings) -> [Waiver] {
        guard settings.containers.contains(where: { !$0.rootIsReadOnly }) else { return [] }
        return [
            Waiver(
                ["ECS.5", "CKV_AWS_336"], .option,
                "the service asks for `exec`, and the agent of ECS Exec must write into the container")
        ]
    }

    // MARK: Words that several share

    static let ownKey =
        "encrypted with AWS's key; one of your own costs a dollar a month and protects from nobody else"
    static let noCertificate =
        "needs `edge.domain` for a certificate; without one CloudFront comes through a VPC origin, inside the network"
}
