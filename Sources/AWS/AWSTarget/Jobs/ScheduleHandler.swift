import AWSServices
import AWSWire
import Provisioning
import Resources

/// Schedules of EventBridge Scheduler. They cannot be tagged: what is in the stack's group is the stack's.
enum ScheduleHandler: KindHandler {
    static func find(_ search: Search<ScheduleSettings>) async throws -> [Observed] {
        let search = try await search.knowing([.scheduleGroup])
        let groups = Set(search.items.compactMap(\.settings.group.literal)).sorted()
        return try await groups.concurrentMap { group in
            try await names(in: group, search.work).concurrentCompactMap { name in
                try await observed(name, in: group, search)
            }
        }.flatMap { $0 }
    }

    /// Without its group there is none. The list says too little of each.
    private static func names(in group: String, _ work: Work) async throws -> [String] {
        do {
            return try await work.lookAll(Scheduler.ListSchedulesRequest(groupName: group)).flatMap(\.schedules)
                .compactMap(\.name)
        } catch let error as AWSError where error.kind == .notFound {
            return []
        }
    }

    private static func observed(
        _ name: String, in group: String, _ search: Search<ScheduleSettings>
    ) async throws -> Observed? {
        let request = Scheduler.GetScheduleRequest(name: name, groupName: group)
        guard let schedule = try await search.work.lookIfThere(request) else { return nil }
        let item = search.items.first { $0.settings.name.text == name && $0.settings.group.literal == group }
        // A job that the manifest has no more.
        let address = item?.address ?? Address(.application, ResourceKind.schedule.rawValue, name)
        return Observed(
            address, .schedule(ScheduleSettings(schedule)), facts: [.name: name, .arn: schedule.arn ?? ""])
    }

    static func create(_ order: Order<ScheduleSettings>) async throws -> Observed {
        let name = order.settings.name.text
        do {
            let answer = try await order.work.call(ScheduleCalls.create(order.settings, token: order.tokenOfRun()))
            let arn = try answer.scheduleArn.orUnreadable("Scheduler.CreateSchedule", "ScheduleArn")
            return order.done(facts: [.name: name, .arn: arn])
        } catch let error as AWSError where error.code == "ConflictException" {
            return try await adopt(order, named: name)
        }
    }

    /// One call says all of it anew: what it leaves out would become AWS's own.
    static func update(_ order: Order<ScheduleSettings>, from observed: Observed) async throws -> Observed {
        try await order.work.call(ScheduleCalls.update(order.settings))
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard case .schedule(let schedule) = observed.settings else { return }
        let request = Scheduler.DeleteScheduleRequest(name: schedule.name.text, groupName: schedule.group.text)
        try await work.gone(request, in: .region)
    }
}
