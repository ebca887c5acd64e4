/// A line that a task wrote, as the cloud's log has it.
package struct CloudLogLine: Sendable, Equatable {
    /// The log's own name for the line, the same whenever it is asked for.
    package var id: String
    /// Milliseconds since 1970.
    package var time: Int
    /// Who wrote it: the last part of the task's ARN.
    package var task: String
    package var text: String

    package init(id: String, time: Int, task: String, text: String) {
        self.id = id
        self.time = time
        self.task = task
        self.text = text
    }
}

/// A part of what a log has, in the order of time. It may be empty and yet not the last.
package struct CloudLogPage: Sendable, Equatable {
    package var lines: [CloudLogLine]
    /// Where the next part begins; nil after the last.
    package var mark: String?

    package init(lines: [CloudLogLine], mark: String?) {
        self.lines = lines
        self.mark = mark
    }
}
