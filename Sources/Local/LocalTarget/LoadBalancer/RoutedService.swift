import Stacks
import Streams
import TrafficRules

/// A service as one loop serves it: what is decided and counted for each of its requests, found once when the services or their tasks
/// change. An object, for a request holds it from its beginning to its end, and a `Service` is large.
final class RoutedService {
    let service: Service
    let targets: [Target]
    /// To each of the targets, by its index; none where connections have many streams.
    private let connections: [TaskConnections]
    let traffic: TrafficCounters
    let answers: AnswerCounters
    /// nil, nearly always: no new version is on trial.
    let trial: Trial?
    var chooser = LeastOutstanding()
    var budget: RetryBudget

    init(
        _ service: Service, targets: [Target], trial: Trial?, counters: ServiceCounters,
        budget: RetryBudget, pool: UpstreamPool
    ) {
        self.service = service
        self.targets = targets
        connections = service.taskProtocol.isMultiplexed ? [] : targets.map { pool.connections(to: $0.address) }
        self.trial = trial
        traffic = counters.of(service.name)
        answers = counters.answers(of: service.name)
        self.budget = budget
    }

    var name: String { service.name }

    /// Nil when the target has gone, or speaks HTTP/2.
    func connections(to target: Target) -> TaskConnections? {
        guard !connections.isEmpty else { return nil }
        return targets.firstIndex { $0 === target }.map { connections[$0] }
    }
}
