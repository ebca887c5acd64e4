import AWSServices
import AWSWire
import Provisioning
import Resources

/// State machines of Step Functions, one for each job.
enum StateMachineHandler: KindHandler {
    /// Until its last run has ended.
    static var lingers: Bool { true }

    private static let type = "stateMachine:"

    static func find(_ search: Search<StateMachineSettings>) async throws -> [Observed] {
        let work = search.work
        return try await work.seek(search.items.map { work.connection.arn("states", type + $0.settings.name.text) }) {
            try await work.taggedARNs(of: type, in: .region).map(\.arn)
        } _: { arns in
            try await arns.concurrentCompactMap { try await observed($0, search) }
        }
    }

    private static func observed(_ arn: String, _ search: Search<StateMachineSettings>) async throws -> Observed? {
        let work = search.work
        let request = StepFunctions.DescribeStateMachineRequest(stateMachineArn: arn)
        guard let machine = try await work.lookIfThere(request), let name = machine.name else { return nil }
        let item = search.items.first { $0.settings.name.text == name }
        let tags = try await work.tags(of: arn, wanted: item?.tags) {
            let answer = try await work.lookIfThere(StepFunctions.ListTagsForResourceRequest(resourceArn: arn))
            return [String: String](answer?.tags ?? [])
        }
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        return Observed(
            address, .stateMachine(StateMachineSettings(machine)), facts: [.name: name, .arn: arn],
            state: machine.status == .deleting ? .deleting : .ready, tags: tags)
    }

    /// The same creation again is no second one.
    static func create(_ order: Order<StateMachineSettings>) async throws -> Observed {
        let name = order.settings.name.text
        do {
            let answer = try await order.work.call(StateMachineCalls.create(order.settings, tags: order.tags))
            let arn = try answer.stateMachineArn.orUnreadable("StepFunctions.CreateStateMachine", "stateMachineArn")
            return order.done(facts: [.name: name, .arn: arn])
        } catch let error as AWSError where error.code == "StateMachineAlreadyExists" {
            return try await adopt(order, named: name)
        }
    }

    static func update(_ order: Order<StateMachineSettings>, from observed: Observed) async throws -> Observed {
        guard let arn = observed.facts[.arn] else { return observed }
        let tags = TagChange(order.tags, from: observed.tags).calls {
            StepFunctions.TagResourceRequest(resourceArn: arn, tags: StepFunctions.Tag.list($0))
        } untag: {
            StepFunctions.UntagResourceRequest(resourceArn: arn, tagKeys: $0)
        }
        let isSame = observed.settings == .stateMachine(order.settings)
        let changes: [any WireRequest] = isSame ? [] : [StateMachineCalls.update(order.settings, arn: arn)]
        try await order.work.perform(changes + tags, in: .region)
        return order.done(facts: observed.facts)
    }

    /// A run that goes on would keep it for as long as its timeout is: it is ended, and its task with it.
    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let arn = observed.facts[.arn] else { return }
        let running = StepFunctions.ListExecutionsRequest(stateMachineArn: arn, statusFilter: .running)
        for execution in try await work.fresh().lookAll(running).flatMap(\.executions) {
            guard let run = execution.executionArn else { continue }
            let cause = Secret("the job is taken away")
            try await work.callIfThere(StepFunctions.StopExecutionRequest(executionArn: run, cause: cause))
        }
        try await work.gone(StepFunctions.DeleteStateMachineRequest(stateMachineArn: arn), in: .region)
    }
}
