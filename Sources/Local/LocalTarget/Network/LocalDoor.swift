import Processes

/// A port on which a part of the stack listens on this machine.
package struct LocalDoor: Codable, Sendable, Equatable {
    /// `edge, https`, `task web.1`, `database, writer`
    package var name: String
    package var port: Int
    /// Whether a stack that works answers there. A worker may listen on the port that it was given, and need not.
    package var isExpected: Bool

    package init(name: String, port: Int, isExpected: Bool = true) {
        self.name = name
        self.port = port
        self.isExpected = isExpected
    }
}

extension StackStatus {
    /// Every port that the stack says it has. What is stopped has none.
    package var doors: [LocalDoor] {
        let edges = [("edge, https", edge.url), ("edge, http", edge.redirectURL), ("console", edge.consoleURL)]
        let tasks = services.flatMap { service in
            service.tasks.filter { $0.pid != nil }.map {
                LocalDoor(name: "task \($0.id)", port: $0.port, isExpected: service.isWorker != true)
            }
        }
        let servers = (database?.servers ?? []).filter { $0.pid != nil }
            .map { LocalDoor(name: "database server \($0.name)", port: $0.port) }
        let relays = [("database, writer", database?.writerEndpoint), ("database, reader", database?.readerEndpoint)]
        let named = (edges.map { ($0.0, Optional($0.1)) } + relays).compactMap { name, text in
            text.flatMap(StackStatus.port).map { LocalDoor(name: name, port: $0) }
        }
        return named + tasks + servers
    }

    /// Ports on which the stack's processes listen besides, such as an application's debugger; none where the system does not tell
    /// who listens (macOS), or tells it to another user only.
    package func unaskedDoors(
        listening: (Int32) -> [Int] = { ProcessTree.listeningPorts(of: $0) }
    ) -> [LocalDoor] {
        let tasks = services.flatMap(\.tasks).compactMap { task in task.pid.map { ("task \(task.id)", $0) } }
        let servers = (database?.servers ?? []).compactMap { server in
            server.pid.map { ("database server \(server.name)", $0) }
        }
        var known = Set(doors.map(\.port))
        // The supervisor comes last: all others are below it, and what is left is a job's, or of a command that was run.
        return (tasks + servers + [("a program of the stack", supervisor)]).flatMap { name, pid in
            listening(pid).filter { known.insert($0).inserted }.map {
                LocalDoor(name: "\(name), another port", port: $0, isExpected: false)
            }
        }
    }

    /// Of `https://localhost:8443` or `127.0.0.1:54301`.
    private static func port(_ text: String) -> Int? {
        text.split(separator: ":").last.flatMap { Int($0.prefix { $0.isNumber }) }
    }
}
