import Drills
import LocalTarget
import Stacks

/// Whether a stack may be broken now: one that is not whole would be broken twice.
struct DrillReadiness {
    let name: DrillName
    let stack: Stack

    private var state: String { "nothing was broken" }

    /// Whatever the target.
    func checkStack() throws(Report) {
        if name.needsDatabase, stack.database == nil {
            throw Report("\(stack.fullName) has no database, which the drill \(name.rawValue) is about", state: state)
        }
        if name.needsReader, (stack.database?.readers ?? 0) == 0 {
            throw Report(
                "the database of \(stack.fullName) has no reader, which the drill \(name.rawValue) needs", state: state,
                next: "write `readers: 1` into the manifest's `database:`")
        }
    }

    func check(_ status: StackStatus) throws(Report) {
        try checkStack()
        guard !status.isWhole else { return }
        let problem = status.problems.first.map { "\($0.subject): \($0.message)" }
        let wait = status.phase == .ready ? "something of it still comes up" : "it is \(status.phase.rawValue)"
        throw Report(
            "\(stack.fullName) is not whole: \(problem ?? wait)",
            expected: "every task healthy, and commits that wait for the reader", state: state,
            next: "wait until `terrace status` shows every task healthy and the reader in sync")
    }
}
