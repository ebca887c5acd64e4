import LocalTarget

/// `verify --on local`: each port of the stack, and from where it answers.
struct DoorView {
    var trials: [DoorTrial]
    /// The same from each tier; the addresses are tried by this program.
    var tiers: [TierTrial] = []

    /// What another machine reaches although only this one should.
    var open: [DoorTrial] { trials.filter { !$0.isLoopback && $0.answers } }
    /// What nobody reaches although it says that it listens.
    var silent: [DoorTrial] { trials.filter { $0.isLoopback && !$0.answers && $0.door.isExpected } }
    var isBroken: Bool { !open.isEmpty || !silent.isEmpty || tierClaims.isBroken }

    private var doors: [LocalDoor] { trials.filter(\.isLoopback).map(\.door) }
    private var tierClaims: TierClaims {
        TierClaims(trials: tiers, reached: trials.filter { $0.isLoopback && $0.answers }.map(\.door), doors: doors)
    }

    func text(_ stack: String, width: Int, style: TextStyle) -> String {
        let addresses = trials.map(\.address).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let columns: [TextTable.Column] = [.right("port"), .left("part")]
        var table = TextTable(columns + (addresses + tiers.map(\.tier.name)).map { TextTable.Column.left($0) })
        for door in doors {
            let cells = addresses.map { address in
                trials.contains { $0.door == door && $0.address == address && $0.answers } ? "answers" : "."
            }
            table.add(["\(door.port)", door.name] + cells + tiers.map { cell($0, door) })
        }
        let rows = table.lines(width: width, style: style).map { "  \($0)\n" }
        return "\(stack) on this machine: a real connection to each port, at each address and from each tier\n"
            + rows.joined() + legend + "\nclaims\n" + claims
    }

    /// A tier comes by 127.0.0.1.
    private func cell(_ trial: TierTrial, _ door: LocalDoor) -> String {
        guard trial.failure == nil else { return "?" }
        let way = LocalWay.from(trial.tier.role, to: door)
        switch (trial.reaches.contains(door), way) {
        case (true, .needed): return "needed"
        case (true, .allowed): return "answers"
        case (true, .forbidden): return "shared"
        case (false, .needed): return "CLOSED"
        case (false, .allowed), (false, .forbidden): return "."
        }
    }

    private var legend: String {
        let untried = tiers.contains { $0.failure != nil } ? ", ? for not tried" : ""
        return "  . for no answer, needed for one that a request needs, shared for one that aws would stop\(untried)\n"
    }

    private var claims: String {
        let closed = claim("nothing of the stack can be reached from another machine", open) { trial in
            "\(trial.door.name) answers at \(trial.address):\(trial.door.port)\n            change  "
                + (trial.door.name.hasPrefix("task ")
                    ? "let the application listen on 127.0.0.1, not on every address"
                    : "report it: Terrace's own parts listen on the loopback interface only")
        }
        let working = claim("everything that says it listens answers", silent) { trial in
            "\(trial.door.name) does not answer on port \(trial.door.port)\n            change  see `terrace status`"
        }
        return closed + working + (tiers.isEmpty ? "" : tierClaims.text)
    }

    private func claim(_ sentence: String, _ broken: [DoorTrial], _ text: (DoorTrial) -> String) -> String {
        guard !broken.isEmpty else { return "  holds   \(sentence)\n" }
        return "  BROKEN  \(sentence)\n" + broken.map { "          \(text($0))\n" }.joined()
    }
}
