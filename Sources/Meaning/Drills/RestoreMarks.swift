/// Rows that a drill has written around the moment to which a database is restored, each by its number.
package struct RestoreMarks: Sendable, Equatable {
    /// Acknowledged before the moment began.
    package var before: Set<Int> = []
    /// Begun after it was over.
    package var after: Set<Int> = []

    package init() {}

    /// No number is given out twice.
    package var next: Int { before.count + after.count + 1 }

    /// - Parameters:
    ///   - found: the rows of the copy.
    ///   - seconds: from the request until it answered.
    package func compared(to found: Set<Int>, seconds: Double) -> Observation.Restored {
        Observation.Restored(
            missing: before.subtracting(found).count, tooNew: found.subtracting(before).count, seconds: seconds,
            before: before.count, after: after.count)
    }
}
