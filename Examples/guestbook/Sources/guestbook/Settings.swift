import Logging

/// What the platform tells a task through its environment. The names are those that PostgreSQL's own clients read; libpq
/// itself takes `PGPASSWORD`, `PGSSLMODE` and the rest, so no password passes through this program.
struct Settings: Sendable {
    struct Mistake: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    var host: String
    var port: Int
    /// libpq's connection strings; empty: `PGHOST`, `PGPORT` and so on decide.
    var writer: String
    var reader: String
    /// The folder of the stylesheet and the pictures.
    var assets: String
    var place: ServedBy
    var logger: Logger

    init(environment: [String: String]) throws(Mistake) {
        let port = environment["PORT"] ?? "3000"
        guard let number = UInt16(port), number > 0 else {
            throw Mistake("PORT is \"\(port)\"; it must be a number from 1 to 65535")
        }
        self.port = Int(number)
        host = environment["HOST"] ?? "127.0.0.1"
        writer = environment["DATABASE_URL"] ?? ""
        reader = environment["DATABASE_READER_URL"] ?? writer
        assets = environment["GUESTBOOK_ASSETS"] ?? "static"
        place = ServedBy(task: environment["TERRACE_TASK"], zone: environment["TERRACE_ZONE"])
        logger = Logger(label: "guestbook")
        if let name = environment["LOG_LEVEL"] {
            guard let level = Logger.Level(rawValue: name) else {
                throw Mistake(
                    "LOG_LEVEL is \"\(name)\"; it must be one of "
                        + Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
            }
            logger.logLevel = level
        }
    }
}

/// Which copy of the application answers, when the platform says so.
struct ServedBy: Sendable {
    var task: String?
    var zone: String?
}
