import Drills
import Foundation
import LocalTarget
import Stacks
import Visitors

/// A stack on one target as a drill meets it: what differs between targets. The rest of a drill is `DrillCourse`'s.
protocol DrillGround: Sendable {
    var stack: Stack { get }
    var target: TargetName { get }
    var pace: DrillPace { get }

    /// What the drill does here, as a sentence without a full stop.
    func summary(_ name: DrillName) -> String
    func hypothesis(_ name: DrillName) -> Hypothesis
    /// How long what is broken stays so unless somebody says otherwise.
    func hold(_ name: DrillName) -> Duration
    /// Requests a second unless somebody says otherwise.
    ///
    /// - Throws: when so many as are asked for would be refused by the stack itself.
    func rate(_ asked: Int?) throws -> Int

    /// Reads only.
    ///
    /// - Throws: when the stack cannot be broken in this way, or may not be broken now.
    func check(_ name: DrillName) async throws
    /// Where the load goes; one read has been served from there.
    func visitors(seed: UInt64) async throws -> VisitTarget
    /// The way to the writer for commits of the drill's own; nil where there is none from this machine.
    func database() async throws -> DatabaseClient?

    /// Keeps others from changing the stack while `body` runs. What was broken is mended when that ends, in whatever way.
    func whileHeld<Result: Sendable>(
        _ course: DrillCourse, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result
    /// Begins to look, until it is told to end.
    func watch(_ course: DrillCourse, _ load: DrillLoad) async throws -> any DrillWatching
    /// Breaks what the drill is about, keeps it so for its time, and undoes it.
    func breaks(_ course: DrillCourse, _ target: VisitTarget, _ database: DatabaseClient?) async throws -> FaultOutcome

    /// Returns when nothing is broken any more; for whoever was interrupted.
    func mend() async throws
    /// What is said then: `everything that task had broken is mended`.
    func farewell(_ name: DrillName) -> String

    /// The user has asked a second time to stop: what takes long to undo is left, and told.
    func stopAtOnce()
    /// What the last drill has made and could not remove; nil when nothing is left.
    var left: Report? { get }
}

extension DrillGround {
    func stopAtOnce() {}
    var left: Report? { nil }
}

/// How long the parts of a drill last.
struct DrillPace: Sendable, Equatable {
    /// Before the fault: what is normal.
    var warmUp: Duration
    /// After everything is whole again.
    var coolDown: Duration
    /// For everything to be whole again.
    var patience: Duration
}

/// Looks at a stack again and again while a drill is under way.
protocol DrillWatching: Sendable {
    func end()
    /// What the target told of by itself, in its order.
    var events: [(time: Date, text: String)] { get }
    /// Changes of the writer since the watch began.
    func failovers() async throws -> Int
    /// Runs `body`, and gives it up when the drill must not go on.
    func whileSound<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result
    /// Seconds from `moment` until everything ran again; nil when that did not happen within `limit` from now.
    func wholeAgain(after moment: ContinuousClock.Instant, within limit: Duration) async throws -> Double?
}
