import ArgumentParser
import LocalTarget
import Stacks

struct Down: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop the stack and keep its data.",
        discussion: """
            Requests in flight are answered, tasks get their stop timeout, PostgreSQL is
            shut down cleanly. Stopping what does not run is no error.

            Examples:
              terrace down
              terrace down --environment staging
            """)

    @OptionGroup var manifest: ManifestArgument

    func run() async throws {
        let place = try manifest.localPlace().existing()
        guard let running = try await RunningStack.find(place.stackFolder) else {
            Surroundings.current.say("\(place.shownName) is not running")
            return
        }
        try await StackStop(place: place, running: running)()
        Surroundings.current.say("\(running.record.stack) has stopped; `terrace up` starts it again, its data is kept")
    }
}

/// Asks a running stack to stop and waits until its process is gone.
struct StackStop {
    let place: ManifestPlace
    let running: RunningStack

    /// From the last answer to the end of the process: sockets and files are closed by then.
    static let farewell = Duration.seconds(10)

    func callAsFunction() async throws {
        let surroundings = Surroundings.current
        let style = surroundings.style
        var failure: (any Error)?
        do {
            try await running.client.stop { surroundings.say(surroundings.eventLine($0, style: style)) }
        } catch {
            // Whoever stopped it first may have taken the connection along: what counts is whether it ends.
            failure = error
        }
        if try await RunningStack.hasEnded(place.stackFolder, within: StackStop.farewell) { return }
        let pid = running.record.pid
        throw failure
            ?? Report(
                "\(running.record.stack) has stopped, but its supervisor has not ended", state: "process \(pid)",
                next: "`kill \(pid)`")
    }
}
