import Foundation
import LocalTarget
import Stacks

/// A stack that this process runs: from the lock to the last child's end. Foreground `up` and the detached supervisor
/// differ only in what they show.
struct SupervisedRun {
    let place: ManifestPlace
    let stack: Stack
    let sources: [ManifestSource]
    let signals: StopSignals

    /// Another process came first.
    struct AlreadyRunning: Error {
        /// Of a detached supervisor. Source: `EX_TEMPFAIL` of sysexits.h.
        static let exitCode = 75
    }

    struct Observer: Sendable {
        var event: @Sendable (StackEvent) -> Void
        var launched: @Sendable (any StackSupervisor) -> Void
        var ready: @Sendable (any StackSupervisor) async -> Void
        /// Before the process ends at once.
        var abandoned: @Sendable () -> Void
    }

    /// Returns when the stack has stopped; throws when it did not come up. False when it was stopped before it was
    /// ready.
    func run(_ observer: Observer) async throws -> Bool {
        let surroundings = Surroundings.current
        let folder = place.stackFolder
        try folder.create()
        let socket = ControlSocket(folder, environment: surroundings.environment)
        let record = SupervisorLock.Record(
            pid: ProcessInfo.processInfo.processIdentifier, startedAt: surroundings.now(), stack: stack.fullName,
            socket: socket.path)
        guard let lock = try SupervisorLock.acquire(folder, record: record) else { throw AlreadyRunning() }
        defer { lock.release() }
        // Until there is something to stop, the first signal is only remembered.
        signals.handle { action in
            guard action == .stopAtOnce else { return }
            observer.abandoned()
            exit(130)
        }
        let supervisor = try await surroundings.launch(
            stack, sources, place.folder, surroundings.environment, observer.event)
        return try await serve(supervisor, socket, observer)
    }

    private func serve(
        _ supervisor: any StackSupervisor, _ socket: ControlSocket, _ observer: Observer
    ) async throws -> Bool {
        signals.handle { action in
            switch action {
            case .stop: Task { await supervisor.stop() }
            case .stopAtOnce:
                supervisor.stopAtOnce()
                observer.abandoned()
                exit(130)
            }
        }
        observer.launched(supervisor)
        do {
            let server = try await ControlServer.start(supervisor, stack: stack.fullName, at: socket)
            let wasReady = try await becomeReady(supervisor, server, observer)
            await supervisor.waitUntilStopped()
            await server.stop()
            return wasReady
        } catch {
            await supervisor.stop()
            throw error
        }
    }

    /// False when the user stopped it meanwhile.
    private func becomeReady(
        _ supervisor: any StackSupervisor, _ server: ControlServer, _ observer: Observer
    ) async throws -> Bool {
        do {
            try await supervisor.waitUntilReady()
        } catch {
            if signals.wasAsked { return false }
            await supervisor.stop()
            await server.stop()
            throw error
        }
        guard !signals.wasAsked else { return false }
        await observer.ready(supervisor)
        return true
    }
}
