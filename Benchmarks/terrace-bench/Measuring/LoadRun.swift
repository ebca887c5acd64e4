import Foundation

/// What a load generator counted.
struct LoadRun {
    var requestsPerSecond: Double
    var requests: Int
    var failures: Int
    /// Milliseconds; nil when the tool does not say.
    var p50: Double?
    var p99: Double?

    /// wrk over HTTP/1.1. Its TLS accepts any certificate.
    static func wrk(_ url: String, connections: Int, seconds: Int) -> [String] {
        ["wrk", "-t1", "-c\(connections)", "-d\(seconds)s", "--latency", url]
    }

    init(wrk output: String) throws {
        guard let rate = Self.number(after: "Requests/sec:", in: output),
            let total = output.firstMatch(of: /(\d+) requests in/).flatMap({ Int($0.1) })
        else { throw BenchFailure("wrk said: \(output)") }
        requestsPerSecond = rate
        requests = total
        let refused = output.firstMatch(of: /Non-2xx or 3xx responses: (\d+)/).flatMap { Int($0.1) } ?? 0
        let errors = output.firstMatch(of: /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/)
        failures = refused + (errors.map { [$0.1, $0.2, $0.3, $0.4].compactMap { Int($0) }.reduce(0, +) } ?? 0)
        p50 = output.firstMatch(of: /50%\s+([\d.]+)(us|ms|s)\b/).flatMap { Self.milliseconds($0.1, $0.2) }
        p99 = output.firstMatch(of: /99%\s+([\d.]+)(us|ms|s)\b/).flatMap { Self.milliseconds($0.1, $0.2) }
    }

    init(h2load output: String) throws {
        guard let match = output.firstMatch(of: /finished in [\d.]+s, ([\d.]+) req\/s/), let rate = Double(match.1),
            let counts = output.firstMatch(of: /requests: (\d+) total.* (\d+) failed, (\d+) errored/),
            let total = Int(counts.1), let failed = Int(counts.2),
            let statuses = output.firstMatch(of: /status codes: \d+ 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx/)
        else { throw BenchFailure("h2load said: \(output)") }
        requestsPerSecond = rate
        requests = total
        // Not `total` less those with 2xx: a status that came while it warmed up is not counted, the end of that answer is.
        failures = failed + [statuses.1, statuses.2, statuses.3].compactMap { Int($0) }.reduce(0, +)
    }

    private static func number(after label: String, in text: String) -> Double? {
        guard let range = text.range(of: label) else { return nil }
        return text[range.upperBound...].split(whereSeparator: \.isWhitespace).first.flatMap { Double($0) }
    }

    private static func milliseconds(_ number: Substring, _ unit: Substring) -> Double? {
        Double(number).map { $0 * (unit == "us" ? 0.001 : unit == "s" ? 1000 : 1) }
    }
}
