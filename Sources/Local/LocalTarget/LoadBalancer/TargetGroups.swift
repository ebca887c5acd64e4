package import Stacks
import Synchronization
package import TrafficRules

/// Which services there are, how requests lead to them, and their targets.
package final class TargetGroups: Sendable {
    package struct Snapshot: Sendable {
        package var services: [Service] = []
        package var rules = ListenerRules(services: [])
        /// By index of the service.
        package var targets: [[Target]] = []
        /// By service; nearly always empty.
        package var trials: [String: Trial] = [:]
    }

    let published = Published(Snapshot())
    private let ejections = Mutex<[String: OutlierEjection]>([:])

    /// Hears of ejections, on an event loop.
    private let ejected: @Sendable (_ task: String, _ time: Duration, _ failures: Int) -> Void

    package init(
        ejected: @escaping @Sendable (_ task: String, _ time: Duration, _ failures: Int) -> Void = { _, _, _ in }
    ) {
        self.ejected = ejected
    }

    package var snapshot: Snapshot { published.current }

    /// Takes new services over; the targets of services that stay are kept.
    package func setServices(_ services: [Service], _ balancer: Balancer = Balancer()) {
        published.update { snapshot in
            let targets = services.map { service in
                let old = snapshot.services.firstIndex { $0.name == service.name }
                return old.map { snapshot.targets[$0] } ?? []
            }
            snapshot = Snapshot(
                services: services, rules: ListenerRules(balancer, services: services), targets: targets,
                trials: snapshot.trials)
        }
    }

    /// Does nothing when there is no such service.
    package func add(_ target: Target) {
        published.update { snapshot in
            guard let index = snapshot.services.firstIndex(where: { $0.name == target.endpoint.service }) else {
                return
            }
            snapshot.targets[index].append(target)
        }
    }

    package func remove(_ task: String) {
        published.update { snapshot in
            for index in snapshot.targets.indices { snapshot.targets[index].removeAll { $0.endpoint.id == task } }
        }
        ejections.withLock { services in
            for service in services.keys { services[service]?.forget(task) }
        }
    }

    package func setTrial(_ trial: Trial?, of service: String) {
        guard trial != nil || snapshot.trials[service] != nil else { return }
        published.update { $0.trials[service] = trial }
    }

    package func target(_ task: String) -> Target? {
        snapshot.targets.joined().first { $0.endpoint.id == task }
    }

    /// A task has failed so many times in a row. Takes a lock, so loops ask only once there are enough failures.
    func failed(_ target: Target, inRow failures: Int, of count: Int, limits: Ejection, at now: Duration) {
        let until = ejections.withLock { services in
            services[target.endpoint.service, default: OutlierEjection()].failed(
                target.endpoint.id, inRow: failures, of: count, limits: limits, at: now)
        }
        guard let until else { return }
        target.eject(until: until)
        ejected(target.endpoint.id, until - now, failures)
    }
}
