import Resources
import Stacks

extension Estimator {
    /// How many figures Container Insights makes of a cluster and of each service, at the price of a metric. A service's tasks also
    /// count by task definition. Source: the table of ECS metrics, CloudWatch user guide, 2026-11.
    private static let insights = (cluster: 12, service: 25)

    func charges(for cluster: ECSClusterSettings) -> [Charge] {
        guard cluster.insights != .disabled else { return [] }
        let services = count { if case .ecsService = $0 { true } else { false } }
        let figures = Self.insights.cluster + services * Self.insights.service
        return [
            Charge(
                "Container Insights", .metric, Quantity(figures),
                note: cluster.insights == .enhanced ? "enhanced: the figures of single tasks come on top" : nil)
        ]
    }

    func charges(for service: ECSServiceSettings, at address: Address) -> [Charge] {
        let name = String(address.text.split(separator: ".").last ?? "")
        guard case .taskDefinition(let task)? = settings(.taskDefinition, name)
        else {
            return []
        }
        var bounds = service.desiredCount...service.desiredCount
        if case .scalableTarget(let target)? = settings(.scalableTarget, name) {
            bounds = min(target.min, target.max)...max(target.min, target.max)
        }
        let tasks = assumptions.tasks(name, in: bounds)
        let spot = tasks.map { Self.spotTasks(of: $0, service.capacity) }
        let demand = Spread(
            low: tasks.low - spot.low, expected: tasks.expected - spot.expected, high: tasks.high - spot.high)
        return Self.compute(task, demand, "", .taskCPUHour(task.architecture), .taskMemoryHour(task.architecture))
            + (spot.high > 0
                ? Self.compute(
                    task, spot, " on Spot", .spotCPUHour(task.architecture), .spotMemoryHour(task.architecture)) : [])
    }

    /// `tasks` in hundredths.
    private static func compute(
        _ task: TaskDefinitionSettings, _ tasks: Spread<Int>, _ place: String, _ cpu: PriceItem, _ memory: PriceItem
    ) -> [Charge] {
        let hours = tasks.map { Quantity(Assumptions.hours).times($0, over: 100) }
        let shown = tasks.map { Quantity(millionths: $0 * 10_000).description }
        let counts = tasks.isFlat ? shown.low : "\(shown.low), \(shown.expected) and \(shown.high)"
        return [
            Charge(
                "vCPU of tasks\(place)", cpu, hours.map { $0.times(task.cpu, over: 1024) },
                note: counts == "1" ? "1 task" : "\(counts) tasks"),
            Charge("memory of tasks\(place)", memory, hours.map { $0.times(task.memory, over: 1024) }),
        ]
    }

    /// Of so many tasks: `base` first, then by weight. All in hundredths.
    static func spotTasks(of tasks: Int, _ capacity: [CapacityShare]) -> Int {
        let base = capacity.reduce(0) { $0 + $1.base } * 100
        let weight = capacity.reduce(0) { $0 + $1.weight }
        let spot = capacity.filter { $0.provider == "FARGATE_SPOT" }
        let first = min(tasks, spot.reduce(0) { $0 + $1.base } * 100)
        guard weight > 0 else { return first }
        let share = Quantity.scaled(max(0, tasks - base), by: spot.reduce(0) { $0 + $1.weight }, over: weight)
        return min(tasks, first + share)
    }

    /// How many transitions a run is: its start, its task and its end.
    private static let transitions = 3

    /// At the manifest's schedule. What its tasks cost depends on how long they run, which nobody has said.
    func stateMachine(at address: Address) -> [Charge] {
        let name = String(address.text.split(separator: ".").last ?? "")
        let starts = assumptions.starts(name)
        return [
            Charge(
                "state transitions", .stateTransition, starts.times(Self.transitions),
                note: "\(starts) runs; what their tasks cost while they run comes on top")
        ]
    }

    func charges(for balancer: LoadBalancerSettings) -> [Charge] {
        let charges = [
            Charge.hourly("load balancer", .balancerHour),
            Charge("its capacity units", .balancerUnitHour, assumptions.balancerUnitHours),
        ]
        return balancer.scheme == .public ? charges + [publicAddresses(balancer.subnets.count)] : charges
    }
}
