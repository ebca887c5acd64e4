package import Resources

/// Every control that can be decided, over every resource: of a plan, or of what runs.
package struct Controls: Sendable {
    package let profile: ControlProfile
    /// In the order of the resources.
    package let results: [Control]
    /// What nothing here decides, by control, and who could.
    package let undecided: [(ids: String, reason: String)]
    /// What is planned and not there, so that nothing is asked of it; empty for a plan.
    package let missing: [Address]

    package init(of graph: ResourceGraph, profile: ControlProfile = .standard) {
        self.profile = profile
        missing = []
        undecided = Self.nobodys + [(Self.running, "of what runs, not of what is planned")]
        let questions = ControlQuestions(graph.resources, PlannedNetwork.model(of: graph))
        results = graph.resources.flatMap { resource in
            questions.checks(of: resource).map { $0.control(resource, profile) }
        }
    }

    /// Of what is there of a stack, with the settings that it has now. What others have put beside it is the claims' to judge.
    package init(of sighting: NetworkSighting, planned graph: ResourceGraph, profile: ControlProfile = .standard) {
        self.profile = profile
        let there = Dictionary(sighting.resources.map { ($0.address, $0) }) { first, _ in first }
        let found = graph.resources.compactMap { there[$0.address] }.filter { $0.state != .deleting }
        let resources = found.map { Resource($0.address, $0.settings, tags: $0.tags, place: $0.place) }
        let questions = ControlQuestions(resources, sighting.network, facts: there.mapValues(\.facts))
        let asked = resources.map { ($0, questions.checks(of: $0)) }
        results = asked.flatMap { resource, checks in
            checks.filter { !$0.isByConstruction }.map { $0.control(resource, profile) }
        }
        missing = graph.resources.map(\.address).filter { address in !found.contains { $0.address == address } }
        let made = Set(asked.flatMap { $0.1 }.filter(\.isByConstruction).map(\.id)).sorted()
        undecided =
            Self.nobodys + [
                (Self.running, "of what is read of no resource"),
                (made.joined(separator: ", "), "Terrace makes it so, and nothing is read to see it"),
            ]
    }

    package var failures: [Control] { results.filter { if case .fails = $0.outcome { true } else { false } } }

    /// What only an account, an image or time can tell, by control.
    private static let nobodys: [(ids: String, reason: String)] = [
        ("Account.1, CloudTrail.*, Config.1, GuardDuty.*, IAM.2-8, Inspector.*, S3.1, SSM.*, EC2.172", "the account's"),
        ("Route53.2, CKV2_AWS_38, CKV2_AWS_39", "of the hosted zone, which Terrace does not make"),
        ("RDS.43, Backup.1", "of proxies and backup plans, which Terrace does not make"),
        ("CKV_AWS_233, CloudFormation.*", "of the tool that applies an export"),
        ("CKV_AWS_250", "of the engine's version, which AWS tells"),
        (
            "CloudFront.12, CloudFront.13, CKV2_AWS_46, EC2.180",
            "of origins in S3 and of network interfaces of one's own, which Terrace does not make"
        ),
    ]
    private static let running = "ACM.1, SecretsManager.2, SecretsManager.3, RDS.1, RDS.4, KMS.3"
}

/// What the checks of one resource need to know of the others.
struct ControlQuestions {
    let resources: [Resource]
    let network: NetworkModel
    /// By which texts resources are spoken of that run; none where they are only planned and referred to.
    private let names: [Address: Set<String>]

    init(_ resources: [Resource], _ network: NetworkModel, facts: [Address: [Fact: String]] = [:]) {
        self.resources = resources
        self.network = network
        names = facts.mapValues { Set($0.filter { !$0.key.isSecret && $0.key != .port }.values) }
    }

    /// Without a `default`: a new kind of resource must say what is asked of it, if only nothing.
    func checks(of resource: Resource) -> [Check] {
        switch resource.settings {
        case .vpc(let vpc): checks(vpc)
        case .subnet(let subnet): checks(subnet)
        case .elasticAddress: elasticAddress(resource.address)
        case .routeTable(let table): checks(table)
        case .networkACL(let list): checks(list)
        case .securityGroup(let group): checks(group, resource.address)
        case .securityGroupRules(let rules): checks(rules)
        case .clusterParameterGroup(let group): checks(group)
        case .databaseCluster(let cluster): checks(cluster, resource.address)
        case .databaseInstance(let instance): checks(instance)
        case .secret(let secret): checks(secret)
        case .role(let role): checks(role)
        case .logGroup(let group): checks(group)
        case .repository(let repository): checks(repository)
        case .ecsCluster(let cluster): checks(cluster)
        case .taskDefinition(let definition): checks(definition, resource.address)
        case .ecsService(let service): checks(service)
        case .stateMachine: stateMachine
        case .bucket(let bucket): checks(bucket)
        case .loadBalancer(let balancer): checks(balancer)
        case .targetGroup(let group): checks(group)
        case .listener(let listener): checks(listener)
        case .certificate(let certificate): checks(certificate)
        case .dnsRecord(let record): checks(record)
        case .webACL(let list): checks(list, resource.address)
        case .distribution(let distribution): checks(distribution, resource.address)
        case .encryptionKey(let key): checks(key)
        case .topic(let topic): checks(topic)
        case .alarm(let alarm): checks(alarm)
        // Nothing in the reference asks anything of these alone.
        case .internetGateway, .natGateway, .endpoint, .flowLog, .subnetGroup, .databaseRole, .eventSubscription,
            .release,
            .scalableTarget, .scalingPolicy, .scheduleGroup, .schedule, .listenerRule, .vpcOrigin, .cachePolicy, .ipSet,
            .function, .webACLLogging,
            .logDelivery, .topicSubscription, .dashboard:
            []
        }
    }

    // MARK: Words that the checks share

    /// Some resource is so.
    func has(_ isSo: (Settings) -> Bool) -> Bool { resources.contains { isSo($0.settings) } }

    func refers(_ settings: Settings, to address: Address) -> Bool {
        settings.values.contains { tells($0, of: address) }
    }

    /// Whether a value is a fact of the resource: as a plan refers to it, or as AWS calls it.
    func tells(_ value: Value, of address: Address) -> Bool {
        if let literal = value.literal { return names[address]?.contains(literal) ?? false }
        return value.references.contains { $0.address == address }
    }

    func tellsOfTheStack(_ value: Value) -> Bool { resources.contains { tells(value, of: $0.address) } }

    var hasDomain: Bool { has { if case .certificate = $0 { true } else { false } } }
}
