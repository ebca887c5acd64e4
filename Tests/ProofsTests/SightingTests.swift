import Proofs
import Resources
import Stacks
import TestKit
import Testing

/// A network that runs is proved like one that is planned, whoever else has been at it.
struct SightingTests {
    /// What an account would show of a sample that is up: ids in place of references.
    private static func seen(_ sample: Sample) -> NetworkSighting {
        let facts = Dictionary(
            sample.graph.resources.map { resource in
                let word = resource.address.text.replacing(".", with: "-")
                return (
                    resource.address,
                    Dictionary(Fact.allCases.map { ($0, "\($0.rawValue):\(word)") }) { first, _ in first }
                )
            }
        ) { first, _ in first }
        let lookups: [Lookup: String] = [
            .zoneID(0): "use1-az4", .zoneID(1): "use1-az6", .zoneID(2): "use1-az1", .zoneName(0): "us-east-1a",
            .zoneName(1): "us-east-1b", .zoneName(2): "us-east-1c", .cloudFrontPrefixList: "pl-cf",
            .s3PrefixList: "pl-s3",
            .region: "us-east-1",
        ]
        let known = KnownFacts(facts: facts, lookups: lookups)
        let resources = sample.graph.resources.map { resource in
            Observed(
                resource.address, resource.settings.resolved(knowing: known), facts: facts[resource.address] ?? [:])
        }
        return NetworkSighting(
            resources: resources, lookups: lookups, mainTable: nil,
            prefixLists: ["pl-cf": ["198.51.100.0/24"], "pl-s3": ["203.0.113.0/24"]],
            services: ["com.amazonaws.us-east-1.s3": "pl-s3"], interfaces: [], blindSpots: [])
    }

    @Test(arguments: Sample.allCases)
    func whatWasMadeIsWhatWasPlanned(sample: Sample) {
        let planned = sample.proof
        let seen = Proof(
            Self.seen(sample).network, choices: Choice.of(sample.stack), starts: TaskStart.of(sample.stack))
        #expect(seen.network.parties == planned.network.parties)
        #expect(seen.network.endpointServices == planned.network.endpointServices)
        #expect(seen.links.map(\.arrives) == planned.links.map(\.arrives))
        #expect(seen.blocks == planned.blocks)
        #expect(!seen.isBroken)
    }

    private static func group(_ id: String, ingress: [GroupRule]) -> [Observed] {
        [
            Observed(
                Address(.network, "security-group", id),
                .securityGroup(SecurityGroupSettings(vpc: "vpc", name: "theirs", description: "")), facts: [.id: id]),
            Observed(
                Address(.network, "security-group-rules", id),
                .securityGroupRules(
                    SecurityGroupRulesSettings(
                        group: Value(id), ingress: ingress,
                        egress: [GroupRule(ports: .all, peer: .cidr("0.0.0.0/0"), description: "")])), facts: [:]),
        ]
    }

    /// A machine that somebody put into the stack's own group is no task.
    @Test func aStrangerInTheTasksGroupIsFound() {
        var sighting = Self.seen(.standard)
        sighting.interfaces = [
            NetworkSighting.Interface(
                id: "eni-1", subnet: "id:network-subnet-application-a", addresses: ["10.0.11.77"],
                groups: ["id:network-security-group-tasks"], hasPublicAddress: false)
        ]
        let broken = Proof(sighting.network).verdicts.filter { !$0.breaches.isEmpty }
        #expect(broken.map(\.claim) == [.onlyTasksCallDatabase])
        #expect(broken.first?.breaches.first?.what == "eni-1 in zone a reaches database in zone a")
    }

    @Test func aMachineOfSomebodyElseOnTheInternetIsFound() {
        var sighting = Self.seen(.standard)
        sighting.resources += Self.group(
            "sg-1", ingress: [GroupRule(ports: .tcp(443), peer: .cidr("0.0.0.0/0"), description: "")])
        sighting.interfaces = [
            NetworkSighting.Interface(
                id: "eni-2", subnet: "id:network-subnet-public-a", addresses: ["10.0.1.9"], groups: ["sg-1"],
                hasPublicAddress: true)
        ]
        let proof = Proof(sighting.network)
        // With a private origin and NAT the public list lets only answers in: 1024 and above, and 443 of tasks.
        #expect(proof.verdicts.allSatisfy { $0.breaches.isEmpty })
        sighting.resources = sighting.resources.map { observed in
            guard case .networkACL(var list) = observed.settings, observed.address.text.hasSuffix("public") else {
                return observed
            }
            list.entries.append(
                ACLEntry(direction: .ingress, number: 50, ports: .tcp(443), cidr: "0.0.0.0/0"))
            return Observed(observed.address, .networkACL(list), facts: observed.facts)
        }
        let broken = Proof(sighting.network).verdicts.filter { !$0.breaches.isEmpty }
        #expect(broken.map(\.claim) == [.onlyEdgeIsPublic])
    }

