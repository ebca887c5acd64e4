import Foundation

enum Patience {
    /// Asks again and again until there is an answer; throws after `limit`.
    static func until<Value>(
        _ what: String, limit: Duration = .seconds(60), every pause: Duration = .milliseconds(5),
        _ ask: () throws -> Value?
    ) throws -> Value {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let value = try ask() { return value }
            usleep(UInt32(pause.seconds * 1e6))
        }
        throw BenchFailure("waited \(limit.seconds.text(digits: 0)) s in vain: \(what)")
    }

    /// A peer of the request path passes a request on, whoever signed its certificate.
    static func untilAnswered(_ peer: String, port: Int) throws {
        try until(peer) {
            let asked = ["curl", "-sfk", "-o", "/dev/null", "https://localhost:\(port)/object"]
            return try Program.run(asked, mayFail: true, isQuiet: true).status == 0 ? () : nil
        }
    }
}
