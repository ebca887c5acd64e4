import AWSServices
import AWSWire
import Provisioning
import Resources

/// What is still there after a destroy. The tagging API finds what no kind looks for; it shows gone things for a while, so
/// what a kind could have found and has not is taken for gone.
struct Sweep {
    private let scope: StackScope
    private let work: Work

    init(_ scope: StackScope, _ work: Work) {
        self.scope = scope
        self.work = work
    }

    func remains(_ world: World) async throws -> [Remainder] {
        async let tagged = taggedARNs()
        async let snapshots = snapshots()
        let found = (world.resources.values.sorted { $0.address < $1.address } + world.strays).map(remainder)
        let known = Set((world.resources.values + world.strays).flatMap { $0.facts.values })
        let others = try await tagged.filter { !known.contains($0) && !ARNType.isCovered($0) }
        let secrets = try await waitingSecrets(try await tagged.filter { $0.contains(":secretsmanager:") })
        return try await found + snapshots + secrets
            + others.map { Remainder(name: $0, what: ARNType.word($0), reason: nil) }
    }

    private func remainder(_ observed: Observed) -> Remainder {
        let reason: String? =
            switch (observed.settings, observed.state) {
            case (_, .deleting): "it is being deleted"
            case (.bucket, _): "it holds objects; `--delete-data` deletes them"
            case (.repository, _): "it holds images; `--delete-data` deletes them"
            case (.encryptionKey, _): "KMS deletes a key days after it was asked to"
            default: nil
            }
        return Remainder(
            name: observed.facts[.arn] ?? observed.identity ?? observed.address.text,
            what: observed.settings.kind.rawValue,
            reason: reason)
    }

    private func taggedARNs() async throws -> [String] {
        let filter = TaggingAPI.TagFilter(key: StackScope.stackTag, values: [scope.fullName])
        let places: [Place] =
            work.connection.region == work.connection.region(of: .edge) ? [.region] : [.region, .edge]
        let pages = try await places.concurrentMap { place in
            try await work.lookAll(
                TaggingAPI.GetResourcesRequest(tagFilters: [filter], resourcesPerPage: 100), in: place)
        }
        return Set(pages.joined().flatMap(\.resourceTagMappingList).compactMap(\.resourceARN)).sorted()
    }

    private func snapshots() async throws -> [Remainder] {
        let request = RDS.DescribeDBClusterSnapshotsRequest(snapshotType: "manual")
        let all = try await work.lookAll(request).flatMap(\.dbClusterSnapshots)
        return all.filter { scope.owns([String: String]($0.tagList)) }.compactMap(\.dbClusterSnapshotArn).map {
            Remainder(name: $0, what: "cluster snapshot", reason: "a state of the database, kept until you delete it")
        }
    }

    /// Secrets that can still be had back.
    private func waitingSecrets(_ arns: [String]) async throws -> [Remainder] {
        try await arns.concurrentCompactMap { arn in
            let answer = try await work.lookIfThere(SecretsManager.DescribeSecretRequest(secretId: arn))
            guard answer?.deletedDate != nil else { return nil }
            return Remainder(name: arn, what: "secret", reason: "it is gone in seven days; until then `up` restores it")
        }
    }
}

/// What an ARN is about.
enum ARNType {
    /// Types that Terrace's kinds look for themselves.
    private static let covered: Set<String> = [
        "ec2:vpc", "ec2:subnet", "ec2:internet-gateway", "ec2:elastic-ip", "ec2:natgateway", "ec2:route-table",
        "ec2:network-acl", "ec2:vpc-endpoint", "ec2:security-group", "ec2:security-group-rule", "ec2:vpc-flow-log",
        "rds:subgrp", "rds:cluster-pg", "rds:cluster", "rds:db", "rds:es", "rds:cluster-snapshot",
        "rds:cluster-auto-backup", "rds:auto-backup", "secretsmanager:secret", "iam:role", "logs:log-group",
        "ecr:repository", "ecs:cluster", "ecs:task-definition", "ecs:service", "ecs:task",
        "application-autoscaling:scalable-target", "elasticloadbalancing:loadbalancer",
        "elasticloadbalancing:targetgroup", "elasticloadbalancing:listener", "elasticloadbalancing:listener-rule",
        "acm:certificate", "wafv2:global", "cloudfront:distribution", "cloudfront:vpcorigin",
        "cloudfront:function",
        "logs:delivery-source", "logs:delivery-destination", "logs:delivery", "kms:key", "cloudwatch:alarm",
        "cloudwatch:dashboard", "ssm:parameter", "scheduler:schedule-group",
        "states:stateMachine",
    ]

    /// A topic's and a bucket's ARN have no type in them.
    static func isCovered(_ arn: String) -> Bool {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 5 else { return false }
        return parts[2] == "sns" || parts[2] == "s3" || covered.contains("\(parts[2]):\(type(parts[5]))")
    }

    /// `ec2 vpc-peering-connection`
    static func word(_ arn: String) -> String {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        return parts.count > 5 ? "\(parts[2]) \(type(parts[5]))" : "resource"
    }

    private static func type(_ rest: String) -> String { String(rest.prefix { $0 != "/" }) }
}
