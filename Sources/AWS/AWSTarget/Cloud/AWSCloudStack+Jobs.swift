import AWSServices
import AWSWire
package import Provisioning
package import Resources
import Stacks

// How jobs ended.
extension AWSCloudStack {
    package func lastRun(of machine: Observed) async throws -> CloudJobEnd? {
        guard case .stateMachine(let settings) = machine.settings, let arn = machine.facts[.arn] else { return nil }
        return try await reportingRefusals("ask how \(machine.address) ended last") {
            // The newest comes first.
            let request = StepFunctions.ListExecutionsRequest(stateMachineArn: arn, maxResults: 1)
            guard let last = try await work.callIfThere(request)?.executions.first, let run = last.executionArn else {
                return nil
            }
            guard last.status == .failed else { return CloudJobEnd(last, result: .init(last.status)) }
            // Only the run itself says why.
            let detail = try await work.call(StepFunctions.DescribeExecutionRequest(executionArn: run))
            let failure = RunFailure(error: detail.error?.reveal(), cause: detail.cause?.reveal())
            return CloudJobEnd(last, result: failure.result(of: settings.container))
        }
    }
}

extension CloudJobEnd {
    init(_ run: StepFunctions.ExecutionListItem, result: Result) {
        self.init(
            startedAt: run.startDate?.milliseconds ?? 0, endedAt: run.stopDate?.milliseconds, result: result)
    }
}

extension CloudJobEnd.Result {
    init(_ status: StepFunctions.ExecutionStatus?) {
        self =
            switch status {
            case .succeeded: .succeeded
            case .timedOut: .timedOut
            case .aborted: .stopped
            default: .running
            }
    }
}

/// Why a run failed, as Step Functions has it from ECS.
struct RunFailure: Equatable {
    /// `ofTask` for a task that was started.
    var error: String?
    /// Of a task that was started, the task as JSON; else a sentence.
    var cause: String?

    private static let ofTask = "States.TaskFailed"

    func result(of container: String) -> CloudJobEnd.Result {
        guard let task = JSONText(reading: cause), let containers = task["Containers"]?.elements else {
            if error == RunFailure.ofTask {
                // The task of many parts is cut off where Step Functions' room ends.
                return .failed(exitCode: nil, reason: "Step Functions does not say with which exit code")
            }
            let words = [error, cause].compactMap { $0 }.filter { !$0.isEmpty }
            return .notStarted(words.isEmpty ? "Step Functions gave no reason" : words.joined(separator: ": "))
        }
        let own = containers.first { $0["Name"]?.string == container } ?? containers.first
        let reason = own?["Reason"]?.string
        guard let code = own?["ExitCode"]?.whole else {
            return .notStarted(reason ?? task["StoppedReason"]?.string ?? "ECS gave no reason")
        }
        return .failed(exitCode: code, reason: reason)
    }
}
