package import Foundation
package import Plans
package import Stacks

/// Runs one stack on this machine.
package final class Supervisor: StackSupervisor {
    private init() {}

    /// Starts the tiers of `stack`; `folder` is the manifest's, `environment` this process's own variables.
    package static func launch(
        stack: Stack, manifest: [ManifestSource], folder: URL, environment: [String: String],
        events: @escaping @Sendable (StackEvent) -> Void
    ) async throws -> Supervisor {
        throw Report("cannot start \(stack.fullName)", state: "the local target is not part of this build")
    }

    package func status() async -> StackStatus {
        StackStatus(
            stack: "", manifest: "", supervisor: 0, startedAt: Date(), phase: .stopping,
            edge: EdgeStatus(url: "", redirectURL: "", consoleURL: "", firewall: ""))
    }
    package func plan(_ stack: Stack) async throws -> Plan { throw absent }
    package func apply(
        _ stack: Stack, manifest: [ManifestSource], progress: @escaping @Sendable (String) -> Void
    ) async throws { throw absent }
    package func logs(_ query: LogQuery) async throws -> AsyncStream<LogLine> { throw absent }
    package func databaseEndpoints() async throws -> DatabaseEndpoints { throw absent }
    package func databaseCredentials() async throws -> DatabaseCredentials { throw absent }
    package func events() async -> AsyncStream<StackEvent> { AsyncStream { $0.finish() } }
    package func stop() async {}
    package func waitUntilReady() async throws { throw absent }
    package func waitUntilStopped() async {}
    package func stopAtOnce() {}

    private var absent: Report { Report("the local target is not part of this build") }
}
