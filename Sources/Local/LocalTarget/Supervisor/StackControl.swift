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

    /// Brings in the version that the manifest and the files make of a service now, nil for every one. Throws the report of what did
    /// not come up; the old version has served all the time then.
    func deploy(
        _ stack: Stack, service: String?, progress: @escaping @Sendable (String) -> Void
    ) async throws -> [DeployedRelease]

    /// Brings back the release before the running one, or that with the number. `service` may be nil when there is only one.
    func rollBack(
        service: String?, to number: Int?, progress: @escaping @Sendable (String) -> Void
    ) async throws -> [DeployedRelease]

    /// Of every service or of one.
    func releases(service: String?) async throws -> [ReleaseList]

    /// Sets how many tasks a service has, or only asks; nil for every one, or for the only one where something is set.
    func scale(_ service: String?, _ order: ScaleOrder) async throws -> [ScaleState]

    /// Runs a command once as a task of the service; `each` gets its lines. It ends when the caller's task is cancelled.
    func run(_ service: String, _ words: [String], each: @escaping @Sendable (LogLine) -> Void) async throws -> TaskEnd

    /// Runs a job now; otherwise as `run`.
    func runJob(_ name: String, each: @escaping @Sendable (LogLine) -> Void) async throws -> JobRun

    /// How a command is started with exactly what a running task has; nothing is started.
    func exec(_ service: String, task: Int?, _ words: [String]) async throws -> TaskProgram

    /// Its lines end by themselves unless `query.follow`. The stream must be bounded: a reader may stop reading.
    func logs(_ query: LogQuery) async throws -> LogAnswer

    /// Throws a report when the stack has no database.
    func databaseEndpoints() async throws -> DatabaseEndpoints
    func databaseCredentials() async throws -> DatabaseCredentials

    func database(_ order: DatabaseOrder) async throws -> DatabaseReply

    /// Gives up the kept answers whose path and query match, `/static/*`; returns how many there were.
    func invalidate(_ pattern: String) async throws -> Int

    /// Reserves the stack for a drill, calls `begun`, and returns when the calling task is cancelled: by then everything
    /// that was broken is mended.
    func holdDrill(_ name: String, begun: @escaping @Sendable () async throws -> Void) async throws
    /// Breaks something; only within a drill.
    func inject(_ fault: Fault) async throws -> Injection
    /// Undoes what is still broken.
    func mend() async

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
