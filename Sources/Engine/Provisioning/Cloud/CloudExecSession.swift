/// A session with a command inside a running task, as the cloud has opened it: what a program needs to join it.
package struct CloudExecSession: Sendable, Equatable {
    /// The task's name.
    package var task: String
    /// The cloud's answer as JSON. It holds the session's token, so it is for no command line, which every user of the machine
    /// can read.
    package var answer: String
    /// Whom the session is with: `ecs:cluster_task_runtime`.
    package var target: String
    /// Of the service that opened it, as a URL.
    package var endpoint: String

    package init(task: String, answer: String, target: String, endpoint: String) {
        self.task = task
        self.answer = answer
        self.target = target
        self.endpoint = endpoint
    }
}
