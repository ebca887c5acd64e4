/// What one probe of a server saw.
package struct ProbeReport: Sendable, Equatable {
    package enum Outcome: Sendable, Equatable {
        case answered(ServerFigures)
        /// `stopped`: the kernel shows the server as stopped by a signal.
        case failed(String, stopped: Bool)
    }

    package var outcome: Outcome
    /// The probe itself was not scheduled in time: the machine was overloaded or slept. Then silence proves nothing.
    package var late: Bool
    package var at: ContinuousClock.Instant

    package init(outcome: Outcome, late: Bool = false, at: ContinuousClock.Instant) {
        self.outcome = outcome
        self.late = late
        self.at = at
    }
}

/// What a server says about itself. Positions are bytes of write-ahead log.
package struct ServerFigures: Sendable, Equatable {
    package var isStandby = false
    package var flushed = 0
    package var connections = 0
    /// Of the standby that streams from it; nil when there is none.
    package var standbyFlushed: Int?
    package var standbyReplayed: Int?
    package var standbyLagSeconds: Double = 0

    package init() {}
}

/// Tells a hung server from a slow one. Two failed probes of a server that the kernel shows as stopped are enough;
/// otherwise the server may be waiting for a busy processor or disk, and only a long silence counts. Probes that were
/// late themselves do not count at all, and the clock is a monotonic one: no jump of the wall clock is seen here.
package struct HangJudge: Sendable, Equatable {
    private var failures = 0
    private var silentSince: ContinuousClock.Instant?

    package init() {}

    /// The reason, once it counts as hung.
    package mutating func observe(_ report: ProbeReport) -> String? {
        guard case .failed(let reason, let stopped) = report.outcome else {
            self = HangJudge()
            return nil
        }
        if report.late {
            self = HangJudge()
            return nil
        }
        failures += 1
        let since = silentSince ?? report.at
        silentSince = since
        guard failures >= 2 else { return nil }
        if stopped { return "it is stopped by a signal and does not answer" }
        return report.at - since >= DatabaseLimit.unresponsive ? "it does not answer: \(reason)" : nil
    }
}

/// Tells whether commits wait for a reader that makes no progress.
package struct StallJudge: Sendable, Equatable {
    private var position = -1
    private var since: ContinuousClock.Instant?

    package init() {}

    /// The reason, once commits have waited too long.
    package mutating func observe(_ figures: ServerFigures, late: Bool, at now: ContinuousClock.Instant) -> String? {
        let received = figures.standbyFlushed ?? -1
        let waits = received < figures.flushed
        guard waits, received == position, !late, let start = since else {
            position = received
            since = waits ? now : nil
            return nil
        }
        guard now - start >= DatabaseLimit.readerStall else { return nil }
        return received < 0 ? "it is not connected to the writer" : "it receives nothing from the writer"
    }
}
