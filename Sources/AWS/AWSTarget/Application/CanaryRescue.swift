import AWSServices
import AWSWire
import Resources
import Stacks

/// Takes a canary back that never comes up. ECS's API reference keeps its circuit breaker to rolling updates, its developer guide gives it
/// to blue/green deployments as well, and neither speaks of canaries: without it ECS would start tasks in vain for as long as it likes.
/// Whoever waits for the deployment therefore looks itself; an ECS that has gone back by then refuses, and that is as good.
///
/// Source: ECS API reference, DeploymentCircuitBreaker and StopServiceDeployment; developer guide, "Amazon ECS deployment failure
/// detection" and "Stopping Amazon ECS service deployments", read 2026-12.
enum CanaryRescue {
    /// So long none of its tasks may run. Fargate brings an image of some GB up in less.
    static let patience = Duration.seconds(600)
    /// As many failures in a row as ECS's circuit breaker lets pass at least; beyond that half of the tasks.
    private static let fewest = 3

    /// Why it has to be taken back; nil where it may still come up, where ECS has decided itself, and where there is nothing to go back to.
    static func reason(_ service: ECS.Service, wanted: String, now: AWSWire.Moment) -> String? {
        guard service.deploymentConfiguration?.strategy == .canary, service.deployments.count > 1,
            let canary = service.deployments.first(where: { $0.status == "PRIMARY" }),
            canary.taskDefinition == wanted, canary.rolloutState == "IN_PROGRESS"
        else { return nil }
        let (running, desired) = (canary.runningCount ?? 0, canary.desiredCount ?? 0)
        let failed = canary.failedTasks ?? 0
        if failed >= max(fewest, (desired + 1) / 2), running < desired {
            return "\(failed) tasks have ended and \(running == 0 ? "none runs" : "\(running) of \(desired) run")"
        }
        guard running == 0, desired > 0, let began = canary.createdAt, now - began >= patience else { return nil }
        return "none of its tasks runs after \(patience.components.seconds / 60) minutes"
    }

    /// Has ECS go back to what ran before.
    ///
    /// - Returns: what became of it, in words.
    static func takeBack(_ service: ECSServiceSettings, _ work: Work) async throws -> String {
        let list = ECS.ListServiceDeploymentsRequest(
            service: service.name.text, cluster: service.cluster.text, status: [.pending, .inProgress])
        do {
            for arn in try await work.call(list).serviceDeployments.compactMap(\.serviceDeploymentArn) {
                try await stop(arn, work)
            }
        } catch let error as AWSError where error.kind == .accessDenied {
            return "ECS may go on trying, for this caller may not take it back (\(error.code)); the old version serves"
        }
        return "taken back: ECS goes on with what ran before, which has served all the time"
    }

    private static func stop(_ arn: String, _ work: Work) async throws {
        do {
            try await work.call(ECS.StopServiceDeploymentRequest(serviceDeploymentArn: arn, stopType: .rollback))
        } catch let error as AWSError
            where ["ConflictException", "ServiceDeploymentNotFoundException"].contains(error.code)
        {
            // It goes back already, or has.
        }
    }
}
