import Foundation
import LocalTarget
import Provisioning

/// What `db top --json` prints, on both targets. A figure that a target does not have is not there.
struct StatementDocument: Encodable {
    struct Server: Encodable {
        var name: String?
        var role: DatabaseServerStatus.Role
        /// Not there where nobody samples the server.
        var statements: [Statement]?
    }

    struct Statement: Encodable {
        var statement: String
        /// Of the time of all that are listed: 0 to 1.
        var share: Double
        var meanSeconds: Double?
        var calls: Int?
        var totalSeconds: Double?
        var rows: Int?
        /// Sessions in it on average.
        var sessions: Double?
        var callsPerSecond: Double?
        var rowsPerSecond: Double?
    }

    /// What the figures cover: the server's life, what runs now, or a window that ends now.
    enum Period: String, Encodable {
        case sinceStart = "since-start"
        case now
        case window
    }

    var period: Period
    var windowSeconds: Int?
    var servers: [Server]

    init(_ list: StatementList) {
        period = list.isHistory ? .sinceStart : .now
        let all = list.statements.reduce(0) { $0 + $1.total }
        let statements = list.statements.map { each in
            Statement(
                statement: each.text, share: all > 0 ? each.total / all : 0, meanSeconds: each.mean, calls: each.calls,
                totalSeconds: each.total, rows: each.rows)
        }
        servers = [Server(name: nil, role: .writer, statements: statements)]
    }

    init(_ found: CloudStatements) {
        period = .window
        windowSeconds = found.window.count
        servers = found.servers.map { server in
            let all = (server.statements ?? []).reduce(0) { $0 + $1.load }
            let statements = server.statements?.map { each in
                Statement(
                    statement: each.text, share: all > 0 ? each.load / all : 0, meanSeconds: each.mean,
                    sessions: each.load, callsPerSecond: each.callsPerSecond, rowsPerSecond: each.rowsPerSecond)
            }
            return Server(name: server.name, role: server.role, statements: statements)
        }
    }

    var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}

extension String {
    /// As a row of a table shows it, whatever lines it was written in.
    var onOneLine: String { printable.split(separator: " ").joined(separator: " ") }
}
