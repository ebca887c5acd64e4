import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Suspends tasks until a socket is ready. libpq owns its sockets and only tells their numbers, so one thread waits for
/// all of them in poll(2) and wakes the task that asked; the event loops that serve requests never wait for the database.
///
/// Lives as long as the process. A wait is one-shot: libpq may ask for the other direction, or another socket, next time.
final class SocketPoller: Sendable {
    enum Direction: Sendable {
        case readable, writable, either

        fileprivate var events: CShort {
            switch self {
            case .readable: CShort(POLLIN)
            case .writable: CShort(POLLOUT)
            case .either: CShort(POLLIN | POLLOUT)
            }
        }
    }

    private struct Wait {
        var socket: CInt
        var events: CShort
        var deadline: ContinuousClock.Instant
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var nextID: UInt64 = 0
        var waits: [UInt64: Wait] = [:]
        /// Cancelled before they began to wait.
        var cancelled: Set<UInt64> = []
    }

    private let state = Mutex(State())
    /// A byte written to the second makes the poll on the first return.
    private let wakeReader: CInt
    private let wakeWriter: CInt

    init() throws(DatabaseError) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .unavailable("pipe: \(String(cString: strerror(errno)))") }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        wakeReader = ends[0]
        wakeWriter = ends[1]
        Thread.detachNewThread { [self] in
            while true { turn() }
        }
    }

    /// Returns when the socket is ready or broken; throws when the deadline passes or the task is cancelled.
    func wait(for direction: Direction, on socket: CInt, until deadline: ContinuousClock.Instant) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let wait = Wait(
                    socket: socket, events: direction.events, deadline: deadline, continuation: continuation)
                let accepted = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return false }
                    state.waits[id] = wait
                    return true
                }
                if accepted { wake() } else { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            cancel(id)
        }
        // A cancellation that came after the wait had ended left its mark.
        state.withLock { _ = $0.cancelled.remove(id) }
    }

    private func cancel(_ id: UInt64) {
        let wait = state.withLock { state in
            let wait = state.waits.removeValue(forKey: id)
            if wait == nil { state.cancelled.insert(id) }
            return wait
        }
        wait?.continuation.resume(throwing: CancellationError())
    }

    private func wake() {
        var byte: UInt8 = 0
        // A full pipe is as good: the thread is going to wake.
        _ = write(wakeWriter, &byte, 1)
    }

    /// One round of the thread: wait for any socket, then resume whoever waited for it or waited too long.
    private func turn() {
        let (ids, timeout) = state.withLock { state in
            (Array(state.waits), state.waits.values.map(\.deadline).min().map(milliseconds(until:)) ?? -1)
        }
        var sockets = [pollfd(fd: wakeReader, events: CShort(POLLIN), revents: 0)]
        sockets += ids.map { pollfd(fd: $0.value.socket, events: $0.value.events, revents: 0) }
        _ = poll(&sockets, nfds_t(sockets.count), timeout)
        drainWakes()

        let now = ContinuousClock.now
        for (entry, socket) in zip(ids, sockets.dropFirst()) {
            let isReady = socket.revents != 0
            guard isReady || entry.value.deadline <= now else { continue }
            // Gone when it was cancelled meanwhile; its socket's number may already belong to another connection.
            guard let wait = state.withLock({ $0.waits.removeValue(forKey: entry.key) }) else { continue }
            if isReady {
                wait.continuation.resume()
            } else {
                wait.continuation.resume(throwing: DatabaseError.timedOut)
            }
        }
    }

    private func drainWakes() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(wakeReader, &bytes, bytes.count) > 0 {}
    }

    /// Rounded up, so that the thread does not wake just before a deadline and spin.
    private func milliseconds(until deadline: ContinuousClock.Instant) -> CInt {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { return 0 }
        return CInt(clamping: Int64(left / .milliseconds(1)) + 1)
    }
}
