/// A part of a running stack that starts connections, with a process that stands for it.
package struct LocalTier: Codable, Sendable, Equatable {
    package enum Role: String, Codable, Sendable {
        /// One process holds the edge, the load balancer and the database's endpoints.
        case balancer
        case tasks, database
    }

    package var role: Role
    /// `tasks of web`
    package var name: String
    package var pid: Int32

    package init(_ role: Role, _ name: String, pid: Int32) {
        self.role = role
        self.name = name
        self.pid = pid
    }
}

extension StackStatus {
    /// Those that run.
    package var tiers: [LocalTier] {
        let tasks = services.compactMap { service -> LocalTier? in
            service.tasks.compactMap(\.pid).first.map { LocalTier(.tasks, "tasks of \(service.name)", pid: $0) }
        }
        let server = database?.servers.compactMap(\.pid).first.map { LocalTier(.database, "database", pid: $0) }
        return [LocalTier(.balancer, "load balancer", pid: supervisor)] + tasks + [server].compactMap { $0 }
    }
}

/// What the architecture says of a connection between two parts of a stack.
package enum LocalWay: String, Codable, Sendable {
    /// Requests do not work without it.
    case needed
    /// Nothing is wrong with it.
    case allowed
    /// On AWS a group and a list stand in its way.
    case forbidden

    /// No request needs what need not be there.
    package static func from(_ tier: LocalTier.Role, to door: LocalDoor) -> LocalWay {
        let way = from(tier, to: door.part)
        return way == .needed && !door.isExpected ? .allowed : way
    }

    package static func from(_ tier: LocalTier.Role, to door: LocalDoor.Part) -> LocalWay {
        switch (tier, door) {
        case (.balancer, .task), (.balancer, .server), (.tasks, .endpoint), (.database, .server): .needed
        // On AWS tasks go out by NAT and come in by the edge, like any browser; the database's endpoint is its server's address.
        case (.tasks, .edge), (.tasks, .server), (.database, .endpoint): .allowed
        case (.balancer, .edge), (.balancer, .console), (.balancer, .endpoint), (.balancer, .other): .allowed
        case (.tasks, .task), (.tasks, .console), (.tasks, .other): .forbidden
        case (.database, .task), (.database, .edge), (.database, .console), (.database, .other): .forbidden
        }
    }
}

extension LocalDoor {
    package enum Part: String, Codable, Sendable, CaseIterable { case edge, console, endpoint, task, server, other }

    package var part: Part {
        if name.hasPrefix("task ") { return .task }
        if name.hasPrefix("database server ") { return .server }
        if name.hasPrefix("database, ") { return .endpoint }
        if name.hasPrefix("edge, ") { return .edge }
        return name == "console" ? .console : .other
    }
}
