package import Plans
package import Stacks

/// What can be asked of a running stack. The supervisor implements it; the control socket carries it to other
/// processes; every verb but `up` is one call of it.
package protocol StackControl: Sendable {
    func status() async -> StackStatus

    /// The way from what runs to `stack`.
    func plan(_ stack: Stack) async throws -> Plan

    /// Carries the plan out without dropping a request. `progress` gets one line for each step. Once begun it goes on
    /// although the caller may be gone.
    func apply(
        _ stack: Stack, manifest: [ManifestSource], progress: @escaping @Sendable (String) -> Void
    ) async throws

    /// Ends by itself unless `query.follow`. The stream must be bounded: a reader may stop reading.
    func logs(_ query: LogQuery) async throws -> AsyncStream<LogLine>

    /// Throws a report when the stack has no database.
    func databaseEndpoints() async throws -> DatabaseEndpoints
    func databaseCredentials() async throws -> DatabaseCredentials

    /// The newest events first kept, then those that come; ends when the stack has stopped. Bounded like `logs`.
    func events() async -> AsyncStream<StackEvent>

    /// Only what happens from now on.
    func newEvents() async -> AsyncStream<StackEvent>

    /// Stops everything gracefully and returns when it has ended. A second call waits for the first.
    func stop() async
}

/// A stack that runs inside this process.
package protocol StackSupervisor: StackControl {
    /// Returns when every tier answers; throws the report of what did not come up.
    func waitUntilReady() async throws
    /// Returns when the stack has stopped, whoever asked for it.
    func waitUntilStopped() async
    /// Kills every child now and returns.
    func stopAtOnce()
}
