import AWSServices
import AWSWire
package import Resources
import Stacks

// How many tasks a service has, for a while.
extension AWSCloudStack {
    package func hold(
        _ target: Observed, at tasks: Int, until moment: Int, then bounds: ClosedRange<Int>
    ) async throws {
        guard case .scalableTarget(let found) = target.settings else { return }
        try await reportingRefusals("hold the tasks of \(target.address)") {
            let work = work
            try await work.call(
                TaskHoldCalls.put(found.service.text, until: moment, then: (bounds.lowerBound, bounds.upperBound)))
            try await work.call(
                ScalingCalls.register(
                    ScalableTargetSettings(service: found.service, min: tasks, max: tasks), tags: nil))
        }
    }

    package func release(_ target: Observed, to bounds: ClosedRange<Int>) async throws {
        guard case .scalableTarget(let found) = target.settings else { return }
        try await reportingRefusals("end the hold of \(target.address)") {
            let work = work
            let free = ScalableTargetSettings(
                service: found.service, min: bounds.lowerBound, max: bounds.upperBound)
            try await work.call(ScalingCalls.register(free, tags: nil))
            // Last: without it the narrow bounds would stay.
            try await work.callIfThere(TaskHoldCalls.delete(found.service.text))
        }
    }
}
