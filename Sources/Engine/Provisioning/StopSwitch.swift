import Synchronization

/// The user's wish to stop, which rises and never falls.
package final class StopSwitch: Sendable {
    package enum Level: Int, Sendable, Comparable {
        case goOn, startNothingNew, atOnce

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    private struct State {
        var level = Level.goOn
        var nextKey = 0
        /// At most a few for each job that runs.
        var waiters: [Int: (Level, CheckedContinuation<Void, Never>)] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    package var level: Level { state.withLock { $0.level } }

    /// The first request starts nothing new, the second stops at once.
    package func request() {
        raise(to: level == .goOn ? .startNothingNew : .atOnce)
    }

    package func raise(to level: Level) {
        let due = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.level = max(state.level, level)
            let reached = state.level
            let due = state.waiters.filter { $0.value.0 <= reached }
            for key in due.keys { state.waiters[key] = nil }
            return due.sorted { $0.key < $1.key }.map(\.value.1)
        }
        for waiter in due { waiter.resume() }
    }

    /// Returns when the level is reached, or when the calling task is cancelled.
    package func reached(_ level: Level) async {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.level >= level || Task.isCancelled { return true }
                    state.waiters[key] = (level, continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: key) }?.1.resume()
        }
    }
}
