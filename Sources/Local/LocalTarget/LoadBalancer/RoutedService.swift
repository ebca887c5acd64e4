import Stacks
import TrafficRules

/// A service as one loop serves it: what is decided and counted for each of its requests, found once when the services or their tasks
/// change. An object, for a request holds it from its beginning to its end, and a `Service` is large.
final class RoutedService {
    let service: Service
    let targets: [Target]
    let traffic: TrafficCounters
    let answers: AnswerCounters
    /// nil, nearly always: no new version is on trial.
    let trial: Trial?
    var chooser = LeastOutstanding()
    var budget: RetryBudget

    init(
        _ service: Service, targets: [Target], trial: Trial?, counters: ServiceCounters,
        budget: RetryBudget
    ) {
        self.service = service
        self.targets = targets
        self.trial = trial
        traffic = counters.of(service.name)
        answers = counters.answers(of: service.name)
        self.budget = budget
    }

    var name: String { service.name }
}
