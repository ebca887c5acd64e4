import ArgumentParser
import LocalTarget
import Stacks

struct DatabaseTop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Show the statements that take the database's time.",
        discussion: """
            Of the writer, since the server's start, from pg_stat_statements; constants are
            left out. Where that extension is missing, what runs at this moment.

            On aws: of the writer and of each reader, over the last hour or as long as
            --since says, from Performance Insights, which tells of the 25 heaviest.

            Examples:
              terrace db top --most 5
              terrace db top --since 15m --on aws
            """)

    @Option(help: ArgumentHelp("How many, at most 200, on aws 25.", valueName: "number"))
    var most = 15

    @Option(
        help: ArgumentHelp(
            "On aws: over how long until now: 15m, 2h, 7d at most. (default: 1h)", valueName: "duration"))
    var since: Since?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var manifest: ManifestOption

    private var length: Duration { .seconds(Int(since?.seconds ?? 3600)) }

    func validate() throws {
        let limit = manifest.stack.on == .local ? 200 : CloudDatabaseTop.most
        guard (1...limit).contains(most) else { throw ValidationError("--most is 1 to \(limit).") }
        guard manifest.stack.on == .aws else {
            if since != nil { throw ValidationError("--since is for aws: here the figures begin with the server.") }
            return
        }
        guard (.seconds(60)...CloudDatabaseTop.longest).contains(length) else {
            throw ValidationError("--since is 1m to 7d: Performance Insights keeps no more.")
        }
    }

    func run() async throws {
        guard manifest.stack.on == .local else {
            let stack = try manifest.place().checked().stack
            let top = CloudDatabaseTop(request: manifest.stack.request(stack), length: length, most: most, json: json)
            return try await top()
        }
        let ordering = try await DatabaseOrdering(manifest)
        guard case .statements(let list) = try await ordering.client.database(.statements(most: most)) else {
            throw Report("the supervisor does not say what the database does")
        }
        try show(list)
    }

    private func show(_ list: StatementList) throws {
        let surroundings = Surroundings.current
        guard !json else { return surroundings.say(try StatementDocument(list).text) }
        if !list.isHistory {
            surroundings.say("pg_stat_statements is not installed: this is what runs now")
        }
        guard !list.statements.isEmpty else { return surroundings.say("nothing") }
        let width = surroundings.isOutputTerminal ? surroundings.windowSize().columns : 120
        for line in StatementView(style: surroundings.style).lines(list, width: max(40, width)) {
            surroundings.say(line)
        }
    }
}

/// Statements as a table, the share of each in front.
struct StatementView {
    var style: TextStyle

    func lines(_ list: StatementList, width: Int) -> [String] {
        let all = list.statements.reduce(0) { $0 + $1.total }
        var table = TextTable([
            .right("TIME"), .right("TOTAL"), .right("CALLS"), .right("MEAN"), .right("ROWS"), .left("STATEMENT"),
        ])
        for statement in list.statements {
            table.add([
                Figures.share(all > 0 ? statement.total / all : nil), Figures.latency(seconds: statement.total),
                Figures.count(statement.calls), Figures.latency(seconds: statement.mean),
                Figures.count(statement.rows), statement.text.onOneLine,
            ])
        }
        return table.lines(width: width, style: style)
    }
}
