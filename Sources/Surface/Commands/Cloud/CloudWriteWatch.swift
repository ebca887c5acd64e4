import Provisioning
import Resources
import Synchronization

/// Writes to the database of a stack in the cloud, one write after the other, while it fails over.
final class CloudWriteWatch: Sendable {
    /// Between the beginnings of two. RDS takes seconds; more of them would only load the Data API, which throttles.
    private static let distance = Duration.milliseconds(250)
    /// Longest wait for one answer: a call that hangs on the old writer must not hide for long that the new one writes.
    private static let limit = Duration.seconds(2)
    /// So long it writes before the failover is asked for.
    private static let aside = Duration.seconds(1)
    /// Longest wait for a database that has to wake up first, or for a Data API that is throttled. One that refuses writes is
    /// not waited for: that may be why somebody wants the failover.
    private static let leadLimit = Duration.seconds(30)

    private let session: CloudSession
    private let world: World
    private let course = Mutex(WriteCourse())

    init(_ session: CloudSession, _ world: World) {
        self.session = session
        self.world = world
    }

    /// - Parameter failover: returns when the cluster has its new writer.
    /// - Throws: what `failover` throws; that no write is possible is an answer.
    func around<Result: Sendable>(
        _ failover: @escaping @Sendable () async throws -> Result
    ) async throws -> (Result, WritePause) {
        guard try await lead() else { return (try await failover(), course.withLock(\.pause)) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.writeUntilEnough() }
            try await session.time.sleep(Self.aside)
            let result = try await failover()
            course.withLock { $0.failoverIsOver(at: session.time.elapsed()) }
            try await group.waitForAll()
            return (result, course.withLock(\.pause))
        }
    }

    /// False when there is nothing to measure.
    private func lead() async throws -> Bool {
        let start = session.time.elapsed()
        while true {
            try await write()
            if course.withLock(\.isUnderWay) { return true }
            let isLate = session.time.elapsed() - start >= Self.leadLimit
            if isLate || course.withLock(\.isBarred) { return false }
        }
    }

    private func writeUntilEnough() async throws {
        while !course.withLock({ $0.isEnough(at: session.time.elapsed()) }) { try await write() }
    }

    private func write() async throws {
        let start = session.time.elapsed()
        let write = try await session.cloud.write(in: world, within: Self.limit)
        let end = session.time.elapsed()
        course.withLock { $0.note(write, from: start, to: end) }
        let rest = Self.distance - (end - start)
        if rest > .zero { try await session.time.sleep(rest) }
    }
}
