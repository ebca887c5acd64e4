import Foundation
import LocalTarget
import Stacks
import Synchronization

@testable import Commands

/// What a person sees and types, kept for the test to look at.
final class TestTerminal: Sendable {
    struct Screen {
        var output = ""
        var errors = ""
        var typed: [String] = []
        var became: ProgramStart?
    }

    let screen = Mutex(Screen())
    private let isTerminal: Bool
    private let isLive: Bool
    private let cloud: FakeCloud?
    /// The test's own Ctrl-C.
    let stopSignals = StopSignals([])

    /// `typing` makes it a terminal.
    init(typing: [String]? = nil, isLive: Bool = false, cloud: FakeCloud? = nil) {
        self.isLive = isLive
        self.cloud = cloud
        isTerminal = typing != nil
        screen.withLock { $0.typed = typing ?? [] }
    }

    var output: String { screen.withLock { $0.output } }
    var errors: String { screen.withLock { $0.errors } }
    var became: ProgramStart? { screen.withLock { $0.became } }

    func surroundings(
        _ folder: URL, launching supervisor: FakeSupervisor? = nil, environment: [String: String] = [:],
        executable: String = "/nonexistent"
    ) -> Surroundings {
        Surroundings(
            environment: environment, workingFolder: folder,
            output: { text in self.screen.withLock { $0.output += text } },
            errors: { text in self.screen.withLock { $0.errors += text } },
            readLine: { self.screen.withLock { $0.typed.isEmpty ? nil : $0.typed.removeFirst() } },
            isInputTerminal: isTerminal, isOutputTerminal: isLive, isErrorTerminal: false,
            windowSize: { .standard }, now: { Samples.now }, timeZone: .gmt,
            launch: { _, _, _, _, events in
                guard let supervisor else { throw Report("nothing to launch") }
                events(StackEvent(time: Samples.now, subject: "edge", message: "listens"))
                return supervisor
            },
            cloud: { request in
                guard let cloud = self.cloud else { throw Report("there is no cloud here") }
                return cloud.session(request)
            },
            user: Operator(
                holder: "anna@laptop", machine: "laptop", process: 4242, hasEnded: { $0 == FakeCloud.deadProcess }),
            become: { program in
                self.screen.withLock { $0.became = program }
                return Report("became another program")
            },
            attend: { program in
                self.screen.withLock { $0.became = program }
                return 0
            }, executable: executable, stopSignals: { self.stopSignals })
    }

    /// Runs one command line in `folder`.
    func run(
        _ arguments: [String], in folder: URL, launching supervisor: FakeSupervisor? = nil,
        environment: [String: String] = [:], executable: String = "/nonexistent"
    ) async -> Int32 {
        let surroundings = surroundings(
            folder, launching: supervisor, environment: environment, executable: executable)
        return await Surroundings.$current.withValue(surroundings) { await Program.run(arguments) }
    }
}

/// A folder with a manifest and, while `body` runs, a supervisor that holds its lock and answers on its socket.
func withRunningStack<Result>(
    _ supervisor: FakeSupervisor, in folder: URL, stack: String = "shop", limits: ControlLimits = .standard,
    _ body: (StackFolder) async throws -> Result
) async throws -> Result {
    let place = StackFolder(manifestFolder: folder, environment: nil)
    try place.create()
    let socket = ControlSocket(place, environment: [:])
    let record = SupervisorLock.Record(pid: 4242, startedAt: Samples.start, stack: stack, socket: socket.path)
    guard let lock = try SupervisorLock.acquire(place, record: record) else { throw Report("somebody holds the lock") }
    let server = try await ControlServer.start(supervisor, stack: stack, at: socket, limits: limits)
    // As the real supervisor's process: it ends when the stack has stopped.
    let end = Task {
        await supervisor.waitUntilStopped()
        await server.stop()
        lock.release()
    }
    do {
        let result = try await body(place)
        await supervisor.stop()
        await end.value
        return result
    } catch {
        await supervisor.stop()
        await end.value
        throw error
    }
}

func writeManifest(_ folder: URL, _ text: String = manifestText) throws {
    try Data(text.utf8).write(to: folder.appending(path: "terrace.yaml"))
}

let manifestText = """
    stack: shop
    services:
      web:
        command: ./shop
        port: 3000
    database: {}
    """
