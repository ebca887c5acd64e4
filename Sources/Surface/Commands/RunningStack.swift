import Foundation
import LocalTarget
import Stacks

/// A stack whose supervisor runs, in whichever process.
struct RunningStack {
    let record: SupervisorLock.Record
    let client: ControlClient

    /// How long a supervisor that holds the lock may take to open its socket.
    static let patience = Duration.seconds(15)

    /// nil when nobody holds the stack's lock.
    static func find(_ folder: StackFolder) async throws -> RunningStack? {
        let deadline = ContinuousClock.now + patience
        while let record = SupervisorLock.holder(folder) {
            if !record.socket.isEmpty {
                let client = ControlClient(path: record.socket)
                do {
                    try await client.greet()
                    return RunningStack(record: record, client: client)
                } catch is ControlClient.NotRunning {}
            }
            guard ContinuousClock.now < deadline else { throw silent(record) }
            try await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }

    static func required(_ place: ManifestPlace) async throws -> RunningStack {
        let place = try place.existing()
        if let running = try await find(place.stackFolder) { return running }
        throw absent(place)
    }

    static func absent(_ place: ManifestPlace) -> Report {
        let name = SupervisorLock.record(place.stackFolder)?.stack
        return Report("\(name ?? place.shownName) is not running", next: "`terrace up` starts it")
    }

    /// Returns when the supervisor's process has let go of the lock; false when it does not within `limit`.
    static func hasEnded(_ folder: StackFolder, within limit: Duration) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while SupervisorLock.holder(folder) != nil {
            guard ContinuousClock.now < deadline else { return false }
            try await Task.sleep(for: .milliseconds(10))
        }
        return true
    }

    private static func silent(_ record: SupervisorLock.Record) -> Report {
        Report(
            "the supervisor of \(record.stack.isEmpty ? "this stack" : record.stack) runs but does not answer",
            state: record.pid == 0 ? "it holds the stack's lock" : "process \(record.pid), since \(record.startedAt)",
            next: record.pid == 0 ? "try again in a moment" : "`kill \(record.pid)`, then run the same command")
    }
}
