import AWSServices
import AWSWire
import Provisioning
import Resources

/// The subnets that a cluster may use.
enum SubnetGroupHandler: KindHandler {
    static func find(_ search: Search<SubnetGroupSettings>) async throws -> [Observed] {
        let work = search.work
        return try await work.seek(search.items.map(\.settings.name.text)) {
            try await work.rdsNames("subgrp")
        } _: { names in
            try await names.concurrentCompactMap { try await observed($0, search) }
        }
    }

    private static func observed(_ name: String, _ search: Search<SubnetGroupSettings>) async throws -> Observed? {
        let work = search.work
        let request = RDS.DescribeDBSubnetGroupsRequest(dbSubnetGroupName: name)
        guard let group = try await work.lookIfThere(request)?.dbSubnetGroups.first else { return nil }
        let arn = group.dbSubnetGroupArn ?? work.connection.arn("rds", "subgrp:\(name)")
        let item = search.items.first { $0.settings.name.text == name }
        let tags = try await work.rdsTags(arn, wanted: item?.tags)
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        return Observed(
            address, .subnetGroup(SubnetGroupSettings(group)), facts: [.name: name, .arn: arn], tags: tags)
    }

    static func create(_ order: Order<SubnetGroupSettings>) async throws -> Observed {
        let (wanted, name) = (order.settings, order.settings.name.text)
        do {
            let request = RDS.CreateDBSubnetGroupRequest(
                dbSubnetGroupName: name, dbSubnetGroupDescription: wanted.description,
                subnetIds: wanted.subnets.map(\.text), tags: RDS.Tag.list(order.tags))
            let answer = try await order.work.call(request)
            let arn = answer.dbSubnetGroup?.dbSubnetGroupArn ?? order.work.connection.arn("rds", "subgrp:\(name)")
            return order.done(facts: [.name: name, .arn: arn])
        } catch let error as AWSError where error.kind == .alreadyExists {
            return try await adopt(order, named: name)
        }
    }

    static func update(_ order: Order<SubnetGroupSettings>, from observed: Observed) async throws -> Observed {
        guard case .subnetGroup(let found) = observed.settings else { return observed }
        try await order.retagRDS(observed)
        let wanted = order.settings
        if Set(found.subnets) != Set(wanted.subnets) || found.description != wanted.description {
            try await order.work.call(
                RDS.ModifyDBSubnetGroupRequest(
                    dbSubnetGroupName: wanted.name.text, subnetIds: wanted.subnets.map(\.text),
                    dbSubnetGroupDescription: wanted.description))
        }
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let name = observed.facts[.name] else { return }
        try await work.call(RDS.DeleteDBSubnetGroupRequest(dbSubnetGroupName: name))
    }
}

extension SubnetGroupSettings {
    /// As RDS tells it.
    init(_ group: RDS.DBSubnetGroup) {
        self.init(
            name: Value(group.dbSubnetGroupName ?? ""), description: group.dbSubnetGroupDescription ?? "",
            vpc: Value(group.vpcId ?? ""), subnets: group.subnets.compactMap(\.subnetIdentifier).map { Value($0) })
    }
}
