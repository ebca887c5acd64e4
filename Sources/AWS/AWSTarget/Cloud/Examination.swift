import AWSServices
import AWSWire
import Provisioning
import Resources
import Stacks

/// What `doctor` asks before an `up` does: whether the account can carry the stack.
struct Examination: Sendable {
    private let stack: Stack
    private let graph: ResourceGraph
    private let work: Work

    init(_ stack: Stack, _ work: Work) {
        self.stack = stack
        self.work = work
        graph = StackResources.graph(of: stack)
    }

    func run(_ tell: @escaping @Sendable (Finding) -> Void) async {
        tell(
            Finding(
                "identity", .good, "\(work.connection.caller) in \(work.connection.account), \(work.connection.region)")
        )
        // An answer to a signed call says so.
        tell(Finding("clock", .good, "AWS accepts this machine's time"))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await check("zones and versions", tell) { try await lookups() } }
            for quota in Quota.all {
                group.addTask { await check(quota.subject, tell) { try await finding(quota) } }
            }
            for role in LinkedRole.all where role.isNeeded(graph) {
                group.addTask { await check("role of \(role.service)", tell) { try await finding(role) } }
            }
        }
    }

    private func check(
        _ subject: String, _ tell: @Sendable (Finding) -> Void, _ body: @Sendable () async throws -> Finding
    ) async {
        do { tell(try await body()) } catch let error as AWSError {
            let report = Refusal(error).report(trying: "check")
            tell(Finding(subject, .warning, report.what, next: report.details.first { $0.label == "next" }?.text))
        } catch let report as Report {
            tell(Finding(subject, .bad, report.what, next: report.details.first { $0.label == "next" }?.text))
        } catch {
            tell(Finding(subject, .warning, "\(error)"))
        }
    }

    /// Zones with everything that the stack needs, the lists of addresses, the engine.
    private func lookups() async throws -> Finding {
        let answers = try await LookupSearch(graph, FindBoard(graph, work), work).answers()
        let zones = (0..<stack.zones).compactMap { answers[.zoneID($0)] }.joined(separator: ", ")
        let version = answers.compactMap { if case .engineVersion = $0.key { $0.value } else { nil } }.first
        return Finding("zones and versions", .good, zones + (version.map { "; Aurora PostgreSQL \($0)" } ?? ""))
    }

    // MARK: - Quotas

    private func finding(_ quota: Quota) async throws -> Finding {
        let needed = graph.resources.count { $0.kind == quota.kind }
        guard needed > 0 else { return Finding(quota.subject, .good, "not needed") }
        async let limit = limit(quota)
        let (used, own) = try await quota.inUse(work)
        let more = max(0, needed - own)
        let value = try await limit
        let text = "\(used) of \(value) in use, \(more) more needed"
        guard used + more > value else { return Finding(quota.subject, .good, text) }
        return Finding(
            quota.subject, .bad, text,
            next:
                "aws service-quotas request-service-quota-increase --service-code \(quota.service) --quota-code \(quota.code)"
                + " --desired-value \(used + more)")
    }

    /// What the account has; what everybody has, where nobody has asked for another.
    private func limit(_ quota: Quota) async throws -> Int {
        let own = ServiceQuotas.GetServiceQuotaRequest(serviceCode: quota.service, quotaCode: quota.code)
        if let value = try await work.lookIfThere(own)?.quota?.value { return Int(value) }
        let standard = ServiceQuotas.GetAWSDefaultServiceQuotaRequest(serviceCode: quota.service, quotaCode: quota.code)
        return try await work.lookIfThere(standard)?.quota?.value.map { Int($0) } ?? quota.usual
    }

    // MARK: - Roles

    private func finding(_ role: LinkedRole) async throws -> Finding {
        let answer = try await work.lookIfThere(IAM.GetRoleRequest(roleName: role.name), in: .global)
        guard answer?.role == nil else { return Finding("role of \(role.service)", .good, role.name) }
        return Finding(
            "role of \(role.service)", .warning,
            "\(role.name) is not there: AWS makes it at first use, which needs iam:CreateServiceLinkedRole",
            next: "aws iam create-service-linked-role --aws-service-name \(role.principal)")
    }
}

/// A quota that a first stack meets. Source: Service Quotas, read 2026-11.
struct Quota: Sendable {
    let subject: String
    let kind: ResourceKind
    let service: String
    let code: String
    /// What a new account has.
    let usual: Int
    /// How many there are, and how many of them are the stack's own.
    let inUse: @Sendable (Work) async throws -> (used: Int, own: Int)

    static let all = [
        Quota(subject: "quota of VPCs", kind: .vpc, service: "vpc", code: "L-F678F1CE", usual: 5) { work in
            let vpcs = try await work.lookAll(EC2.DescribeVpcsRequest()).flatMap(\.vpcs)
            return (vpcs.count, vpcs.count { work.scope.owns(EC2.dictionary($0.tags)) })
        },
        Quota(
            subject: "quota of elastic addresses", kind: .elasticAddress, service: "ec2", code: "L-0263D0A3", usual: 5
        ) { work in
            let addresses = try await work.look(EC2.DescribeAddressesRequest()).addresses
            return (addresses.count, addresses.count { work.scope.owns(EC2.dictionary($0.tags)) })
        },
        Quota(
            subject: "quota of database clusters", kind: .databaseCluster, service: "rds", code: "L-952B80B8", usual: 40
        ) { work in
            let clusters = try await DatabaseClusterHandler.clusters(work)
            return (clusters.count, clusters.count { work.scope.owns([String: String]($0.tagList)) })
        },
        Quota(
            subject: "quota of load balancers", kind: .loadBalancer, service: "elasticloadbalancing",
            code: "L-53DA6B97",
            usual: 50
        ) { work in
            let balancers = try await work.lookAll(ELBv2.DescribeLoadBalancersRequest()).flatMap(\.loadBalancers)
            let application = balancers.filter { $0.type == .application }
            return (
                application.count, application.count { $0.loadBalancerName?.hasPrefix(work.scope.fullName) ?? false }
            )
        },
    ]
}

/// A role that a service gives itself in an account, once for all.
struct LinkedRole: Sendable {
    let service: String
    let name: String
    let principal: String
    let kind: ResourceKind

    func isNeeded(_ graph: ResourceGraph) -> Bool { graph.resources.contains { $0.kind == kind } }

    /// Source: the user guides on service-linked roles of each service, read 2026-11.
    static let all = [
        LinkedRole(
            service: "ECS", name: "AWSServiceRoleForECS", principal: "ecs.amazonaws.com", kind: .ecsService),
        LinkedRole(
            service: "Elastic Load Balancing", name: "AWSServiceRoleForElasticLoadBalancing",
            principal: "elasticloadbalancing.amazonaws.com", kind: .loadBalancer),
        LinkedRole(
            service: "RDS", name: "AWSServiceRoleForRDS", principal: "rds.amazonaws.com", kind: .databaseCluster),
        LinkedRole(
            service: "scaling", name: "AWSServiceRoleForApplicationAutoScaling_ECSService",
            principal: "ecs.application-autoscaling.amazonaws.com", kind: .scalableTarget),
        LinkedRole(
            service: "CloudFront's VPC origins", name: "AWSServiceRoleForCloudFrontVPCOrigin",
            principal: "vpcorigin.cloudfront.amazonaws.com", kind: .vpcOrigin),
    ]
}
