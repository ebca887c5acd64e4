import Stacks
import Synchronization
import Testing

@testable import Provisioning

/// Whoever holds a lease hears of every try to renew it that fails, before it is lost.
struct LeaseRenewalTests {
    /// A store that cannot be reached at some of its writes.
    private final class Store: LeaseStore {
        private struct Memory {
            var lease: StoredLease?
            var writes = 0
            var canRemove = true
        }
        private let memory = Mutex(Memory())
        private let failing: Set<Int>

        init(failingAt writes: Set<Int>, canRemove: Bool = true) {
            failing = writes
            memory.withLock { $0.canRemove = canRemove }
        }

        func read() async throws -> StoredLease? { memory.withLock { $0.lease } }
        func create(_ text: String) async throws -> Bool {
            memory.withLock { $0.lease = StoredLease(text: text, version: 1, age: .zero) }
            return true
        }
        func overwrite(_ text: String) async throws -> Int {
            let write = memory.withLock { memory in
                memory.writes += 1
                return memory.writes
            }
            if failing.contains(write) { throw Unreachable() }
            return write + 1
        }
        func remove() async throws {
            guard memory.withLock({ $0.canRemove }) else { throw Unreachable() }
            memory.withLock { $0.lease = nil }
        }
    }

    private struct Unreachable: Error, CustomStringConvertible { var description: String { "no route to host" } }

    /// Time passes only where somebody sleeps; it ends after so many sleeps.
    private static func time(sleeps: Int) -> Timekeeper {
        final class Now: Sendable { let passed = Mutex((time: Duration.zero, sleeps: 0)) }
        let now = Now()
        var time = Timekeeper(ContinuousClock())
        time.elapsed = { now.passed.withLock { $0.time } }
        time.sleep = { duration in
            let isOver = now.passed.withLock { passed in
                passed.time += duration
                passed.sleeps += 1
                return passed.sleeps > sleeps
            }
            if isOver { throw CancellationError() }
        }
        return time
    }

    private final class Told: Sendable {
        let lines = Mutex<[String]>([])
        @Sendable func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private static let record = LeaseRecord(
        holder: "anna@laptop", command: "terrace up", machine: "m", process: 1, token: 1)

    private func hold(_ store: Store, sleeps: Int) async throws -> HeldLease {
        try await HeldLease.take(
            store, as: Self.record, stack: "shop", time: Self.time(sleeps: sleeps), isGone: { _ in false }
        ).lease
    }

    @Test func aFailedTryIsToldAndSoIsTheNextThatDoesNot() async throws {
        let lease = try await hold(Store(failingAt: [2, 3]), sleeps: 4)
        let told = Told()
        await #expect(throws: CancellationError.self) { try await lease.keep(told: told.add) }
        let failed = { (rest: Int) in
            "the lease of this stack could not be renewed: no route to host; it runs out in \(rest) s, and is tried again before"
        }
        #expect(told.lines.withLock { $0 } == [failed(90), failed(60), "the lease of this stack is renewed again"])
    }

    @Test func whatCannotBeRenewedInTimeIsLost() async throws {
        let lease = try await hold(Store(failingAt: Set(1...9)), sleeps: 9)
        let told = Told()
        let loss = await #expect(throws: HeldLease.Lost.self) { try await lease.keep(told: told.add) }
        #expect(told.lines.withLock { $0.count } == 3)
        #expect(loss?.report.what.contains("it ran out before it could be renewed: no route to host") == true)
    }

    @Test func whatCannotBeGivenBackIsTold() async throws {
        let told = Told()
        try await hold(Store(failingAt: [], canRemove: false), sleeps: 1).release(told: told.add)
        #expect(
            told.lines.withLock { $0 } == [
                "the lease of this stack could not be given back: no route to host; it frees itself in 120 s"
            ])
        try await hold(Store(failingAt: []), sleeps: 1).release(told: told.add)
        #expect(told.lines.withLock { $0.count } == 1)
    }
}
