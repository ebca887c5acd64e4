import Costs
import Provisioning
import Stacks

/// What a verb asks for when it wants to reach a stack in the cloud.
struct CloudRequest: Sendable {
    var stack: Stack
    /// As `--region` and `--profile` say; nil where they do not.
    var region: String?
    var profile: String?
    var environment: [String: String]
}

/// The way to one stack in one account, open until `close`.
struct CloudSession: Sendable {
    /// In the region that was chosen in the end.
    var stack: Stack
    var cloud: any CloudStack
    var prices: any PriceSource
    var time: Timekeeper
    /// Ends the connections; calls that are still on their way fail.
    var close: @Sendable () async -> Void
}

/// Who works here, as a lease tells others.
struct Operator: Sendable {
    /// `anna@laptop`
    var holder: String
    /// Machine and boot.
    var machine: String
    var process: Int32
    /// Whether a process of this machine has ended.
    var hasEnded: @Sendable (Int32) -> Bool
}

extension CloudRequest {
    /// Opens the session for as long as `body` runs.
    func open<Result>(_ body: (CloudSession) async throws -> Result) async throws -> Result {
        let session = try await Surroundings.current.cloud(self)
        do {
            let result = try await body(session)
            await session.close()
            return result
        } catch {
            await session.close()
            throw error
        }
    }
}
