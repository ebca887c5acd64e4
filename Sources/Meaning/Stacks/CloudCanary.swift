/// What AWS makes of a service's `deploy.canary`.
///
/// ECS gives the new version a target group of its own and shifts the weights of one rule of the load balancer, so a rule that leads to
/// the service alone must be all that leads to it. Source: ECS developer guide, "Canary deployments", read 2026-11.
package enum CloudCanary: Sendable, Equatable {
    case carriedOut(DeployRules.Canary)
    /// The reason completes "… is this machine's alone: on aws …".
    case leftOut(String)

    /// Above this share a new version gets about as many requests as the old one, and CloudWatch, which compares the two by which has
    /// fewer, cannot tell them apart. Per cent.
    package static let mostForComparison = 40
    /// CloudWatch needs so many minutes for its verdict: two of the last three.
    package static let fewestMinutes = 3
}

extension Stack {
    /// Nil for a service without a canary.
    package func cloudCanary(of service: Service) -> CloudCanary? {
        guard let canary = service.deploy.canary else { return nil }
        return reasonAgainstCanary(of: service).map { .leftOut($0) } ?? .carriedOut(canary)
    }

    /// Nil where a new version takes the old one's place task by task.
    package func canaryOnAWS(of service: Service) -> DeployRules.Canary? {
        if case .carriedOut(let canary)? = cloudCanary(of: service) { canary } else { nil }
    }

    private func reasonAgainstCanary(of service: Service) -> String? {
        guard service.takesRequests else { return "no request comes to it through the load balancer" }
        let named = balancer.rules.filter { $0.services.contains(service.name) }
        let ways = named.count + service.routes.count
        if ways > 1 { return "ECS shifts one rule of the load balancer, and \(ways) lead to the service" }
        if let rule = named.first, rule.services.count > 1 {
            return "ECS shifts a whole rule of the load balancer, and rule \(rule.priority) leads to others, too"
        }
        if service.balancing.sticky != nil { return "a sticky client would stay with the version that is taken back" }
        return nil
    }
}

extension DeployRules.Canary {
    /// ECS counts whole minutes; 0...1440 of them. Source: ECS CanaryConfiguration, read 2026-11.
    package var minutes: Int { max(1, Int((bake.components.seconds + 59) / 60)) }
}
