import Drills
import Foundation
import Provisioning
import Resources
import Stacks

/// The database on AWS, restored to a second between rows of the drill's own: as a copy beside it, which is asked what it has.
/// Whoever began the drill ends what it makes (`RestoreDrillRemoval`).
struct CloudRestoreDrill {
    let course: DrillCourse
    let session: CloudSession
    let look: CloudLook

    /// Between two rows.
    private static let apart = Duration.seconds(1)
    /// Between two questions for the server's time, and two looks for what RDS can restore.
    private static let clockInterval = Duration.milliseconds(250)
    private static let interval = Duration.seconds(5)
    /// A line for whoever waits.
    private static let told = Duration.seconds(60)
    /// Two seconds pass sooner.
    private static let clockLimit = Duration.seconds(60)
    /// RDS is within five minutes as a rule. Source: Aurora user guide, "Backing up and restoring", read 2026-11.
    private static let lagLimit = Duration.seconds(1800)
    /// A full copy of a large database takes an hour and more.
    private static let restoreLimit = Duration.seconds(4 * 3600)

    func callAsFunction() async throws -> FaultOutcome {
        var outcome = FaultOutcome(began: .now, done: .now, over: .now, isGentle: true)
        try await ask(.make)
        var marks = RestoreMarks()
        marks.before = try await write(from: marks.next)
        let moment = try await nextSecond()
        outcome.done = .now
        note("\(UTCText.text(moment)), after \(Self.rows(marks.before)), is the moment to restore", &outcome)
        marks.after = try await write(from: marks.next)
        note("wrote \(Self.rows(marks.after)) more", &outcome)
        let origin = try await restorable(moment, &outcome)
        let start = ContinuousClock.now
        let copy = try await restore(moment, of: origin)
        let seen = marks.compared(
            to: Set(try await session.cloud.ask(.rows, of: copy, in: look.world)),
            seconds: (.now - start) / .seconds(1))
        outcome.over = .now
        outcome.restored = .compared(seen)
        note(Self.text(copy, moment, seen), &outcome)
        return outcome
    }

    @discardableResult
    private func ask(_ statement: DrillTable.Statement) async throws -> [Int] {
        try await session.cloud.ask(statement, of: nil, in: look.world)
    }

    // MARK: - Rows

    /// One row after the other for half of the drill's time, each acknowledged.
    private func write(from first: Int) async throws -> Set<Int> {
        var (numbers, number) = (Set<Int>(), first)
        let end = ContinuousClock.now + course.hold / 2
        repeat {
            try await ask(.add(number))
            numbers.insert(number)
            number += 1
            try await Task.sleep(for: Self.apart)
        } while .now < end
        return numbers
    }

    /// By the database's own clock, since that dates its commits: every row so far was acknowledged before that second begins. Returns when
    /// it is over, so that whichever part of it RDS restores to, no later row belongs there.
    private func nextSecond() async throws -> Int {
        let moment = try await clock() + 1
        let start = ContinuousClock.now
        while try await clock() <= moment {
            guard .now - start < Self.clockLimit else {
                throw Report(
                    "the clock of the database does not go on after \(UTCText.text(moment))",
                    state: "the drill was ended, and what it had made is removed")
            }
            try await Task.sleep(for: Self.clockInterval)
        }
        return moment
    }

    private func clock() async throws -> Int {
        guard let second = try await ask(.clock).first else {
            throw Report("the database does not tell its time", state: "the drill was ended")
        }
        return second
    }

    // MARK: - The copy

    /// - Returns: the name of the cluster that a copy as of the moment can be made of.
    private func restorable(_ moment: Int, _ outcome: inout FaultOutcome) async throws -> String {
        let start = ContinuousClock.now
        var next = start
        while true {
            let serving = try await session.cloud.restores(of: look.graph, in: look.world).serving
            let latest = serving?.window?.upperBound
            if let serving, let latest, latest >= moment {
                note("RDS could restore that moment after \(Seconds.text((.now - start) / .seconds(1)))", &outcome)
                return serving.name
            }
            let state = latest.map { "so far \(UTCText.text($0)) is the latest" } ?? "so far it can restore nothing"
            guard .now - start < Self.lagLimit else {
                throw Report(
                    "RDS cannot restore \(UTCText.text(moment)) even half an hour later: \(state)",
                    state: "no copy was made, and the drill's table is removed",
                    next: "`terrace db backup --list --on aws` shows what can be restored")
            }
            if .now >= next {
                course.progress(
                    "waits until RDS can restore \(UTCText.text(moment)), which takes it some minutes: \(state)")
                next = .now + Self.told
            }
            try await Task.sleep(for: Self.interval)
        }
    }

    private func restore(_ moment: Int, of origin: String) async throws -> String {
        guard let names = RestoreNames(look.graph) else {
            throw Report("\(session.stack.fullName) has no database", state: "no copy was made")
        }
        let restore = RestoreCourse(RestoreOrder(.moment(moment), for: .drill), names: names, origin: origin)
        let start = ContinuousClock.now
        let seen = try await RestoreWalk(session: session, look: look, told: course.progress) { seen in
            guard .now - start < Self.restoreLimit else {
                throw Report(
                    "the copy was not there after 4 hours", state: "it is removed, whatever has become of it",
                    next: "see the events of \(seen.copy(for: .drill)?.name ?? origin) in RDS")
            }
            return try restore.copying(seen)
        }
        guard let copy = seen.copy(for: .drill) else {
            throw Report("the restored copy is gone", state: "somebody else has removed it")
        }
        return copy.name
    }

    // MARK: - What is told

    private func note(_ line: String, _ outcome: inout FaultOutcome) {
        course.progress(line)
        outcome.own.append((.now, line))
    }

    private static func rows(_ numbers: Set<Int>) -> String { Figures.number(numbers.count, "row") }

    private static func text(_ copy: String, _ moment: Int, _ seen: Observation.Restored) -> String {
        let present = (seen.before ?? 0) - seen.missing
        return "\(copy) answers as of \(UTCText.text(moment)) after \(Seconds.text(seen.seconds)): "
            + "it has \(present) of the \(seen.before ?? 0) rows from before, and \(seen.tooNew) later ones"
    }
}