    /// A subnet that somebody moved to the network's main table goes where that leads.
    @Test func theMainTableIsWhatASubnetWithoutOneHas() {
        var sighting = Self.seen(.standard)
        sighting.mainTable = "rtb-main"
        sighting.resources = sighting.resources.map { observed in
            guard case .routeTable(var table) = observed.settings, observed.address.text.hasSuffix("data-a") else {
                return observed
            }
            table.subnets = []
            return Observed(observed.address, .routeTable(table), facts: observed.facts)
        }
        sighting.resources.append(
            Observed(
                Address(.network, "route-table", "rtb-main"),
                .routeTable(
                    RouteTableSettings(
                        vpc: "vpc", routes: [Route(destination: "0.0.0.0/0", via: .other("pcx-1"))], subnets: [])),
                facts: [.id: "rtb-main"]))
        let proof = Proof(sighting.network)
        #expect(proof.network.subnets["network.subnet.data-a"]?.table == "network.route-table.rtb-main")
        // Its group and list still stop everything.
        #expect(!proof.isBroken)
        #expect(
            proof.blocks.first { $0.from == .database && $0.to == .internet }?.layers.contains("route table") == false)
    }

    /// A peering to a company's network, whose machines a rule, a list and a route of the data tier let in: with all of them, or
    /// without one.
    @Test(arguments: ["", "rule", "entry", "route"])
    func aNetworkBeyondThatIsLetInIsFound(without part: String) {
        var sighting = Self.seen(.standard)
        sighting.resources = sighting.resources.map { observed in
            var observed = observed
            switch observed.settings {
            case .securityGroupRules(var rules) where observed.address.text.hasSuffix(".database") && part != "rule":
                rules.ingress.append(
                    GroupRule(ports: .tcp(5432), peer: .cidr("172.30.0.0/16"), description: "reports"))
                observed.settings = .securityGroupRules(rules)
            case .networkACL(var list) where observed.address.text.hasSuffix(".data"):
                if part != "entry" {
                    list.entries.append(
                        ACLEntry(direction: .ingress, number: 50, ports: .tcp(5432), cidr: "172.30.0.0/16"))
                }
                list.entries.append(
                    ACLEntry(direction: .egress, number: 50, ports: .tcp(1024...65_535), cidr: "172.30.0.0/16"))
                observed.settings = .networkACL(list)
            case .routeTable(var table) where observed.address.text.hasSuffix(".data-a") && part != "route":
                table.routes.append(Route(destination: "172.30.0.0/16", via: .other("pcx-1")))
                observed.settings = .routeTable(table)
            default: break
            }
            return observed
        }
        let proof = Proof(sighting.network)
        let broken = proof.verdicts.filter { !$0.breaches.isEmpty }
        #expect(broken.map(\.claim) == (part.isEmpty ? [.onlyTasksCallDatabase, .databaseHasNoInternet] : []))
        #expect(proof.roles.contains(.beyond("pcx-1")) == (part != "route"))
        guard part.isEmpty else { return }
        #expect(broken.first?.breaches.first?.what == "pcx-1 reaches database in zone a")
        #expect(
            broken.first?.breaches.first?.change
                == "security group database (in): take back `tcp 5432 172.30.0.0/16: reports`")
    }

    /// A group of the peered network stands for whoever is there.
    @Test func aGroupOfTheNetworkBeyondIsWhoeverIsThere() {
        var sighting = Self.seen(.standard)
        sighting.resources = sighting.resources.map { observed in
            var observed = observed
            if case .securityGroupRules(var rules) = observed.settings, observed.address.text.hasSuffix(".tasks") {
                rules.ingress.append(
                    GroupRule(ports: .tcp(3000), peer: .group("sg-theirs"), description: "their load balancer"))
                observed.settings = .securityGroupRules(rules)
            }
            if case .routeTable(var table) = observed.settings, observed.address.text.hasSuffix(".application-a") {
                table.routes.append(Route(destination: "172.30.0.0/16", via: .other("pcx-1")))
                observed.settings = .routeTable(table)
            }
            if case .networkACL(var list) = observed.settings, observed.address.text.hasSuffix(".application") {
                list.entries.append(
                    ACLEntry(direction: .ingress, number: 50, ports: .tcp(3000), cidr: "172.30.0.0/16"))
                observed.settings = .networkACL(list)
            }
            return observed
        }
        let broken = Proof(sighting.network).verdicts.filter { !$0.breaches.isEmpty }
        // And tasks may call it, on 443.
        #expect(broken.map(\.claim) == [.onlyBalancerCallsTasks, .tasksLeaveByNATOrEndpoint])
    }

    // MARK: Controls

    /// What is decided of a plan is decided of what was made from it, in the same way, but for what nothing is read of.
    @Test(arguments: Sample.allCases)
    func whatRunsIsJudgedLikeThePlan(sample: Sample) {
        let planned = Controls(of: sample.graph).results
        let running = Controls(of: Self.seen(sample), planned: sample.graph)
        #expect(running.missing.isEmpty)
        #expect(Set(running.results).isSubset(of: planned))
        let open = Set(planned).subtracting(running.results).map(\.id)
        let named = running.undecided.flatMap { $0.ids.split(separator: ", ").map(String.init) }
        #expect(Set(open).isSubset(of: named))
        #expect(running.results.count * 4 > planned.count * 3)
    }

    @Test func aSettingThatSomebodyChangedFailsItsControl() {
        var sighting = Self.seen(.domain)
        sighting.resources = sighting.resources.map { observed in
            var observed = observed
            switch observed.settings {
            case .bucket(var bucket):
                bucket.blocksPublicAccess = false
                observed.settings = .bucket(bucket)
            case .loadBalancer(var balancer):
                balancer.deletionProtection = false
                observed.settings = .loadBalancer(balancer)
            default: break
            }
            return observed
        }
        sighting.resources.removeAll { $0.settings.kind == .logDelivery }
        let controls = Controls(of: sighting, planned: Sample.domain.graph)
        #expect(controls.failures.map(\.id).sorted() == ["CloudFront.5", "ELB.6", "S3.8"])
        #expect(controls.missing.count == 1)
        #expect(controls.text.contains("nothing is asked of what is not there: edge.log-delivery does not exist\n"))
    }

    // MARK: What nobody has looked at

    @Test func whatWasNotLookedAtLeavesClaimsOpen() {
        var sighting = Self.seen(.standard)
        sighting.blindSpots = ["addresses of IPv6 in network.subnet.data-a, 2001:db8::/64"]
        let proof = Proof(sighting.network)
        #expect(!proof.isBroken && !proof.isWhole)
        let open = proof.verdicts.filter { if case .unproven = $0.outcome { true } else { false } }.map(\.claim)
        #expect(
            Set(Claim.allCases).subtracting(open) == [
                .onlyThisDistributionIsAnswered, .neededWaysAreOpen, .survivesLossOfZone,
            ])
        #expect(
            proof.text.contains(
                "  OPEN    only tasks reach the database, on its port\n          nothing against it was found; "
                    + "not looked at: addresses of IPv6 in network.subnet.data-a, 2001:db8::/64\n"))
    }

    /// A rule that shares requests among services leads to tasks as one that forwards them does.
    @Test func everyWayToTasksWantsTheHeader() {
        #expect(PlannedNetwork.model(of: Sample.domain.graph).wantsOriginHeader)
        let resources = Sample.domain.graph.resources.map { resource in
            var resource = resource
            resource.needs = resource.dependencies
            guard case .listenerRule(var rule) = resource.settings, case .forward(let group) = rule.action else {
                return resource
            }
            rule.header = nil
            rule.action = .split([TargetShare(group: group, weight: 1)], sticky: nil)
            resource.settings = .listenerRule(rule)
            return resource
        }
        #expect(!PlannedNetwork.model(of: ResourceGraph(resources)).wantsOriginHeader)
    }
}
