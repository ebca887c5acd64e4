import Dispatch
import Foundation
import Synchronization

/// What must be undone when the run is interrupted: without it a stack, a peer and folders would stay behind.
enum Farewell {
    private static let duties = Mutex<[(id: Int, undo: @Sendable () -> Void)]>([])
    /// Set once, before anything else runs; a source that nobody holds hears nothing.
    nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

    /// `body`, and then, or on a signal before its end, `undo`.
    static func after<Value>(_ undo: @escaping @Sendable () -> Void, _ body: () throws -> Value) rethrows -> Value {
        let id = duties.withLock { duties in
            let id = (duties.last?.id ?? 0) + 1
            duties.append((id, undo))
            return id
        }
        defer {
            let isDue = duties.withLock { duties in
                guard let index = duties.firstIndex(where: { $0.id == id }) else { return false }
                duties.remove(at: index)
                return true
            }
            if isDue { undo() }
        }
        return try body()
    }

    /// On Ctrl-C and its kin: the latest duty first, then the end.
    static func onSignals() {
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in

            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                let open = duties.withLock { duties in
                    defer { duties = [] }
                    return duties
                }
                for duty in open.reversed() { duty.undo() }
                exit(130)
            }
            source.resume()
            return source
        }
    }
}
