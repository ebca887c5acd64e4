import ArgumentParser
import Foundation
import LocalTarget
import Stacks

struct Scale: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show or set how many tasks a service has.",
        discussion: """
            Without options it shows the numbers. Otherwise scaling adds and removes tasks
            between the bounds, as `scale-on:` in the manifest says: more after three
            minutes above the target, fewer after fifteen below nine tenths of it, and not
            within 60 s after the last change for more, 300 s for fewer.

            --tasks sets the number at once; scaling goes on from there, unless --hold says
            for how long it leaves the number alone. --min and --max replace the manifest's
            bounds until it says other ones; --reset brings them back. All of it is kept
            over `terrace down` and `terrace up`.

            On aws: the bounds of Application Auto Scaling, and ECS's desired count only
            with --tasks, --hold or --reset. A hold is of at least a minute and AWS itself
            ends it; `terrace up` leaves it alone, and brings the manifest's bounds back.

            Examples:
              terrace scale
              terrace scale web --tasks 4 --hold 1h
              terrace scale web --min 2 --max 8
              terrace scale web --reset
              terrace scale web --tasks 4 --hold 1h --on aws
            """)

    @Argument(help: "Which service. (default: the only one)")
    var service: String?

    @Option(help: ArgumentHelp("So many tasks, now.", valueName: "number"))
    var tasks: Int?

    @Option(help: ArgumentHelp("Never fewer.", valueName: "number"))
    var min: Int?

    @Option(help: ArgumentHelp("Never more.", valueName: "number"))
    var max: Int?

    @Option(help: ArgumentHelp("How long the number stays: 90s, 30m, 1h, 1d.", valueName: "time"))
    var hold: Since?

    @Flag(help: "As the manifest says again.")
    var reset = false

    @OptionGroup var manifest: ManifestOption

    /// Source: the manifest's own limit.
    private static let numbers = 1...500

    func validate() throws {
        for number in [tasks, min, max].compactMap({ $0 }) where !Self.numbers.contains(number) {
            throw ValidationError("\(number) is no number of tasks; 1 to 500 are.")
        }
        if reset, tasks != nil || min != nil || max != nil || hold != nil {
            throw ValidationError("--reset brings the manifest's numbers back; it goes with no other option.")
        }
        if let hold, hold.seconds <= 0 { throw ValidationError("--hold needs a time above zero.") }
        if let hold, hold.seconds < CloudScale.shortestHold, manifest.stack.on == .aws {
            throw ValidationError(
                "--hold is at least 1m on aws, where an action ends it that is scheduled to the second.")
        }
    }

    func run() async throws {
        let order = ScaleOrder(tasks: tasks, min: min, max: max, hold: hold?.seconds, isReset: reset)
        guard manifest.stack.on == .local else {
            let stack = try manifest.place().checked().stack
            return try await CloudScale(request: manifest.stack.request(stack), service: service, order: order)()
        }
        let running = try await RunningStack.required(try manifest.localPlace())
        let states = try await running.client.scale(service, order)
        let surroundings = Surroundings.current
        for state in states {
            surroundings.say(ScaleView(now: surroundings.now(), timeZone: surroundings.timeZone).text(state))
        }
    }
}

/// `web: 4 tasks, between 2 and 10, held until 15:20:00; scales on cpu 60 per cent`
struct ScaleView {
    var now: Date
    var timeZone: TimeZone

    func text(_ state: ScaleState) -> String {
        let own = state.isOwn ? " (not the manifest's)" : ""
        let scaling = state.scalesOn.isEmpty ? "" : "; scales on \(state.scalesOn.joined(separator: " and "))"
        return "\(state.service): \(Figures.number(state.tasks, "task")), between \(state.min) and \(state.max)\(own)"
            + (state.heldUntil.map(held) ?? "") + scaling
    }

    /// `, held until 15:20:00, for 59 min`
    func held(until: Date) -> String {
        let length = Figures.age(seconds: until.timeIntervalSince(now).rounded())
        return ", held until \(Figures.clock(until, timeZone)), for \(length)"
    }
}
