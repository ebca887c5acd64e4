import AWSServices
import AWSWire
import Provisioning
import Resources

/// Target groups of load balancers.
enum TargetGroupHandler: KindHandler {
    static func find(_ search: Search<TargetGroupSettings>) async throws -> [Observed] {
        let work = search.work
        return try await work.seek(search.items.map(\.settings.name.text)) {
            try await work.taggedARNs(of: "targetgroup/", in: .region).compactMap {
                $0.arn.components(after: ":targetgroup/").map { String($0.prefix { $0 != "/" }) }
            }
        } _: { names in
            // One that is missing would fail a call that names several.
            let all = try await work.lookAll(ELBv2.DescribeTargetGroupsRequest()).flatMap(\.targetGroups)
            let groups = all.filter { names.contains($0.targetGroupName ?? "") }
            let items = groups.map { group in
                search.items.first { $0.settings.name.text == group.targetGroupName }
            }
            async let answers = groups.concurrentMap { try await attributes(of: $0, work) }
            let tags = try await work.elbTags(
                of: zip(groups, items).map { ($0.targetGroupArn ?? "", $1?.tags) })
            return zip(zip(groups, items), try await answers).compactMap { known, attributes in
                let (group, item) = known
                guard let arn = group.targetGroupArn, let attributes,
                    let address = search.address(tags: tags[arn] ?? [:], orOf: item)
                else { return nil }
                return Observed(
                    address, .targetGroup(TargetGroupSettings(group, attributes: attributes)), facts: facts(group),
                    tags: tags[arn] ?? [:])
            }
        }
    }

    private static func attributes(of group: ELBv2.TargetGroup, _ work: Work) async throws -> [String: String]? {
        guard !work.isForRemoval else { return [:] }
        guard let arn = group.targetGroupArn,
            let answer = try await work.lookIfThere(ELBv2.DescribeTargetGroupAttributesRequest(targetGroupArn: arn))
        else { return nil }
        return Dictionary(answer.attributes.map { ($0.key ?? "", $0.value ?? "") }) { first, _ in first }
    }

    private static func facts(_ group: ELBv2.TargetGroup) -> [Fact: String] {
        var facts: [Fact: String] = [:]
        facts[.arn] = group.targetGroupArn
        facts[.name] = group.targetGroupName
        facts[.metricName] = group.targetGroupArn.flatMap { $0.split(separator: ":").last }.map(String.init)
        return facts
    }

    static func create(_ order: Order<TargetGroupSettings>) async throws -> Observed {
        do {
            let answer = try await order.work.call(TargetGroupCalls.create(order.settings, tags: order.tags))
            let group = try answer.targetGroups.first.orUnreadable("ELBv2.CreateTargetGroup", "TargetGroups")
            return order.born(TargetGroupSettings(group, attributes: [:]), facts: facts(group))
        } catch let error as AWSError where error.kind == .alreadyExists {
            return try await adopt(order, named: order.settings.name.text)
        }
    }

    static func update(_ order: Order<TargetGroupSettings>, from observed: Observed) async throws -> Observed {
        guard case .targetGroup(let found) = observed.settings, let arn = observed.facts[.arn] else { return observed }
        let changes = TargetGroupCalls.changes(order.settings, from: found, arn: arn)
        try await order.work.perform(changes + ELBTags.calls(arn, order.tags, from: observed.tags), in: .region)
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let arn = observed.facts[.arn] else { return }
        try await work.gone(ELBv2.DeleteTargetGroupRequest(targetGroupArn: arn), in: .region)
    }
}
