import ArgumentParser

struct Top: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch requests, latencies, tasks, database and alarms.",
        discussion: """
            Figures are those of the last minute, in step with `status --json`; the bars
            are requests a second while you watch. q or Ctrl-C ends it; the stack runs on.
            Where the output is no terminal, one frame is printed.

            On aws: CloudWatch's figures, each of one minute, which the second line names:
            they come some minutes late. What it has nothing of is `-`. The bars are
            requests a second in each of the last 20 minutes. It looks every 15 s, which
            costs a few cents an hour.

            Examples:
              terrace top
              terrace top --on aws
            """)

    @OptionGroup var manifest: ManifestOption

    func run() async throws {
        guard manifest.stack.on == .local else {
            return try await CloudTop(request: manifest.stack.request(try manifest.place().checked().stack))()
        }
        let surroundings = Surroundings.current
        let running = try await RunningStack.required(try manifest.localPlace())
        try await Self.watch(LocalTop(client: running.client, surroundings: surroundings), surroundings)
    }

    /// On a terminal until the user has seen enough, else once.
    static func watch(_ watched: some WatchedStack, _ surroundings: Surroundings) async throws {
        guard surroundings.isOutputTerminal else {
            var watched = watched
            try await watched.look()
            return surroundings.output(watched.lines(80).joined(separator: "\n") + "\n")
        }
        try await TopScreen(watched: watched, surroundings: surroundings).run()
    }
}
