import AWSServices
import AWSWire
import Provisioning
import Resources

/// Application load balancers.
enum LoadBalancerHandler: KindHandler {
    static var lingers: Bool { true }
    static var schedule: PollSchedule { .slow }

    static func find(_ search: Search<LoadBalancerSettings>) async throws -> [Observed] {
        try await balancers(search).concurrentCompactMap { try await observed($0, search) }
    }

    /// Its listeners need not wait for its attributes.
    static func identify(_ search: Search<LoadBalancerSettings>) async throws -> [Address: [Fact: String]]? {
        let pairs = try await balancers(search).concurrentCompactMap { balancer in
            try await owned(balancer, search).map { ($0.0, facts(balancer)) }
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private static func balancers(_ search: Search<LoadBalancerSettings>) async throws -> [ELBv2.LoadBalancer] {
        let work = search.work
        return try await work.seek(search.items.map(\.settings.name.text)) {
            try await work.taggedARNs(of: "loadbalancer/app/", in: .region).compactMap {
                $0.arn.components(after: ":loadbalancer/app/").map { String($0.prefix { $0 != "/" }) }
            }
        } _: { names in
            // One that is missing would fail a call that names several.
            try await names.concurrentMap { name in
                try await work.lookIfThere(ELBv2.DescribeLoadBalancersRequest(names: [name]))?.loadBalancers ?? []
            }.flatMap { $0 }
        }
    }

    /// Nil for somebody else's.
    private static func owned(
        _ balancer: ELBv2.LoadBalancer, _ search: Search<LoadBalancerSettings>
    ) async throws -> (Address, [String: String])? {
        let arn = balancer.loadBalancerArn ?? ""
        let item = search.items.first { $0.settings.name.text == balancer.loadBalancerName }
        let tags = try await search.work.elbTags(of: [(arn, item?.tags)])[arn] ?? [:]
        return search.address(tags: tags, orOf: item).map { ($0, tags) }
    }

    private static func observed(
        _ balancer: ELBv2.LoadBalancer, _ search: Search<LoadBalancerSettings>
    ) async throws -> Observed? {
        guard let arn = balancer.loadBalancerArn else { return nil }
        async let described = attributes(of: arn, search.work)
        guard let (address, tags) = try await owned(balancer, search), let attributes = try await described else {
            return nil
        }
        let settings = LoadBalancerSettings(balancer, attributes: attributes)
        return Observed(
            address, .loadBalancer(settings), facts: facts(balancer), state: LoadBalancerCalls.state(balancer),
            tags: tags)
    }

    /// Nil when it is gone. A removal need not know what it switches off in any case.
    private static func attributes(of arn: String, _ work: Work) async throws -> [String: String]? {
        guard !work.isForRemoval else { return [:] }
        let request = ELBv2.DescribeLoadBalancerAttributesRequest(loadBalancerArn: arn)
        let pairs = try await work.lookIfThere(request)?.attributes.map { ($0.key ?? "", $0.value ?? "") }
        return pairs.map { Dictionary($0) { first, _ in first } }
    }

    static func facts(_ balancer: ELBv2.LoadBalancer) -> [Fact: String] {
        var facts: [Fact: String] = [:]
        facts[.arn] = balancer.loadBalancerArn
        facts[.name] = balancer.loadBalancerName
        facts[.dnsName] = balancer.dnsName
        facts[.dnsZone] = balancer.canonicalHostedZoneId
        facts[.metricName] = balancer.loadBalancerArn?.components(after: ":loadbalancer/")
        return facts
    }

    static func create(_ order: Order<LoadBalancerSettings>) async throws -> Observed {
        if let found = try await earlier(order) { return found }
        do {
            let answer = try await order.work.call(LoadBalancerCalls.create(order.settings, tags: order.tags))
            let balancer = try answer.loadBalancers.first.orUnreadable("ELBv2.CreateLoadBalancer", "LoadBalancers")
            return order.born(
                LoadBalancerSettings(balancer, attributes: [:]), facts: facts(balancer),
                state: LoadBalancerCalls.state(balancer))
        } catch let error as AWSError where error.kind == .alreadyExists {
            return try await adopt(order, named: order.settings.name.text)
        }
    }

    static func update(_ order: Order<LoadBalancerSettings>, from observed: Observed) async throws -> Observed {
        guard case .loadBalancer(let found) = observed.settings, let arn = observed.facts[.arn] else { return observed }
        let changes = LoadBalancerCalls.changes(order.settings, from: found, arn: arn)
        try await order.work.perform(changes + ELBTags.calls(arn, order.tags, from: observed.tags), in: .region)
        return order.done(facts: observed.facts, state: observed.state)
    }

    /// Its state: what it is set to is no news while it is waited for.
    static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed? {
        guard let name = observed.facts[.name] else { return nil }
        let answer = try await work.lookIfThere(ELBv2.DescribeLoadBalancersRequest(names: [name]))
        guard let balancer = answer?.loadBalancers.first(where: { $0.loadBalancerArn == observed.facts[.arn] }) else {
            return nil
        }
        var seen = observed
        seen.facts.merge(facts(balancer)) { $1 }
        seen.state = LoadBalancerCalls.state(balancer)
        return seen
    }

    /// It is gone when its interfaces are: until then they hold its subnets and groups. One that is still there itself was not
    /// deleted: a VPC origin held it, and it is to be asked again.
    static func farewell(_ observed: Observed, _ work: Work) async throws -> Observed? {
        if let seen = try await refresh(observed, work) { return seen }
        guard try await !interfaces(of: observed, work).isEmpty else { return nil }
        var leaving = observed
        leaving.state = .deleting
        return leaving
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let arn = observed.facts[.arn] else { return }
        // Late lines would fill the bucket again that is about to be emptied.
        let free = ["deletion_protection.enabled": "false", "access_logs.s3.enabled": "false"]
        try await work.gone(LoadBalancerCalls.modify(arn, free), in: .region)
        try await work.gone(ELBv2.DeleteLoadBalancerRequest(loadBalancerArn: arn), in: .region)
    }

    static func blockers(of observed: Observed, _ work: Work) async throws -> [String] {
        try await interfaces(of: observed, work).map {
            "interface \($0.networkInterfaceId ?? "") in \($0.subnetId ?? "") (\($0.status?.rawValue ?? "unknown"))"
        }
    }

    private static func interfaces(of observed: Observed, _ work: Work) async throws -> [EC2.NetworkInterface] {
        guard let name = observed.facts[.metricName] else { return [] }
        let filter = EC2.Filter(name: "description", values: ["ELB \(name)"])
        return try await work.lookAll(EC2.DescribeNetworkInterfacesRequest(filters: [filter])).flatMap(
            \.networkInterfaces)
    }
}

/// Tags are changed the same way on everything in Elastic Load Balancing.
enum ELBTags {
    static func calls(_ arn: String, _ desired: [String: String], from observed: [String: String]) -> [any WireRequest]
    {
        TagChange(desired, from: observed).calls {
            ELBv2.AddTagsRequest(resourceArns: [arn], tags: ELBv2.Tag.list($0))
        } untag: {
            ELBv2.RemoveTagsRequest(resourceArns: [arn], tagKeys: $0)
        }
    }
}

extension Work {
    /// Elastic Load Balancing tells the tags of so many resources at a time.
    private static var tagBatch: Int { 20 }

    /// As `tags(of:wanted:in:asking:)`, for many at a time.
    func elbTags(of resources: [(arn: String, wanted: [String: String]?)]) async throws -> [String: [String: String]] {
        var known: [String: [String: String]] = [:]
        for resource in resources {
            if let tags = try await listedTags(of: resource.arn, in: .region),
                resource.wanted == nil || tags == resource.wanted
            {
                known[resource.arn] = tags
            }
        }
        let open = Set(resources.map(\.arn)).subtracting(known.keys).sorted()
        let answers = try await open.batches(of: Self.tagBatch).concurrentMap { arns in
            try await lookIfThere(ELBv2.DescribeTagsRequest(resourceArns: arns))?.tagDescriptions ?? []
        }
        for description in answers.flatMap({ $0 }) {
            known[description.resourceArn ?? ""] = [String: String](description.tags)
        }
        return known
    }
}
