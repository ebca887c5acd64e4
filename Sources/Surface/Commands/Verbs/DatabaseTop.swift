import ArgumentParser
import LocalTarget
import Stacks

struct DatabaseTop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Show the statements that take the writer's time.",
        discussion: """
            Since the server's start, from pg_stat_statements; constants are left out. Where
            that extension is missing, what runs at this moment.

            Example:
              terrace db top --most 5
            """)

    @Option(help: ArgumentHelp("How many, at most 200.", valueName: "number"))
    var most = 15

    @OptionGroup var manifest: ManifestOption

    func validate() throws {
        guard (1...200).contains(most) else { throw ValidationError("--most is 1 to 200.") }
    }

    func run() async throws {
        let surroundings = Surroundings.current
        let ordering = try await DatabaseOrdering(manifest)
        guard case .statements(let list) = try await ordering.client.database(.statements(most: most)) else {
            throw Report("the supervisor does not say what the database does")
        }
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
            let words = statement.text.printable.split(separator: " ").joined(separator: " ")
            table.add([
                Figures.share(all > 0 ? statement.total / all : nil), Figures.latency(seconds: statement.total),
                Figures.count(statement.calls), Figures.latency(seconds: statement.mean),
                Figures.count(statement.rows), words,
            ])
        }
        return table.lines(width: width, style: style)
    }
}
