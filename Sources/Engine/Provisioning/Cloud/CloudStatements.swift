/// What the servers of a database in a cloud were busy with, as the cloud has sampled their sessions.
package struct CloudStatements: Sendable, Equatable {
    /// One kind of statement, constants left out.
    package struct Statement: Sendable, Equatable {
        package var text: String
        /// How many sessions were in it, on average over the whole window.
        package var load: Double
        /// These three: nil where the server counts no statements.
        package var callsPerSecond: Double?
        /// Of one call, in seconds.
        package var mean: Double?
        package var rowsPerSecond: Double?

        package init(
            text: String, load: Double, callsPerSecond: Double? = nil, mean: Double? = nil, rowsPerSecond: Double? = nil
        ) {
            self.text = text
            self.load = load
            self.callsPerSecond = callsPerSecond
            self.mean = mean
            self.rowsPerSecond = rowsPerSecond
        }
    }

    package struct Server: Sendable, Equatable {
        package var name: String
        package var isWriter: Bool
        /// The heaviest first; nil where nobody samples the server.
        package var statements: [Statement]?

        package init(name: String, isWriter: Bool, statements: [Statement]?) {
            self.name = name
            self.isWriter = isWriter
            self.statements = statements
        }
    }

    /// Seconds since 1970.
    package var window: Range<Int>
    /// The writer first.
    package var servers: [Server]

    package init(window: Range<Int>, servers: [Server]) {
        self.window = window
        self.servers = servers
    }
}
