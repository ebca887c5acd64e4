package import Stacks

/// What to do about a lease that somebody holds or held.
package enum LeaseDecision: Sendable, Equatable {
    /// Nobody has it.
    case create
    /// It was written over; right only if the write gets the version after this one.
    case takeOver(version: Int, reason: String)
    case refuse(Report)

    /// - Parameter isGone: whether a process of this machine has ended; a killed run must not keep its own user waiting.
    /// - Parameter breaks: the user has asked to take it from whoever has it.
    package static func decide(
        _ stored: StoredLease?, record: LeaseRecord?, stack: String, machine: String, breaks: Bool,
        isGone: (Int32) -> Bool
    ) -> LeaseDecision {
        guard let stored else { return .create }
        guard let record else {
            // Of another version, or written by hand: nobody can renew it.
            return stored.age >= .seconds(120) || breaks
                ? .takeOver(version: stored.version, reason: "the lease could not be read")
                : .refuse(unreadable(stack))
        }
        if stored.age >= record.lasts {
            return .takeOver(version: stored.version, reason: "the lease of \(record.description) ran out")
        }
        if record.machine == machine, isGone(record.process) {
            return .takeOver(version: stored.version, reason: "process \(record.process) on this machine has ended")
        }
        if breaks { return .takeOver(version: stored.version, reason: "taken from \(record.description)") }
        return .refuse(held(stack, record, stored))
    }

    private static func held(_ stack: String, _ record: LeaseRecord, _ stored: StoredLease) -> Report {
        let rest = max(.zero, record.lasts - stored.age)
        return Report(
            "\(stack) is being changed by somebody else",
            details: [
                Report.Detail("holder", record.description),
                Report.Detail(
                    "state", "nothing was changed; the lease was renewed \(stored.age.components.seconds) s ago"),
                Report.Detail(
                    "next",
                    "wait until it is done; if it is dead, the lease frees itself in \(rest.components.seconds) s, or `up` and `destroy` take it now with `--break-lock`"
                ),
            ])
    }

    private static func unreadable(_ stack: String) -> Report {
        Report(
            "\(stack) is held by a lease that this version cannot read", state: "nothing was changed",
            next: "it frees itself in two minutes, or `up` and `destroy` take it now with `--break-lock`")
    }
}
