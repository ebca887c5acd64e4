import Proofs
import Resources
import SampleStacks
import Stacks
import TestKit
import Testing

struct ControlTests {
    @Test(arguments: Sample.allCases)
    func whatTerraceMakesPassesAllThatCostsNothing(sample: Sample) {
        let controls = Controls(of: sample.graph)
        for control in controls.failures { Issue.record("\(sample): \(control)") }
        expectGolden(controls.text, "controls-\(sample)")
    }

    /// With jobs, `exec`, canaries, lists of addresses and everything else that a manifest can ask for, too.
    @Test(arguments: SampleStack.allCases)
    func whateverAManifestAsksForPassesAllThatCostsNothing(sample: SampleStack) {
        for control in Controls(of: StackResources.graph(of: sample.stack)).failures {
            Issue.record("\(sample): \(control)")
        }
    }

    /// Who may hand on any role, or to anybody, has the rights of all of them.
    @Test(arguments: [("*", true), ("arn:aws:iam::1:role/x", false)])
    func handingRolesOnIsNarrow(_ resource: String, _ isConditioned: Bool) throws {
        let conditions = [PolicyCondition("StringEquals", "iam:PassedToService", ["ecs-tasks.amazonaws.com"])]
        let statement = PolicyStatement(
            "Roles", actions: ["iam:PassRole"], resources: [Value(resource)],
            conditions: isConditioned ? conditions : [])
        let resources = StackResources.graph(of: SampleStack.domain.stack).resources.map { resource in
            guard case .role(var role) = resource.settings, resource.address.text.hasSuffix(".jobs") else {
                return resource
            }
            role.policies["run"] = PolicyDocument([statement])
            return Resource(resource.address, .role(role), tags: resource.tags)
        }
        #expect(Controls(of: ResourceGraph(resources)).failures.map(\.id).contains("CKV_AWS_286"))
    }

    /// What is paid for fails there, so that somebody who wants it sees what to ask for.
    @Test func theStrictProfileWaivesOnlyWhatNobodyCanHave() {
        let controls = Controls(of: Sample.standard.graph, profile: .fsbp)
        expectGolden(controls.text, "controls-fsbp")
        let waived = Set(Controls(of: Sample.standard.graph).results.filter(\.isWaived).map(\.id))
        #expect(Set(controls.failures.map(\.id)).isSubset(of: waived))
    }

    /// Each control with a change of a resource that must make it fail, whatever the profile waives.
    private static let breaks: [(id: String, spoil: @Sendable (inout Settings) -> Void)] = [
        ("EC2.2", vpc { $0.defaultGroupIsEmpty = false }), ("EC2.21", vpc { $0.defaultACLIsEmpty = false }),
        (
            "EC2.15",
            spoil {
                if case .subnet(var it) = $0 {
                    it.mapsPublicAddresses = true
                    $0 = .subnet(it)
                }
            }
        ),
        ("EC2.21", list { $0.entries.append(entry(.tcp(1024...65_535))) }),
        ("CKV_AWS_229", list { $0.entries.append(entry(.tcp(21))) }),
        ("CKV_AWS_352", list { $0.entries.append(entry(.all)) }), ("EC2.16", list { $0.subnets = [] }),
        ("EC2.18", rules { $0.ingress.append(everybody(.tcp(8443))) }),
        ("EC2.19", rules { $0.ingress.append(everybody(.tcp(22))) }),
        ("CKV_AWS_382", rules { $0.egress.append(everybody(.all)) }),
        ("AWS-0104", rules { $0.egress.append(everybody(.tcp(80))) }),
        ("RDS.7", cluster { $0.deletionProtection = false }), ("RDS.12", cluster { $0.iamAuthentication = false }),
        ("RDS.16", cluster { $0.copiesTagsToSnapshots = false }), ("RDS.24", cluster { $0.masterUser = "postgres" }),
        ("RDS.27", cluster { $0.isEncrypted = false }), ("RDS.37", cluster { $0.logExports = [] }),
        ("RDS.50", cluster { $0.backupDays = 1 }), ("RDS.2", instance { $0.isPublic = true }),
        ("RDS.6", instance { $0.monitoringInterval = 0 }), ("RDS.13", instance { $0.autoMinorUpgrade = false }),
        ("RDS.15", instance { $0.zone = Value(Lookup.zoneName(0)) }),
        ("ECS.5", container { $0.rootIsReadOnly = false }), ("ECS.20", container { $0.user = "0:0" }),
        ("ECS.20", container { $0.user = nil }), ("ECS.8", container { $0.environment["AWS_ACCESS_KEY_ID"] = "x" }),
        ("ECS.8", container { $0.environment["CACHE_URL"] = "redis://app:hunter2@cache.example.com:6379/0" }),
        ("ECS.8", container { $0.environment["UPLOADS"] = "key=AKIAIOSFODNN7EXAMPLE" }),
        ("ECS.8", container { $0.environment["SIGNING"] = "-----BEGIN EC PRIVATE KEY-----" }),
        ("ELB.4", balancer { $0.dropsInvalidHeaders = false }), ("ELB.5", balancer { $0.accessLog = nil }),
        ("ELB.6", balancer { $0.deletionProtection = false }), ("ELB.12", balancer { $0.desync = .monitor }),
        (
            "ELB.18",
            spoil {
                if case .listener(var it) = $0 {
                    it.tls = nil
                    $0 = .listener(it)
                }
            }
        ),
        ("CloudFront.15", distribution { $0.minimumTLS = "TLSv1" }),
        ("CloudFront.3", distribution { $0.behavior.viewerProtocol = "allow-all" }),
        ("CloudFront.7", distribution { $0.certificate = nil }),
        ("S3.8", bucket { $0.blocksPublicAccess = false }), ("S3.5", bucket { $0.policy.statements.removeLast() }),
        ("S3.12", bucket { $0.ownershipEnforced = false }), ("S3.13", bucket { $0.expireDays = nil }),
        ("IAM.1", role { $0.policies["x"] = policy(["*"]) }), ("IAM.21", role { $0.policies["x"] = policy(["s3:*"]) }),
        ("KMS.2", role { $0.policies["x"] = policy(["kms:Decrypt"]) }),
        ("CKV_AWS_286", role { $0.policies["x"] = policy(["iam:PassRole"]) }),
        ("AWS-0320", bucket { $0.name = "logs.example.com" }),
        (
            "CKV_AWS_93",
            bucket {
                $0.policy.statements.append(PolicyStatement("No", .deny, principals: [.anyone], actions: ["s3:*"]))
            }
        ),
        ("CKV_AWS_60", role { $0.trust.statements[0].conditions = [] }),
    ]

