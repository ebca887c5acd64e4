import Resources
import SampleStacks
import Stacks
import TestKit
import Testing

struct StackResourcesTests {
    @Test(arguments: [SampleStack.standard, .domain, .everything, .workers, .canary])
    func theResourcesOfAStack(sample: SampleStack) {
        expectGolden(StackResources.graph(of: sample.stack).text, "resources-\(sample.rawValue)")
    }

    /// `ResourceGraph` itself refuses a circle, a second resource of an address, and a need that nobody meets.
    @Test(arguments: SampleStack.allCases)
    func everyReferenceIsToAFactThatItsKindTells(sample: SampleStack) {
        let graph = StackResources.graph(of: sample.stack)
        for resource in graph.resources {
            for reference in resource.settings.values.flatMap(\.references) {
                let kind = graph[reference.address]?.kind
                #expect(kind?.facts.contains(reference.fact) == true, "\(resource.address): \(reference)")
            }
        }
    }

    @Test(arguments: SampleStack.allCases)
    func whatIsReferredToIsCompared(sample: SampleStack) {
        for resource in StackResources.graph(of: sample.stack).resources {
            let held = Set(resource.settings.values.flatMap(\.references))
            let compared = Set(resource.settings.fields.flatMap { values(in: $0.value) }.flatMap(\.references))
            #expect(held == compared, "\(resource.address)")
        }
    }

    @Test(arguments: SampleStack.allCases)
    func fieldsHaveNamesOfTheirOwn(sample: SampleStack) {
        for resource in StackResources.graph(of: sample.stack).resources {
            let names = resource.settings.fields.map(\.name)
            #expect(Set(names).count == names.count, "\(resource.address): \(names)")
        }
    }

    @Test func theStandardStackNeedsNothingThatOnlyAnotherSampleHas() {
        let kinds = Set(SampleStack.allCases.flatMap { StackResources.graph(of: $0.stack).resources.map(\.kind) })
        #expect(Set(ResourceKind.allCases).subtracting(kinds).isEmpty, "no sample asks for one")
    }

    // MARK: Names

    /// Limits of AWS's own. Source: the services' API references, read 2026-11.
    private static let limits: [ResourceKind: Int] = [
        .securityGroup: 255, .subnetGroup: 255, .clusterParameterGroup: 255, .databaseCluster: 63,
        .databaseInstance: 63, .eventSubscription: 255, .secret: 512, .role: 64, .logGroup: 512, .bucket: 63,
        .repository: 256, .ecsCluster: 255, .taskDefinition: 255, .ecsService: 255, .scalingPolicy: 256,
        .loadBalancer: 32, .targetGroup: 32, .vpcOrigin: 64, .cachePolicy: 128, .function: 64, .webACL: 128,
        .logDelivery: 60, .encryptionKey: 256, .topic: 256, .alarm: 255, .dashboard: 255, .scheduleGroup: 64,
        .schedule: 64,
        .stateMachine: 80,
    ]

