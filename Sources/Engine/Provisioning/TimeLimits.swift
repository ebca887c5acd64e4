package import Resources

/// How long the engine waits for a resource before it gives up and says what it waited for. Each is about twice what AWS
/// needs on a bad day. Source: limits of the waiters in botocore and in Terraform's AWS provider, read 2026-11.
package struct TimeLimits: Sendable {
    /// One call, or the few that belong together, with their tries.
    package var call: Duration
    package var ready: @Sendable (ResourceKind) -> Duration
    package var gone: @Sendable (ResourceKind) -> Duration

    package init(
        call: Duration, ready: @escaping @Sendable (ResourceKind) -> Duration,
        gone: @escaping @Sendable (ResourceKind) -> Duration
    ) {
        self.call = call
        self.ready = ready
        self.gone = gone
    }

    /// A canary takes the time that the manifest gives it beside that of any deployment.
    package func ready(_ resource: Resource) -> Duration {
        guard case .ecsService(let service) = resource.settings, let canary = service.canary else {
            return ready(resource.kind)
        }
        return ready(resource.kind) + .seconds(60 * (canary.bake + canary.watch))
    }

    package static let standard = TimeLimits(
        // A name just freed, a role not yet visible: those take up to five minutes.
        call: .seconds(600),
        ready: { kind in
            switch kind {
            case .databaseCluster, .databaseInstance: .seconds(7200)
            case .distribution: .seconds(5400)
            // The owner of the domain may have to set the records by hand.
            case .certificate: .seconds(4 * 3600)
            case .vpcOrigin: .seconds(1800)
            // A migration of a large table lasts.
            case .release: .seconds(4 * 3600)
            // A rule may have to wait until ECS has brought a service's tasks from one target group into another.
            case .ecsService, .listenerRule: .seconds(1200)
            case .databaseRole: .seconds(900)
            default: .seconds(600)
            }
        },
        gone: { kind in
            switch kind {
            case .databaseCluster, .databaseInstance: .seconds(7200)
            case .distribution: .seconds(5400)
            // Interfaces that a service left in it go by themselves, up to half an hour later.
            case .securityGroup, .subnet, .vpc, .loadBalancer: .seconds(2700)
            case .natGateway, .vpcOrigin, .certificate: .seconds(1800)
            case .ecsService: .seconds(1200)
            default: .seconds(600)
            }
        })
}