    @Test(arguments: breaks.indices)
    func aSpoiledResourceFailsItsControl(index: Int) {
        let (id, spoil) = Self.breaks[index]
        let graph = Sample.domain.graph
        let resources = graph.resources.map { resource in
            var resource = resource
            // Its dependencies stay what they were, so that nothing else changes.
            resource.needs = resource.dependencies
            spoil(&resource.settings)
            return resource
        }
        #expect(resources.map(\.settings) != graph.resources.map(\.settings), "\(id): nothing was spoiled")
        let failures = Controls(of: ResourceGraph(resources)).failures
        #expect(failures.contains { $0.id == id }, "\(id): \(failures.map(\.id))")
    }

    /// What looks like a credential and is none.
    @Test func addressesAndNamesAreNoCredentials() {
        var stack = Sample.domain.stack
        for index in stack.services.indices {
            stack.services[index].environment = [
                "DOCS": "https://docs.example.com:8443/people/@me", "TOKEN_TTL": "60", "MAIL": "ops@example.com",
                "PREFIX": "AKIA", "KEY_KIND": "BEGIN PRIVATE KEY",
            ]
        }
        #expect(Controls(of: StackResources.graph(of: stack)).failures.isEmpty)
    }

    @Test func aMissingNeighbourFailsItsControl() {
        for (id, kind) in [
            ("EC2.6", ResourceKind.flowLog), ("CloudFront.5", .logDelivery), ("CKV2_AWS_31", .webACLLogging),
            ("RDS.19", .eventSubscription),
        ] {
            let rest = Sample.domain.graph.resources.filter { $0.kind != kind }
            #expect(Controls(of: ResourceGraph(rest)).failures.contains { $0.id == id }, "\(id)")
        }
    }
}

// MARK: Ways to spoil a resource

private typealias Spoil = @Sendable (inout Settings) -> Void

private func spoil(_ change: @escaping Spoil) -> Spoil { change }

private func vpc(_ change: @escaping @Sendable (inout VPCSettings) -> Void) -> Spoil {
    {
        if case .vpc(var it) = $0 {
            change(&it)
            $0 = .vpc(it)
        }
    }
}

private func list(_ change: @escaping @Sendable (inout NetworkACLSettings) -> Void) -> Spoil {
    {
        if case .networkACL(var it) = $0 {
            change(&it)
            $0 = .networkACL(it)
        }
    }
}

private func rules(_ change: @escaping @Sendable (inout SecurityGroupRulesSettings) -> Void) -> Spoil {
    {
        if case .securityGroupRules(var it) = $0 {
            change(&it)
            $0 = .securityGroupRules(it)
        }
    }
}

private func cluster(_ change: @escaping @Sendable (inout DatabaseClusterSettings) -> Void) -> Spoil {
    {
        if case .databaseCluster(var it) = $0 {
            change(&it)
            $0 = .databaseCluster(it)
        }
    }
}

private func instance(_ change: @escaping @Sendable (inout DatabaseInstanceSettings) -> Void) -> Spoil {
    {
        if case .databaseInstance(var it) = $0 {
            change(&it)
            $0 = .databaseInstance(it)
        }
    }
}

private func container(_ change: @escaping @Sendable (inout ContainerSettings) -> Void) -> Spoil {
    {
        if case .taskDefinition(var it) = $0 {
            change(&it.containers[0])
            $0 = .taskDefinition(it)
        }
    }
}

private func balancer(_ change: @escaping @Sendable (inout LoadBalancerSettings) -> Void) -> Spoil {
    {
        if case .loadBalancer(var it) = $0 {
            change(&it)
            $0 = .loadBalancer(it)
        }
    }
}

private func distribution(_ change: @escaping @Sendable (inout DistributionSettings) -> Void) -> Spoil {
    {
        if case .distribution(var it) = $0 {
            change(&it)
            $0 = .distribution(it)
        }
    }
}

private func bucket(_ change: @escaping @Sendable (inout BucketSettings) -> Void) -> Spoil {
    {
        if case .bucket(var it) = $0 {
            change(&it)
            $0 = .bucket(it)
        }
    }
}

private func role(_ change: @escaping @Sendable (inout RoleSettings) -> Void) -> Spoil {
    {
        if case .role(var it) = $0 {
            change(&it)
            $0 = .role(it)
        }
    }
}

private func entry(_ ports: PortRange) -> ACLEntry {
    ACLEntry(direction: .ingress, number: 900, ports: ports, cidr: "0.0.0.0/0")
}

private func everybody(_ ports: PortRange) -> GroupRule {
    GroupRule(ports: ports, peer: .cidr("0.0.0.0/0"), description: "opened by hand")
}

private func policy(_ actions: [String]) -> PolicyDocument {
    PolicyDocument([PolicyStatement("X", actions: actions, resources: ["*"])])
}
