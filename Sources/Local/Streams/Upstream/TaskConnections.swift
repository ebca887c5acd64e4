import NIOCore

/// One event loop's connections to one task that have nothing to do. An object, so that a request finds them without looking up an
/// address.
package final class TaskConnections {
    private struct Unused {
        var connection: UpstreamConnection
        var since: NIODeadline
    }

    /// The oldest stand first, for connections are taken from the end.
    private var unused: [Unused] = []
    private var isForgotten = false

    var isEmpty: Bool { unused.isEmpty }

    /// The most recently used one.
    package func takeUnused() -> UpstreamConnection? { unused.popLast()?.connection }

    /// False when it is not kept: there are enough, or the task has gone.
    func keep(_ connection: UpstreamConnection, atMost limit: Int) -> Bool {
        guard !isForgotten, unused.count < limit else { return false }
        unused.append(Unused(connection: connection, since: .now()))
        return true
    }

    func remove(_ connection: UpstreamConnection) { unused.removeAll { $0.connection === connection } }

    func closeUnused(since limit: NIODeadline) {
        // Each takes itself out as it closes.
        for old in unused.prefix(while: { $0.since <= limit }) { old.connection.cancel() }
    }

    /// The task has gone: what is unused is closed, and nothing is kept any more.
    func forget() {
        isForgotten = true
        for each in unused { each.connection.cancel() }
    }
}
