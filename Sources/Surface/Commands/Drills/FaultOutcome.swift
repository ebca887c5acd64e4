import Drills

/// What a drill did to its stack.
struct FaultOutcome: Sendable {
    var began: ContinuousClock.Instant
    var done: ContinuousClock.Instant
    /// From when on it should become whole again.
    var over: ContinuousClock.Instant
    var fetches: Int?
    /// Nothing that was under way may have been touched.
    var isGentle = false
    var restored: Restored?
    var deployed: Observation.Deployed?
    /// Steps that the target does not tell by itself.
    var own: [(at: ContinuousClock.Instant, text: String)] = []

    /// What became of a restore.
    enum Restored: Sendable {
        /// Still to be held against the load's own commits.
        case copy(Copy)
        case compared(Observation.Restored)
    }

    /// What a restored copy had.
    struct Copy: Sendable {
        var moment: ContinuousClock.Instant
        var numbers: Set<Int>
        var seconds: Double
    }
}
