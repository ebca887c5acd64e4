/// What can go wrong between this application and PostgreSQL.
enum DatabaseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No connection, or it broke; libpq's words.
    case unavailable(String)
    case timedOut
    /// Every connection is lent and the queue for them is full.
    case busy
    /// PostgreSQL answered with an error.
    case refused(sqlState: String, message: String)

    /// Whether a new connection, a moment later, may succeed: the server went away, is starting or stopping, or is no
    /// longer (not yet) the writer. Source: PostgreSQL's Appendix A, error codes.
    var isPassing: Bool {
        switch self {
        case .unavailable, .timedOut: true
        case .busy: false
        case .refused(let state, _):
            state.hasPrefix("08") || state.hasPrefix("57P0") || state == "25006" || state.hasPrefix("53")
        }
    }

    var description: String {
        switch self {
        case .unavailable(let reason): "the database cannot be reached: \(reason)"
        case .timedOut: "the database did not answer in time"
        case .busy: "too many requests wait for the database"
        case .refused(let state, let message): "the database refused: \(message) (SQLSTATE \(state))"
        }
    }
}
