package import Stacks
package import TrafficRules

/// Which services there are, how paths lead to them, and their targets.
package final class TargetGroups: Sendable {
    package struct Snapshot: Sendable {
        package var services: [Service] = []
        package var routes = RouteTable(services: [])
        /// By index of the service.
        package var targets: [[Target]] = []
    }

    let published = Published(Snapshot())

    package init() {}

    package var snapshot: Snapshot { published.current }

    /// Takes new services over; the targets of services that stay are kept.
    package func setServices(_ services: [Service]) {
        published.update { snapshot in
            let targets = services.map { service in
                let old = snapshot.services.firstIndex { $0.name == service.name }
                return old.map { snapshot.targets[$0] } ?? []
            }
            snapshot = Snapshot(services: services, routes: RouteTable(services: services), targets: targets)
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
    }

    package func target(_ task: String) -> Target? {
        snapshot.targets.joined().first { $0.endpoint.id == task }
    }
}
