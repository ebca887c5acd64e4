import AWSServices
import AWSWire
import Provisioning
import Resources

/// The group of a stack's schedules, which carries the tags that they cannot have. What is left in it goes with it.
enum ScheduleGroupHandler: KindHandler {
    static var lingers: Bool { true }

    static func find(_ search: Search<ScheduleGroupSettings>) async throws -> [Observed] {
        let work = search.work
        return try await work.seek(search.items.map(\.settings.name.text)) {
            try await work.taggedARNs(of: "schedule-group/", in: .region).compactMap {
                $0.arn.components(after: ":schedule-group/")
            }
        } _: { names in
            try await names.concurrentCompactMap { name in
                let group = try await work.lookIfThere(Scheduler.GetScheduleGroupRequest(name: name))
                guard let group else { return nil }
                return try await observed(group, named: name, search)
            }
        }
    }

    /// Its name follows from the stack.
    static func identify(_ search: Search<ScheduleGroupSettings>) async throws -> [Address: [Fact: String]]? {
        Dictionary(search.items.map { ($0.address, [Fact.name: $0.settings.name.text]) }) { first, _ in first }
    }

    private static func observed(
        _ group: Scheduler.GetScheduleGroupResponse, named name: String, _ search: Search<ScheduleGroupSettings>
    ) async throws -> Observed? {
        let (work, arn) = (search.work, group.arn ?? "")
        let item = search.items.first { $0.settings.name.text == name }
        let tags = try await work.tags(of: arn, wanted: item?.tags) {
            let answer = try await work.lookIfThere(Scheduler.ListTagsForResourceRequest(resourceArn: arn))
            return [String: String](answer?.tags ?? [])
        }
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        return Observed(
            address, .scheduleGroup(ScheduleGroupSettings(name: Value(name))), facts: [.name: name, .arn: arn],
            state: group.state == .deleting ? .deleting : .ready, tags: tags)
    }

    static func create(_ order: Order<ScheduleGroupSettings>) async throws -> Observed {
        let name = order.settings.name.text
        do {
            let answer = try await order.work.call(
                Scheduler.CreateScheduleGroupRequest(
                    name: name, clientToken: order.tokenOfRun(), tags: Scheduler.Tag.list(order.tags)))
            let arn = try answer.scheduleGroupArn.orUnreadable("Scheduler.CreateScheduleGroup", "ScheduleGroupArn")
            return order.done(facts: [.name: name, .arn: arn])
        } catch let error as AWSError where error.code == "ConflictException" {
            return try await adopt(order, named: name)
        }
    }

    /// Nothing but its tags can change.
    static func update(_ order: Order<ScheduleGroupSettings>, from observed: Observed) async throws -> Observed {
        guard let arn = observed.facts[.arn] else { return observed }
        let tags = TagChange(order.tags, from: observed.tags).calls {
            Scheduler.TagResourceRequest(resourceArn: arn, tags: Scheduler.Tag.list($0))
        } untag: {
            Scheduler.UntagResourceRequest(resourceArn: arn, tagKeys: $0)
        }
        try await order.work.perform(tags, in: .region)
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let name = observed.facts[.name] else { return }
        try await work.gone(Scheduler.DeleteScheduleGroupRequest(name: name), in: .region)
    }
}

extension Scheduler.Tag: TagShape {}
