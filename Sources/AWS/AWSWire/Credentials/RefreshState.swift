/// When credentials that end are renewed. Pure; the shell around it is `RefreshingCredentials`.
///
/// From 15 minutes before the end one caller renews them and everybody else goes on with the old ones; from 10 minutes before the
/// end everybody waits for the new ones. When a renewal fails, the old ones are used as long as they last, and it is tried again
/// after a minute. Source of the two times: botocore, read 2026-11.
package struct RefreshState: Sendable, Equatable {
    static let advisory: Duration = .seconds(15 * 60)
    static let mandatory: Duration = .seconds(10 * 60)
    /// Between two renewals: credentials that live for 15 minutes would be renewed at every call.
    static let pause: Duration = .seconds(60)

    package enum Step: Sendable, Equatable {
        case use(AWSCredentials)
        /// Begin a renewal and use what it brings; when it fails, use `fallback` if there is one.
        case renew(fallback: AWSCredentials?)
        /// The same with the renewal that is under way.
        case wait(fallback: AWSCredentials?)
    }

    private var held: AWSCredentials?
    private var isRenewing = false
    private var triedAt: Moment?

    package init() {}

    package mutating func ask(at now: Moment) -> Step {
        let step = step(at: now)
        if case .renew = step {
            isRenewing = true
            triedAt = now
        }
        return step
    }

    private func step(at now: Moment) -> Step {
        guard let held else { return isRenewing ? .wait(fallback: nil) : .renew(fallback: nil) }
        guard let end = held.expiration, end - now < Self.advisory else { return .use(held) }
        let usable = end > now ? held : nil
        if isRenewing { return end - now < Self.mandatory ? .wait(fallback: usable) : .use(held) }
        if let usable, let triedAt, now - triedAt < Self.pause { return .use(usable) }
        return .renew(fallback: usable)
    }

    package mutating func renewed(_ credentials: AWSCredentials) {
        isRenewing = false
        held = credentials
    }

    package mutating func failed() { isRenewing = false }

    /// The service refused these; others that came in the meantime stay.
    package mutating func refused(_ credentials: AWSCredentials) {
        guard held == credentials else { return }
        held = nil
        triedAt = nil
    }
}
