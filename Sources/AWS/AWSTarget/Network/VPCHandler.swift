import AWSServices
import Provisioning
import Resources

/// The network itself. Its own group and access list are emptied by an update, since they are born full.
enum VPCHandler: KindHandler {
    static func find(_ search: Search<VPCSettings>) async throws -> [Observed] {
        let work = search.work
        guard try await work.mayHave(.vpc) else { return [] }
        let pages = try await work.lookAll(EC2.DescribeVpcsRequest(filters: work.ofThisStack))
        return try await pages.flatMap(\.vpcs).concurrentCompactMap { vpc in
            let tags = EC2.dictionary(vpc.tags)
            guard let address = work.scope.address(in: tags), let id = vpc.vpcId else { return nil }
            return try await observed(vpc, id, address, tags, work)
        }
    }

    private static func observed(
        _ vpc: EC2.Vpc, _ id: String, _ address: Address, _ tags: [String: String], _ work: Work
    ) async throws -> Observed? {
        guard !work.isForRemoval else {
            return Observed(
                address, .vpc(born(vpc.cidrBlock ?? "")), facts: work.connection.facts(id, "vpc"), state: state(vpc),
                tags: tags)
        }
        async let hostnames = work.lookIfThere(
            EC2.DescribeVpcAttributeRequest(attribute: .enableDnsHostnames, vpcId: id))
        async let support = work.lookIfThere(EC2.DescribeVpcAttributeRequest(attribute: .enableDnsSupport, vpcId: id))
        let defaults = try await DefaultFilters(of: id, work)
        guard let hostnames = try await hostnames, let support = try await support else { return nil }
        let settings = VPCSettings(
            cidr: vpc.cidrBlock ?? "", dnsSupport: support.enableDnsSupport?.value ?? false,
            dnsHostnames: hostnames.enableDnsHostnames?.value ?? false, defaultGroupIsEmpty: defaults.groupIsEmpty,
            defaultACLIsEmpty: defaults.listIsEmpty)
        return Observed(
            address, .vpc(settings), facts: work.connection.facts(id, "vpc").merging(defaults.facts) { $1 },
            state: state(vpc), tags: tags)
    }

    /// As every network begins.
    private static func born(_ cidr: String) -> VPCSettings {
        VPCSettings(
            cidr: cidr, dnsSupport: true, dnsHostnames: false, defaultGroupIsEmpty: false, defaultACLIsEmpty: false)
    }

    private static func state(_ vpc: EC2.Vpc) -> Observed.State {
        vpc.state == .pending ? .pending("the network is pending") : .ready
    }

    static func create(_ order: Order<VPCSettings>) async throws -> Observed {
        let request = EC2.CreateVpcRequest(cidrBlock: order.settings.cidr, tagSpecifications: order.tagged(.vpc))
        return try await order.work.callOnce(request) { work in
            try await find(Search([], work)).first { $0.address == order.address && $0.state != .deleting }
        } made: { answer in
            let id = try answer.vpc?.vpcId.orUnreadable("EC2.CreateVpc", "VpcId")
            return order.born(
                born(order.settings.cidr), facts: order.work.connection.facts(id ?? "", "vpc"),
                state: answer.vpc.map(state) ?? .ready)
        }
    }

    static func update(_ order: Order<VPCSettings>, from observed: Observed) async throws -> Observed {
        guard case .vpc(let found) = observed.settings, let id = observed.facts[.id] else { return observed }
        let (wanted, work) = (order.settings, order.work)
        try await order.retag(id, from: observed)
        // Names need the resolver, so the resolver comes first.
        if wanted.dnsSupport != found.dnsSupport {
            let value = EC2.AttributeBooleanValue(value: wanted.dnsSupport)
            try await work.call(EC2.ModifyVpcAttributeRequest(vpcId: id, enableDnsSupport: value))
        }
        if wanted.dnsHostnames != found.dnsHostnames {
            let value = EC2.AttributeBooleanValue(value: wanted.dnsHostnames)
            try await work.call(EC2.ModifyVpcAttributeRequest(vpcId: id, enableDnsHostnames: value))
        }
        var facts = observed.facts
        if wanted.defaultGroupIsEmpty && !found.defaultGroupIsEmpty
            || wanted.defaultACLIsEmpty && !found.defaultACLIsEmpty
        {
            let defaults = try await work.onceVisible("what \(id) was born with") { work in
                let defaults = try await DefaultFilters(of: id, work)
                return defaults.areVisible ? defaults : nil
            }
            facts.merge(defaults.facts) { $1 }
            if wanted.defaultGroupIsEmpty { try await defaults.emptyGroup(work) }
            if wanted.defaultACLIsEmpty { try await defaults.emptyList(work) }
        }
        return order.done(facts: facts, state: observed.state)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let id = observed.facts[.id] else { return }
        try await work.call(EC2.DeleteVpcRequest(vpcId: id))
    }

    static func blockers(of observed: Observed, _ work: Work) async throws -> [String] {
        try await Interfaces.holding("vpc-id", observed.facts[.id], work)
    }
}

/// The group and the access list that AWS puts into every network.
struct DefaultFilters {
    private let group: EC2.SecurityGroup?
    private let list: EC2.NetworkAcl?

    init(of vpc: String, _ work: Work) async throws {
        let inside = EC2.Filter(name: "vpc-id", values: [vpc])
        async let groups = work.lookAll(
            EC2.DescribeSecurityGroupsRequest(filters: [inside, EC2.Filter(name: "group-name", values: ["default"])]))
        async let lists = NetworkACLHandler.lists(of: vpc, work)
        group = try await groups.flatMap(\.securityGroups).first
        list = try await lists.first { $0.isDefault == true }
    }

    /// Every network has both from the moment it is made, but not every answer knows it yet.
    var areVisible: Bool { group != nil && list != nil }
    /// Without one there is nothing to be filled.
    var groupIsEmpty: Bool { group.map { $0.ipPermissions.isEmpty && $0.ipPermissionsEgress.isEmpty } ?? true }
    var listIsEmpty: Bool { openEntries.isEmpty }
    var facts: [Fact: String] {
        var facts: [Fact: String] = [:]
        facts[.defaultSecurityGroup] = group?.groupId
        facts[.defaultNetworkACL] = list?.networkAclId
        return facts
    }

    private var openEntries: [EC2.NetworkAclEntry] { (list?.entries ?? []).filter { !$0.isAWSsOwn } }

    func emptyGroup(_ work: Work) async throws {
        guard let group, let id = group.groupId else { return }
        if !group.ipPermissions.isEmpty {
            try await work.callIfThere(
                EC2.RevokeSecurityGroupIngressRequest(groupId: id, ipPermissions: group.ipPermissions))
        }
        if !group.ipPermissionsEgress.isEmpty {
            try await work.callIfThere(
                EC2.RevokeSecurityGroupEgressRequest(groupId: id, ipPermissions: group.ipPermissionsEgress))
        }
    }

    func emptyList(_ work: Work) async throws {
        guard let id = list?.networkAclId else { return }
        for entry in openEntries {
            try await work.callIfThere(
                EC2.DeleteNetworkAclEntryRequest(
                    networkAclId: id, ruleNumber: entry.ruleNumber ?? 0, egress: entry.egress ?? false))
        }
    }
}
