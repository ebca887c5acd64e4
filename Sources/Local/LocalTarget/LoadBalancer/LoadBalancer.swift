package import NIOCore
package import Stacks
import Streams
import Synchronization
package import TrafficRules

/// The control side of the load balancer: which services and tasks there are, their health, and draining.
package final class LoadBalancer: TaskTraffic {
    /// How long requests in flight may take when a task is stopped. Source: the guide's corrections, no. 25; an ALB's own
    /// default is 300 s.
    package static let deregistrationDelay = Duration.seconds(30)

    package let groups: TargetGroups
    private let checker: HealthChecker
    private let drained = Mutex<Set<String>>([])

    /// `told` hears of changes of health on an event loop and must not block.
    package init(eventLoop: any EventLoop, told: @escaping HealthChecker.Told) {
        groups = TargetGroups { told($0, .ejected(for: $1, failures: $2)) }
        checker = HealthChecker(eventLoop: eventLoop, told: told)
    }

    package func setServices(_ services: [Service], _ balancer: Balancer = Balancer()) {
        groups.setServices(services, balancer)
    }

    /// Changed checks and slow starts of targets that stay.
    package func setHealthChecks(_ services: [Service]) {
        for service in services {
            for target in groups.snapshot.targets.joined() where target.endpoint.service == service.name {
                target.slowStart = service.balancing.slowStart
                checker.adopt(service.health, for: target.endpoint.id)
            }
        }
    }

    package func taskStarted(_ endpoint: TaskEndpoint) {
        guard let address = try? SocketAddress(ipAddress: "127.0.0.1", port: endpoint.port),
            let service = groups.snapshot.services.first(where: { $0.name == endpoint.service })
        else { return }
        let target = Target(endpoint, address: address)
        target.slowStart = service.balancing.slowStart
        groups.add(target)
        checker.begin(target, service.health, service.taskProtocol)
    }

    package func drain(_ task: String) async {
        guard let target = groups.target(task) else { return }
        target.standing = .unavailable
        checker.drain(task)
        _ = drained.withLock { $0.insert(task) }
        // A request that was being routed just now has counted itself by then.
        let deadline = ContinuousClock.now + Self.deregistrationDelay
        repeat {
            try? await Task.sleep(for: .milliseconds(10))
        } while target.inFlight > 0 && ContinuousClock.now < deadline && !Task.isCancelled
        groups.remove(task)
    }

    package func taskEnded(_ task: String) {
        checker.end(task)
        groups.remove(task)
        _ = drained.withLock { $0.remove(task) }
    }

    package func beginTrial(of service: String, version: Int, part: Int) {
        groups.setTrial(Trial(version: version, part: part), of: service)
    }

    package func comparison(of service: String) -> CanaryComparison? { groups.snapshot.trials[service]?.comparison }

    package func endTrial(of service: String) { groups.setTrial(nil, of: service) }

    /// What `status` tells of a task.
    package struct TaskStanding: Sendable {
        package var state: TargetHealth.State
        package var inFlight: Int
        /// Passes its health checks and gets no requests, because it failed too many.
        package var isEjected: Bool
    }

    /// By task.
    package func standings() async -> [String: TaskStanding] {
        let states = await checker.states()
        let now = LoopClock().monotonic
        var result: [String: TaskStanding] = [:]
        for target in groups.snapshot.targets.joined() {
            let id = target.endpoint.id
            let state = drained.withLock { $0.contains(id) } ? .draining : states[id] ?? .initial(lastFailure: nil)
            result[id] = TaskStanding(
                state: state, inFlight: target.inFlight, isEjected: state == .healthy && target.isEjected(at: now))
        }
        return result
    }

    package func close() async { await checker.close() }
}
