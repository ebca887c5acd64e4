import Provisioning
import Stacks
import Synchronization

/// Holds a stack's lease while `body` changes the stack.
struct StackLease {
    var session: CloudSession
    /// `terrace up`
    var command: String
    var breaksLock: Bool

    /// Giving it back must not keep somebody waiting who has asked to stop.
    private static let farewell = Duration.seconds(5)

    /// `lost` is called when somebody else may change the stack from now on, `told` with what happens to the lease before that.
    /// `body` is told whether nobody had the lease.
    func hold<Result: Sendable>(
        lost: @escaping @Sendable (Report) -> Void, told: @escaping @Sendable (String) -> Void,
        _ body: (_ wasFree: Bool) async throws -> Result
    ) async throws -> Result {
        let surroundings = Surroundings.current
        let user = surroundings.user
        let record = LeaseRecord(
            holder: user.holder, command: command, machine: user.machine, process: user.process, breaks: breaksLock,
            token: UInt64.random(in: .min ... .max))
        let taken = try await HeldLease.take(
            session.cloud.lease, as: record, stack: session.stack.fullName, time: session.time, isGone: user.hasEnded)
        if let from = taken.from { surroundings.errors("took the stack's lease: \(from)\n") }
        let keeping = Task {
            // Else it is cancelled, once nothing is to be changed any more.
            do { try await taken.lease.keep(told: told) } catch let loss as HeldLease.Lost { lost(loss.report) }
        }
        do {
            let result = try await body(taken.from == nil)
            keeping.cancel()
            await giveBack(taken.lease, told)
            return result
        } catch {
            keeping.cancel()
            await giveBack(taken.lease, told)
            throw error
        }
    }

    private func giveBack(_ lease: HeldLease, _ told: @escaping @Sendable (String) -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await lease.release(told: told) }
            group.addTask { try? await session.time.sleep(Self.farewell) }
            await group.next()
            group.cancelAll()
        }
    }
}
