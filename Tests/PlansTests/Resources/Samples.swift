import Plans
import Resources
import Stacks

/// A stack with a part of every kind.
enum Sample {
    static var stack: Stack {
        Stack(
            name: "shop", environment: "production", region: "eu-west-1", zones: 2,
            network: Network(endpoints: [.s3, .logs]),
            edge: Edge(
                domain: "shop.example.com", origin: .private,
                cache: [CacheRule(path: RoutePattern(unchecked: "/static/*"), ttl: .seconds(86_400))]),
            services: [
                Service(
                    name: "web", image: ".", scaleOn: ScaleOn(cpu: 50, requestsPerTask: 600), spot: 60,
                    environment: ["LOG_LEVEL": "info"], secrets: ["SESSION_KEY"]),
                Service(name: "mailer", image: "./mailer", routes: []),
            ],
            database: Database(), alarms: Alarms(notify: ["ops@example.com"]), tags: ["team": "shop"])
    }

    static var graph: ResourceGraph { StackResources.graph(of: stack) }

    /// The stack as it is after an `up`.
    static var running: World {
        var cloud = ImaginedCloud()
        cloud.apply(ResourcePlanner.plan(graph, cloud.world))
        return cloud.world
    }
}
