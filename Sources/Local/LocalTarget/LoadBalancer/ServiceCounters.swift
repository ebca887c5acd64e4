import Synchronization

/// One loop's counters by service, made when they are first asked for and read by whoever reports. The loop keeps what it
/// was given, so the lock is taken once for each service.
package final class ServiceCounters: Sendable {
    private let counters = Mutex<[String: TrafficCounters]>([:])
    private let answersByService = Mutex<[String: AnswerCounters]>([:])

    /// Of all services together.
    package let answers = AnswerCounters()

    package init() {}

    /// `-` counts what no route matched.
    package func of(_ service: String) -> TrafficCounters {
        counters.withLock { counters in
            if let known = counters[service] { return known }
            let new = TrafficCounters()
            counters[service] = new
            return new
        }
    }

    package var all: [String: TrafficCounters] { counters.withLock { $0 } }

    func answers(of service: String) -> AnswerCounters {
        answersByService.withLock { counters in
            if let known = counters[service] { return known }
            let new = AnswerCounters()
            counters[service] = new
            return new
        }
    }
}
