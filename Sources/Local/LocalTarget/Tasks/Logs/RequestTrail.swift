import Foundation
import Machine

/// What edge, load balancer and firewall wrote about one request, out of their own logs.
struct RequestTrail: Sendable {
    private static let logs = [("edge", "edge.log"), ("balancer", "access.log"), ("firewall", "firewall.log")]

    /// Where the logs are.
    let folder: URL
    let id: String

    /// Of every log the oldest first.
    var paths: [String] { Self.logs.flatMap { paths(of: $0.1) } }

    private func paths(of file: String) -> [String] {
        (0..<AccessLog.files).reversed().map { index in
            folder.appending(path: index == 0 ? file : "\(file).\(index)").path(percentEncoded: false)
        }
    }

    /// One for each log, from its oldest line on. Their names are none that a service could have.
    func cursors(since: Date?) -> [LogCursor] {
        let wanted = Array(id.utf8)
        return Self.logs.map { name, file in
            LogCursor(name: "/\(name)", paths: paths(of: file)) { line in
                guard line.firstRange(of: wanted) != nil else { return nil }
                let found = Self.line(String(decoding: line, as: UTF8.self), name)
                return found.flatMap { found in since.map { found.time >= $0 } ?? true ? found : nil }
            }
        }
    }

    /// Oldest first. A log that is not there has no lines.
    func lines(since: Date?) -> [LogLine] {
        let wanted = Array(id.utf8)
        let found = Self.logs.flatMap { name, file in
            paths(of: file).flatMap { path -> [LogLine] in
                // At most 64 MB each; mapped, so that only what is looked at takes memory.
                guard let data = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else { return [] }
                return Self.lines(of: data, with: wanted, name)
            }
        }
        return found.filter { line in since.map { line.time >= $0 } ?? true }.sorted { $0.time < $1.time }
    }

    private static func lines(of data: Data, with wanted: [UInt8], _ name: String) -> [LogLine] {
        var found: [LogLine] = []
        var start = data.startIndex
        while let place = data[start...].firstRange(of: wanted) {
            let before = data[start..<place.lowerBound].lastIndex(of: 10).map { $0 + 1 } ?? start
            let end = data[place.upperBound...].firstIndex(of: 10) ?? data.endIndex
            let text = String(decoding: data[before..<end], as: UTF8.self)
            if let line = line(text, name) { found.append(line) }
            start = end
        }
        return found
    }

    private static func line(_ text: String, _ name: String) -> LogLine? {
        time(in: text).map { LogLine(time: $0, task: name, stream: .out, text: text) }
    }

    /// `…2026-11-23T14:47:00.123456Z…`: the first in a line is when it was written.
    private static func time(in text: String) -> Date? {
        guard let match = text.firstMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?=\d{3}Z)/#) else { return nil }
        return LogTime(text: Array("\(match.output)Z".utf8))?.date
    }
}
