import Foundation
import LocalTarget
import Stacks

/// The stack on this machine, by its supervisor.
struct LocalTop: WatchedStack {
    static let interval = 1

    let client: ControlClient
    let surroundings: Surroundings
    private var history = RequestHistory()
    private var status: StackStatus?

    init(client: ControlClient, surroundings: Surroundings) {
        self.client = client
        self.surroundings = surroundings
    }

    mutating func look() async throws {
        do {
            let status = try await client.status()
            history.note(status, at: surroundings.now())
            self.status = status
        } catch is ControlClient.NotRunning {
            throw Report("the stack has stopped", next: "`terrace up` starts it again")
        }
    }

    func lines(_ columns: Int) -> [String] {
        let view = TopView(
            style: surroundings.style, columns: columns, now: surroundings.now(), timeZone: surroundings.timeZone)
        return status.map { view.lines($0, history) } ?? []
    }
}

/// Requests a second, look by look, of the edge and of each service.
struct RequestHistory {
    /// More than a line shows.
    static let kept = 60

    private var last: (requests: [String: Int], at: Date)?
    private(set) var rates: [String: [Double]] = [:]

    /// The edge's are under the empty name.
    mutating func note(_ status: StackStatus, at now: Date) {
        var requests = ["": status.edge.traffic.requests]
        for service in status.services { requests[service.name] = service.traffic.requests }
        defer { last = (requests, now) }
        guard let last else { return }
        let elapsed = now.timeIntervalSince(last.at)
        guard elapsed > 0 else { return }
        for (name, count) in requests {
            guard let before = last.requests[name] else { continue }
            let rate = max(0, Double(count - before)) / elapsed
            rates[name] = Array(((rates[name] ?? []) + [rate]).suffix(Self.kept))
        }
    }
}
