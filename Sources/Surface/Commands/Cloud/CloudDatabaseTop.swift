import Foundation
import LocalTarget
import Provisioning
import Stacks

/// `db top --on aws`: what each server was busy with, by Performance Insights.
struct CloudDatabaseTop: Sendable {
    /// Performance Insights keeps so much for nothing, and tells of so many kinds of statement at a time.
    /// Source: DescribeDimensionKeys, read 2026-11.
    static let longest = Duration.seconds(7 * 86_400)
    static let most = 25

    var request: CloudRequest
    var length: Duration
    var most: Int
    var json: Bool

    func callAsFunction() async throws {
        try CloudDatabase.isWanted(request.stack)
        let found = try await request.open { session in
            let look = try await CloudLook.take(session)
            return try await session.cloud.statements(of: look.world, over: length, most: most)
        }
        guard found.servers.contains(where: { $0.statements != nil }) else { throw unmeasured(found.servers) }
        let surroundings = Surroundings.current
        guard !json else { return surroundings.say(try StatementDocument(found).text) }
        let width = surroundings.isOutputTerminal ? surroundings.windowSize().columns : 120
        for line in CloudStatementView(style: surroundings.style).lines(found, width: max(40, width)) {
            surroundings.say(line)
        }
    }

    private func unmeasured(_ servers: [CloudStatements.Server]) -> Report {
        guard !servers.isEmpty else {
            return Report(
                "the database of \(request.stack.fullName) has no server yet", next: "`terrace up --on aws` makes them")
        }
        return Report(
            "nobody samples what \(servers.map(\.name).joined(separator: " and ")) do: Performance Insights is off",
            expected: "Performance Insights, which `up` switches on for every server",
            next: "`terrace plan --on aws` says what differs, `terrace up --on aws` mends it")
    }
}

/// A table for each server, the share of each statement in front.
struct CloudStatementView {
    var style: TextStyle

    func lines(_ found: CloudStatements, width: Int) -> [String] {
        let length = Figures.age(seconds: Double(found.window.count))
        return Array(found.servers.map { lines($0, length, width) }.joined(separator: [""]))
    }

    private func lines(_ server: CloudStatements.Server, _ length: String, _ width: Int) -> [String] {
        let name = "\(server.name), the \(server.role.rawValue)"
        guard let statements = server.statements else { return ["\(name): Performance Insights is off"] }
        let all = statements.reduce(0) { $0 + $1.load }
        guard !statements.isEmpty else { return ["\(name): nothing ran in the last \(length)"] }
        var table = TextTable([
            .right("TIME"), .right("SESSIONS"), .right("CALLS/S"), .right("MEAN"), .right("ROWS/S"), .left("STATEMENT"),
        ])
        for statement in statements {
            table.add([
                Figures.share(all > 0 ? statement.load / all : nil), Figures.sessions(statement.load),
                statement.callsPerSecond.map(Figures.perSecond) ?? "-",
                statement.mean.map(Figures.latency) ?? "-",
                statement.rowsPerSecond.map(Figures.perSecond) ?? "-", statement.text.onOneLine,
            ])
        }
        let heading = "\(name): in the last \(length) these kept \(Figures.sessions(all)) sessions busy, on average"
        return [heading.clipped(to: width)] + table.lines(width: width, style: style)
    }
}

extension Figures {
    /// How many sessions on average: `0.02`, `0.4`, `12`
    static func sessions(_ value: Double) -> String {
        guard value < 9.95 else { return count(Int(value.rounded())) }
        let hundredths = Int((max(0, value) * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}

extension CloudStatements.Server {
    var role: DatabaseServerStatus.Role { isWriter ? .writer : .reader }
}
