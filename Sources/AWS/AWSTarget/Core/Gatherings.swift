import AWSWire
import Provisioning
import Synchronization

/// Calls that take many names at a time: whoever has a name to give within the same moment goes along.
final class Gatherings: Sendable {
    private struct Gathering {
        var names: [String]
        let call: Task<Void, any Error>
    }

    /// So long the first waits for others.
    private static let moment = Duration.milliseconds(20)

    private let open = Mutex<[String: Gathering]>([:])

    /// Returns when the call that took `name` along is over.
    ///
    /// - Parameter most: so many names a call takes.
    func join(
        _ name: String, for question: String, most: Int, _ time: Timekeeper,
        _ call: @escaping @Sendable ([String]) async throws -> Void
    ) async throws {
        let task = open.withLock { open in
            if var gathering = open[question], gathering.names.count < most {
                gathering.names.append(name)
                open[question] = gathering
                return gathering.call
            }
            // One that is full goes without being found again.
            let id = open[question].map { "\(question) \($0.names.first ?? "")" }
            if let id { open[id] = open[question] }
            let task = Task {
                try await time.sleep(Self.moment)
                try await call(self.close(question, first: name))
            }
            open[question] = Gathering(names: [name], call: task)
            return task
        }
        try await task.value
    }

    private func close(_ question: String, first: String) -> [String] {
        open.withLock { open in
            for key in [question, "\(question) \(first)"] where open[key]?.names.first == first {
                return open.removeValue(forKey: key)?.names ?? []
            }
            return []
        }
    }
}
