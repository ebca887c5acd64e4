/// A session with a running task, as the cloud has opened it: what AWS's program for sessions needs to join it.
package struct CloudPluginSession: Sendable, Equatable {
    /// The task's name.
    package var task: String
    /// The cloud's answer as JSON. It holds the session's token, so it is for no command line, which every user of the machine
    /// can read.
    package var answer: String
    /// What the session was asked for, as JSON: with whom it is, and what it is to do.
    package var asked: String
    /// Of the service that opened it, as a URL.
    package var endpoint: String

    package init(task: String, answer: String, asked: String, endpoint: String) {
        self.task = task
        self.answer = answer
        self.asked = asked
        self.endpoint = endpoint
    }
}

/// As whom the application signs in to its database.
package struct CloudLogin: Sendable, Equatable {
    package var user: String
    package var password: String

    package init(user: String, password: String) {
        self.user = user
        self.password = password
    }
}
