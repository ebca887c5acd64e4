import Foundation
import LocalTarget
import Stacks

/// What the verbs about a running database share.
struct DatabaseOrdering {
    let running: RunningStack
    var client: ControlClient { running.client }

    init(_ manifest: ManifestOption) async throws {
        running = try await RunningStack.required(try manifest.localPlace())
    }

    /// Has the supervisor carry out what nobody breaks off by leaving.
    /// - Parameter goesOn: as `WatchedChange.watch`.
    func watched(_ order: DatabaseOrder, _ goesOn: String) async throws -> DatabaseReply {
        let client = client
        return try await WatchedChange.watch(goesOn) { sent in try await client.database(order, sent: sent) }
    }

    func client(of endpoint: DatabaseEndpoints.Endpoint) async throws -> DatabaseClient {
        DatabaseClient(endpoint: endpoint, credentials: try await client.databaseCredentials())
    }
}

/// A moment as people type it: `2026-11-29T06:12:00Z`, or how long ago: `15m`.
struct Moment {
    var date: Date

    /// nil when it is neither.
    init?(_ text: String, now: Date) {
        if let ago = Since(argument: text) {
            date = now.addingTimeInterval(-ago.seconds)
        } else if let exact = try? Date(text, strategy: .iso8601) {
            date = exact
        } else if let exact = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) {
            date = exact
        } else {
            return nil
        }
    }

    /// As `init` reads it: `2026-11-29T06:12:00.250Z`. The style cuts off what is below a millisecond.
    static func text(_ date: Date) -> String {
        date.addingTimeInterval(0.000_1).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
