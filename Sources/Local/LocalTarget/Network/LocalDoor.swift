/// A port on which a part of the stack listens on this machine.
package struct LocalDoor: Codable, Sendable, Equatable {
    /// `edge, https`, `task web.1`, `database, writer`
    package var name: String
    package var port: Int

    package init(name: String, port: Int) {
        self.name = name
        self.port = port
    }
}

extension StackStatus {
    /// Every port that the stack says it has. What is stopped has none.
    package var doors: [LocalDoor] {
        let edges = [("edge, https", edge.url), ("edge, http", edge.redirectURL), ("console", edge.consoleURL)]
        let tasks = services.flatMap(\.tasks).filter { $0.pid != nil }
            .map { LocalDoor(name: "task \($0.id)", port: $0.port) }
        let servers = (database?.servers ?? []).filter { $0.pid != nil }
            .map { LocalDoor(name: "database server \($0.name)", port: $0.port) }
        let relays = [("database, writer", database?.writerEndpoint), ("database, reader", database?.readerEndpoint)]
        let named = (edges.map { ($0.0, Optional($0.1)) } + relays).compactMap { name, text in
            text.flatMap(StackStatus.port).map { LocalDoor(name: name, port: $0) }
        }
        return named + tasks + servers
    }

    /// Of `https://localhost:8443` or `127.0.0.1:54301`.
    private static func port(_ text: String) -> Int? {
        text.split(separator: ":").last.flatMap { Int($0.prefix { $0.isNumber }) }
    }
}
