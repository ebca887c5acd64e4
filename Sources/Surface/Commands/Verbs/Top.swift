import ArgumentParser
import LocalTarget

struct Top: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch requests, latencies, tasks, database and alarms.",
        discussion: """
            Figures are those of the last minute, in step with `status --json`; the bars
            are requests a second while you watch. q or Ctrl-C ends it; the stack runs on.
            Where the output is no terminal, one frame is printed.

            Example:
              terrace top
            """)

    @OptionGroup var manifest: ManifestOption

    func run() async throws {
        let surroundings = Surroundings.current
        let running = try await RunningStack.required(try manifest.localPlace())
        guard surroundings.isOutputTerminal else {
            var history = RequestHistory()
            let status = try await running.client.status()
            history.note(status, at: surroundings.now())
            let view = TopView(
                style: surroundings.style, columns: 80, now: surroundings.now(), timeZone: surroundings.timeZone)
            return surroundings.output(view.lines(status, history).joined(separator: "\n") + "\n")
        }
        try await TopScreen(client: running.client, surroundings: surroundings).run()
    }
}
