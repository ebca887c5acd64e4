import PeerKit

/// From an empty account to everything ready.
enum AWSUpCase: BenchmarkCase {
    static let name = "aws-up"
    static func run(_ report: BenchReport) throws {
        try SharedLifecycles.report(.up, "AWS: `up` from an empty account", report)
    }
}

/// A plan right after: nothing is to do.
enum AWSPlanCase: BenchmarkCase {
    static let name = "aws-plan"
    static func run(_ report: BenchReport) throws {
        try SharedLifecycles.report(.plan, "AWS: `plan` with nothing to change", report)
    }
}

/// Back to an empty account, without a final snapshot.
enum AWSDestroyCase: BenchmarkCase {
    static let name = "aws-destroy"
    static func run(_ report: BenchReport) throws {
        try SharedLifecycles.report(.destroy, "AWS: `destroy`", report)
    }
}

/// How `up` and `plan` grow with the number of services.
enum AWSGrowthCase: BenchmarkCase {
    static let name = "aws-growth"

    static func run(_ report: BenchReport) throws {
        var rows: [[String]] = []
        for services in [1, 10, 50] {
            for provisioner in try Provisioner.installed() {
                let lifecycle = try Lifecycle.measured(provisioner, services: services, verbs: [.up, .plan])
                let cells = [Provisioner.Verb.up, .plan].flatMap { verb -> [String] in
                    guard let step = lifecycle.steps[verb] else { return ["", "", ""] }
                    return [
                        "\(step.run.wall.text(digits: 1)) s", "\(step.figures.calls)", "\(step.figures.depth)",
                    ]
                }
                rows.append(["\(services)", provisioner.rawValue] + cells)
            }
        }
        report.title("AWS: how it grows with the services")
        report.table(["services", "", "up", "calls", "deep", "plan", "calls", "deep"], rows)
        report.method("One run each, as above.")
    }
}

/// `up` where everything takes as long as on AWS: how much of the time is Terrace's own. Takes a good quarter of an hour.
enum AWSClockCase: BenchmarkCase {
    static let name = "aws-clock"
    /// Load balancer, VPC origin and distribution are made one after the other. Seconds, as in `Tests/Peers/world/clock.py`.
    private static let longestChain = 150.0 + 600 + 300

    static func run(_ report: BenchReport) throws {
        guard let step = try Lifecycle.measured(.terrace, speed: 1, verbs: [.up]).steps[.up] else { return }
        report.title("AWS: `up` at real-life creation times")
        report.table(
            ["", "wall", "longest chain", "ratio", "calls"],
            [
                [
                    Provisioner.terrace.rawValue, "\(step.run.wall.text(digits: 1)) s",
                    "\(longestChain.text(digits: 0)) s", (step.run.wall / longestChain).text(digits: 3),
                    "\(step.figures.calls)",
                ]
            ])
        report.method("One run, as above, but for creation times, which are those of real life.")
    }
}
