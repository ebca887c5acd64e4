import Costs
import Resources
import Stacks

/// Stacks whose bills are worked out by hand beside the golden files.
enum Sample: String, CaseIterable, Sendable {
    case standard, domain, everything, workers

    var stack: Stack {
        switch self {
        case .standard:
            Stack(name: "guestbook", services: [Service(name: "web", image: ".")], database: Database())
        case .domain:
            Stack(
                name: "shop", environment: "staging", region: "eu-central-1",
                edge: Edge(domain: "shop.example.com", origin: .public),
                services: [
                    Service(name: "web", image: "nginx:1.29", port: 8080, routes: [RoutePattern(unchecked: "/shop/*")])
                ], usage: Usage(requests: 200_000_000, egress: .gibibytes(12_288), cacheHits: 80),
                budget: .cents(40_000))
        case .everything: Sample.full
        case .workers:
            Stack(
                name: "jobs", region: "us-west-2",
                network: Network(nat: .none, endpoints: [.s3, .ecr, .secretsmanager, .logs]),
                services: [Service(name: "mailer", image: "./mailer", routes: [], spot: 100)],
                database: Database(readers: 0), budget: .cents(50_000),
                jobs: [CronSchedule("*/5 * * * *")].compactMap { schedule in
                    schedule.map { ScheduledJob(name: "poll", schedule: $0, service: "mailer", command: .words(["a"])) }
                })
        }
    }

    private static let full = Stack(
        name: "shop", environment: "production", region: "ap-northeast-1", zones: 3,
        network: Network(nat: .single, endpoints: [.s3, .ecr, .logs]),
        edge: Edge(
            domain: "shop.example.com", origin: .private,
            firewall: Firewall(rules: [.common, .ipReputation])),
        services: [
            Service(name: "web", image: ".", tasks: 3...12, spot: 60, secrets: ["SESSION_KEY"]),
            Service(
                name: "api", image: "api:4", port: 4000, routes: [RoutePattern(unchecked: "/api/*")], cpu: 1024,
                memory: .gibibytes(2)),
            Service(name: "mailer", image: "./mailer", routes: []),
        ],
        database: Database(version: .exact("16.8"), capacity: .serverless(min: 0.5, max: 8), readers: 2),
        alarms: Alarms(notify: ["ops@example.com"]),
        usage: Usage(
            requests: 50_000_000, egress: .gibibytes(2048), cacheHits: 60, tasks: ["web": 450],
            database: DatabaseUsage(storage: .gibibytes(100), io: 400_000_000, capacity: 150, logs: .gibibytes(5)),
            logs: .gibibytes(60), nat: .gibibytes(300), freeTier: false))
}

func estimate(_ stack: Stack) throws -> Estimate {
    try Estimator.estimate(
        StackResources.graph(of: stack), of: stack, prices: StackPrices.snapshot(for: stack.region))
}
