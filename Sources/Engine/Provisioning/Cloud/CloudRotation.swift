/// How far the application is on its way to a new password.
package struct CloudRotation: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        /// None is under way.
        case idle
        /// A password is drawn, and nobody is told it yet.
        case drawn
        /// Every task that starts is told the new one; until the end of it the one before is valid, too.
        case admitted
    }

    /// As whom tasks sign in that start now.
    package var user: String
    package var step: Step
    /// Tasks that began before it may have the password before: milliseconds since 1970.
    package var since: Int

    package init(user: String, step: Step, since: Int) {
        self.user = user
        self.step = step
        self.since = since
    }
}

/// A task that has not ended and began before some moment.
package struct CloudOldTask: Sendable, Equatable {
    package var name: String
    /// Nil for one that no service keeps: a job, or `run`.
    package var service: String?

    package init(name: String, service: String?) {
        self.name = name
        self.service = service
    }
}
