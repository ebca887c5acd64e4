import Resources
import Stacks

/// The service to which a drill deploys a version that cannot run: the first from which ECS is sure to take it back. Pure.
struct BadDeploySubject {
    let name: String
    private let service: Observed
    /// ARN of the version that serves.
    let former: String
    /// The version that cannot run.
    let version: Resource

    /// - Throws: when there is none, with what is against each.
    init(_ world: World) throws(Report) {
        var reasons: [String] = []
        for observed in world.resources.values.sorted(by: { $0.address < $1.address }) {
            guard case .ecsService(let settings) = observed.settings, let target = settings.target else { continue }
            let name = observed.address.text.split(separator: ".").last.map(String.init) ?? ""
            if let reason = Self.reason(against: settings) {
                reasons.append("\(name): \(reason)")
                continue
            }
            guard let definition = world.resources[CloudService.address(.taskDefinition, name)],
                case .taskDefinition(let task) = definition.settings, let former = settings.taskDefinition.literal
            else { continue }
            (self.name, self.service, self.former) = (name, observed, former)
            version = DrillVersion.resource(
                like: task, of: name, container: target.container, tags: definition.tags)
            return
        }
        throw Report(
            "there is no service to which a version that cannot run may be deployed",
            details: reasons.map { Report.Detail("service", $0) } + [
                Report.Detail("expected", "one that takes requests, with versions that ECS takes back by itself"),
                Report.Detail("state", "nothing was broken"),
            ])
    }

    func service(running version: String) -> Observed {
        guard case .ecsService(var settings) = service.settings else { return service }
        settings.taskDefinition = Value(version)
        var observed = service
        observed.settings = .ecsService(settings)
        return observed
    }

    /// ECS's interface says that the circuit breaker is for rolling updates alone, its guide that it is not. Source: ECS API reference,
    /// DeploymentCircuitBreaker, and developer guide, "Deployment failure detection", read 2026-11.
    private static func reason(against service: ECSServiceSettings) -> String? {
        if service.canary != nil {
            return "its versions come as canaries, and AWS is not clear on whether ECS takes back one that cannot start"
        }
        return service.circuitBreaker && service.rollsBack ? nil : "its circuit breaker is off"
    }
}
