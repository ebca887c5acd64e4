import Hummingbird

/// For a short while after writing, a visitor carries the log position of the message. A reader that has not replayed it
/// yet is passed over, so that nobody misses the words just written.
enum ReadYourWrites {
    static let cookieName = "guestbook-wrote"
    /// In seconds. A reader that lags longer is the operator's concern, not each visitor's.
    static let lifetime = 30

    static func freshness(of request: Request) -> Freshness {
        freshness(cookie: request.cookies[cookieName]?.value)
    }

    /// A cookie that does not parse was written by us without a position, or by someone else: the writer is always right.
    static func freshness(cookie value: String?) -> Freshness {
        guard let value else { return .any }
        return LogPosition(value).map { .atLeast($0) } ?? .newest
    }

    static func cookieValue(for freshness: Freshness) -> String? {
        switch freshness {
        case .any: nil
        case .atLeast(let position): position.description
        case .newest: "newest"
        }
    }

    static func cookie(for freshness: Freshness) -> Cookie? {
        cookieValue(for: freshness).map {
            Cookie(name: cookieName, value: $0, maxAge: lifetime, path: "/", httpOnly: true, sameSite: .lax)
        }
    }
}
