/// One task that was started by hand.
package struct CloudTask: Sendable, Equatable {
    /// Where the lines of its container are.
    package struct Log: Sendable, Equatable {
        package var group: String
        package var stream: String

        package init(group: String, stream: String) {
            self.group = group
            self.stream = stream
        }
    }

    /// Its ARN.
    package var id: String
    /// The ARN of its cluster.
    package var cluster: String
    /// The container that runs the command.
    package var container: String
    /// nil when its definition names none.
    package var log: Log?

    package init(id: String, cluster: String, container: String, log: Log?) {
        self.id = id
        self.cluster = cluster
        self.container = container
        self.log = log
    }

    /// The last part of its ARN.
    package var name: String { id.split(separator: "/").last.map(String.init) ?? id }
}

/// What a look at such a task shows.
package struct CloudTaskLook: Sendable, Equatable {
    package struct End: Sendable, Equatable {
        /// nil when its container never ran.
        package var exitCode: Int?
        package var reason: String

        package init(exitCode: Int?, reason: String) {
            self.exitCode = exitCode
            self.reason = reason
        }
    }

    /// As AWS calls it, in small letters: `provisioning`, `running`, …
    package var state: String
    /// Lines that the look before has not shown.
    package var lines: [String]
    /// For the next look: where its lines begin.
    package var mark: String?
    package var end: End?

    package init(state: String, lines: [String], mark: String?, end: End?) {
        self.state = state
        self.lines = lines
        self.mark = mark
        self.end = end
    }
}
