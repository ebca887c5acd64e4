import Machine

/// A file of a log that is there and cannot be read: its lines are missing from an answer.
package struct UnreadableLog: Codable, Sendable, Equatable {
    package var path: String
    /// The system's words: `Permission denied`.
    package var reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// Those of `paths` that are there and cannot be read. A byte of each is read, no more.
    static func among(_ paths: [String]) -> [UnreadableLog] {
        var found: [UnreadableLog] = []
        for path in paths {
            do throws(DurableFiles.Failure) {
                try DurableFiles.probe(path)
            } catch {
                if !error.isAbsence { found.append(UnreadableLog(path: path, reason: error.reason)) }
            }
        }
        return found
    }
}
