/// How a new version of a service takes the old one's place.
package struct DeployRules: Sendable, Equatable {
    /// Never fewer healthy tasks than this part of those that are wanted, in per cent, rounded up.
    package var minimumHealthy: Int
    /// Never more tasks at a time than this part of those that are wanted, in per cent, rounded down.
    package var maximum: Int
    /// So many failed tasks end a deployment; nil: as ECS counts them.
    package var failures: Int?
    package var canary: Canary?

    package init(minimumHealthy: Int = 100, maximum: Int = 200, failures: Int? = nil, canary: Canary? = nil) {
        self.minimumHealthy = minimumHealthy
        self.maximum = maximum
        self.failures = failures
        self.canary = canary
    }

    /// A share of the requests that a new version gets first, to be compared with the old one.
    package struct Canary: Sendable, Equatable {
        /// Per cent.
        package var share: Int
        /// How long both are compared.
        package var bake: Duration

        package init(share: Int = 10, bake: Duration = .seconds(300)) {
            self.share = share
            self.bake = bake
        }

        /// Errors that end the comparison before its time.
        package static let errors = 5
        /// Twice the old rate and one per cent more.
        package static let rateFactor = 2.0
        package static let rateMargin = 0.01
        /// Of fewer requests than these the p99 is the slowest one or two.
        package static let fewestForLatency = 100
        /// Half as slow again, and a delay that people notice.
        package static let latencyFactor = 1.5
        package static let latencyMargin = Duration.milliseconds(20)
    }
}

// What the rules come to for a number of tasks.
extension DeployRules {
    /// Half of the wanted tasks, at least 3 and at most 200, unless the manifest says another number.
    /// Source: ECS "How the Amazon ECS deployment circuit breaker detects failures", read 2026-11.
    package func threshold(for count: Int) -> Int { failures ?? min(max((count + 1) / 2, 3), 200) }

    package func fewest(of count: Int) -> Int { (count * minimumHealthy + 99) / 100 }

    /// At least one more than must stay healthy: ECS stands still where rounding leaves no room to move, nothing here does.
    package func most(of count: Int) -> Int { max(count * maximum / 100, count, fewest(of: count) + 1) }
}
