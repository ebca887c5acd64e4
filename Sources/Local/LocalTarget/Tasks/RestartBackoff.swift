/// How long to wait before a task is started again. Doubles from a quarter of a second up to a limit, as restart loops of
/// the field do (Kubernetes: 10 s to 5 min), but quicker: on one machine a developer waits for it.
struct RestartBackoff: Sendable, Equatable {
    static let first = Duration.milliseconds(250)
    static let limit = Duration.seconds(30)
    /// A task that was healthy for this long is forgiven what was before.
    static let forgivenAfter = Duration.seconds(60)
    /// Failures in a row that are called a crash loop.
    static let crashLoop = 3

    private(set) var failures = 0

    var isCrashLoop: Bool { failures >= RestartBackoff.crashLoop }

    /// Notes one more failure and returns the wait before the next try.
    mutating func failed(healthyFor: Duration?) -> Duration {
        if let healthyFor, healthyFor >= RestartBackoff.forgivenAfter { failures = 0 }
        failures += 1
        return RestartBackoff.wait(failures: failures)
    }

    static func wait(failures: Int) -> Duration {
        // 2^7 × 250 ms is above the limit: no power beyond it, however long the loop goes on.
        min(first * (1 << min(max(failures, 1) - 1, 7)), limit)
    }
}
