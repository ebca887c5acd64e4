import Resources
import Synchronization

/// Where an apply's events go: a stream with a bound. A reader that falls behind misses what was waited for; what came of
/// each job always has room.
package final class EventFeed: Sendable {
    package let events: AsyncStream<ApplyEvent>
    private let continuation: AsyncStream<ApplyEvent>.Continuation
    private let room: Mutex<Int>
    private let kept: Int

    /// For an apply of so many jobs.
    package init(jobs: Int) {
        // A job has at most five events beside those that say what it waits for.
        kept = jobs * 5
        let capacity = kept + 1024
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(capacity))
        room = Mutex(capacity)
    }

    package func send(_ event: ApplyEvent) {
        room.withLock { room in
            if case .waiting = event.happening, room <= kept { return }
            if case .enqueued(let remaining) = continuation.yield(event) { room = remaining }
        }
    }

    package func finish() { continuation.finish() }
}