    @Test(arguments: SampleStack.allCases)
    func noNameIsLongerThanAWSAllows(sample: SampleStack) throws {
        let lookups: [Lookup: String] = [
            .account: "123456789012", .region: "ap-southeast-2", .partition: "aws-us-gov",
            .engineFamily: "aurora-postgresql17",
        ]
        for resource in StackResources.graph(of: sample.stack).resources {
            guard let limit = Self.limits[resource.kind] else { continue }
            let field = try #require(
                resource.settings.fields.first { ["name", "identifier", "family", "alias"].contains($0.name) })
            guard case .text(let value) = field.value else { continue }
            let name = try #require(KnownFacts(lookups: lookups).text(value), "\(resource.address): \(value)")
            #expect(name.utf8.count <= limit, "\(resource.address): \(name)")
            #expect(!name.hasSuffix("-"), "\(resource.address): \(name)")
            #expect(
                !name.contains("--") || !resource.kind.rawValue.hasPrefix("database"), "\(resource.address): \(name)")
        }
    }

    @Test(arguments: SampleStack.allCases)
    func noTwoResourcesOfAKindHaveTheSameName(sample: SampleStack) {
        var seen: Set<String> = []
        for resource in StackResources.graph(of: sample.stack).resources {
            guard let name = resource.settings.fields.first(where: { ["name", "identifier"].contains($0.name) }),
                resource.kind != .dnsRecord
            else { continue }
            #expect(seen.insert("\(resource.kind) \(name.value)").inserted, "\(resource.address): \(name.value)")
        }
    }

    @Test func aSettingThatAWSCannotChangeMovesTheName() {
        var stack = SampleStack.standard.stack
        let before = StackResources.graph(of: stack)
        stack.services[0].port = 8080
        let after = StackResources.graph(of: stack)
        let group = Address(.edge, "target-group", "web")
        #expect(name(of: before[group]) != name(of: after[group]))
        let balancer = Address(.edge, "load-balancer")
        #expect(name(of: before[balancer]) == name(of: after[balancer]))
    }

    private func name(of resource: Resource?) -> FieldValue? {
        resource?.settings.fields.first { $0.name == "name" }?.value
    }

    // MARK: Tags

    @Test func everythingTaggableCarriesTheUsersTagsAndTerracesOwn() {
        for resource in StackResources.graph(of: SampleStack.everything.stack).resources {
            guard resource.kind.tagging != .never else {
                #expect(resource.tags.isEmpty)
                continue
            }
            #expect(resource.tags["team"] == "shop")
            #expect(resource.tags["terrace:stack"] == "shop-production")
            #expect(resource.tags["terrace:environment"] == "production")
            #expect(resource.tags["terrace:address"] == resource.address.text)
            #expect(resource.tags.count <= 50)
        }
    }

    // MARK: Promises of the architecture

    /// The longest chain decides how long `up` takes: nothing that takes minutes may wait for another such thing without need.
    @Test func theDistributionWaitsForNoLoadBalancerBehindADomain() {
        let graph = StackResources.graph(of: SampleStack.domain.stack)
        #expect(
            ancestors(of: Address(.edge, "distribution"), in: graph).contains(Address(.edge, "load-balancer")) == false)
    }

    @Test func theDatabaseWaitsForNothingOfTheOtherTiers() {
        let graph = StackResources.graph(of: SampleStack.standard.stack)
        let before = ancestors(of: Address(.data, "database-instance", "db-1"), in: graph)
        #expect(before.allSatisfy { $0.group == .data || $0.group == .network }, "\(before)")
        #expect(before.allSatisfy { graph[$0]?.kind != .natGateway })
    }

    @Test func aServiceWithARouteNamesTheAlarmThatTakesADeploymentBack() {
        var stack = SampleStack.standard.stack
        stack.services.append(Service(name: "mailer", image: "mailer", routes: []))
        #expect(deploymentAlarms(of: "web", in: stack) == [Address(.operations, "alarm", "web-errors")])
        #expect(deploymentAlarms(of: "mailer", in: stack) == [])
        stack.alarms.changes = ["web-errors": .off]
        #expect(deploymentAlarms(of: "web", in: stack) == [])
    }

    private func deploymentAlarms(of service: String, in stack: Stack) -> [Address]? {
        let graph = StackResources.graph(of: stack)
        guard case .ecsService(let settings)? = graph[Address(.application, "service", service)]?.settings else {
            return nil
        }
        let named = settings.alarms.flatMap(\.references).map(\.address)
        return named.allSatisfy { graph[$0] != nil } ? named : nil
    }

    @Test func aListTakesTwentyEntriesInEachDirection() {
        for sample in SampleStack.allCases {
            for resource in StackResources.graph(of: sample.stack).resources {
                guard case .networkACL(let list) = resource.settings else { continue }
                for direction in ACLEntry.Direction.allCases {
                    let entries = list.entries.filter { $0.direction == direction }
                    #expect(entries.count <= 20, "\(sample) \(resource.address) \(direction): \(entries.count)")
                    // A check looks at each entry alone: none may open remote desktops or shells to everybody.
                    for entry in entries where direction == .ingress && entry.cidr == "0.0.0.0/0" {
                        guard case .tcp(let ports) = entry.ports else { continue }
                        #expect(!ports.contains(22) && !ports.contains(3389), "\(resource.address): \(entry)")
                    }
                }
            }
        }
    }

    @Test func whatKeepsAStackFromAWSIsSaidAtOnce() {
        var stack = SampleStack.domain.stack
        #expect(StackResources.obstacles(to: stack).isEmpty)
        stack.network.nat = .none
        stack.services[0].exec = true
        stack.services.append(Service(name: "local", command: .shell("run")))
        let text = StackResources.obstacles(to: stack).map(\.description).joined(separator: "\n\n") + "\n"
        expectGolden(text, "obstacles")
        #expect(StackResources.obstacles(to: SampleStack.workers.stack).isEmpty)
    }

    private func ancestors(of address: Address, in graph: ResourceGraph) -> Set<Address> {
        var found: Set<Address> = []
        var open = [address]
        while let next = open.popLast() {
            for dependency in graph.dependencies(of: next) where found.insert(dependency.address).inserted {
                open.append(dependency.address)
            }
        }
        return found
    }
}

private func values(in value: FieldValue) -> [Value] {
    switch value {
    case .none, .number, .decimal, .flag: []
    case .text(let value), .secret(let value), .version(let value, isPinned: _): [value]
    case .list(let elements), .set(let elements): elements.flatMap(values(in:))
    case .map(let members): members.values.flatMap(values(in:))
    }
}
