import AWSWire
import Synchronization
import Testing

/// Renewal, as a transcript with the times passed in.
struct RefreshTests {
    private static func keys(_ name: String, end: Int) -> AWSCredentials {
        AWSCredentials(accessKeyId: name, secretAccessKey: Secret("s"), expiration: Moment(seconds: end))
    }

    private func at(_ seconds: Int) -> Moment { Moment(seconds: seconds) }

    @Test func fromAskingToTheEnd() {
        let (old, new) = (Self.keys("old", end: 3600), Self.keys("new", end: 7200))
        var state = RefreshState()
        #expect(state.ask(at: at(0)) == .renew(fallback: nil))
        #expect(state.ask(at: at(1)) == .wait(fallback: nil))
        state.renewed(old)
        #expect(state.ask(at: at(2699)) == .use(old))
        // 15 minutes before the end: one renews, the others go on.
        #expect(state.ask(at: at(2701)) == .renew(fallback: old))
        #expect(state.ask(at: at(2702)) == .use(old))
        state.failed()
        #expect(state.ask(at: at(2703)) == .use(old))
        #expect(state.ask(at: at(2762)) == .renew(fallback: old))
        // 10 minutes before the end everybody waits.
        #expect(state.ask(at: at(3001)) == .wait(fallback: old))
        state.failed()
        #expect(state.ask(at: at(3002)) == .renew(fallback: old))
        #expect(state.ask(at: at(3601)) == .wait(fallback: nil))
        state.failed()
        #expect(state.ask(at: at(3602)) == .renew(fallback: nil))
        state.renewed(new)
        #expect(state.ask(at: at(3603)) == .use(new))
    }

    @Test func afterTheEndNothingOldIsUsed() {
        var state = RefreshState()
        _ = state.ask(at: at(0))
        state.renewed(Self.keys("old", end: 30))
        #expect(state.ask(at: at(10)) == .use(Self.keys("old", end: 30)))
        #expect(state.ask(at: at(30)) == .renew(fallback: nil))
    }

    @Test func keysOfFifteenMinutesAreNotRenewedAtEachCall() {
        let keys = Self.keys("short", end: 900)
        var state = RefreshState()
        _ = state.ask(at: at(0))
        state.renewed(keys)
        #expect(state.ask(at: at(1)) == .use(keys))
        #expect(state.ask(at: at(61)) == .renew(fallback: keys))
    }

    @Test func keysWithoutAnEndAreKept() {
        let keys = AWSCredentials(accessKeyId: "a", secretAccessKey: Secret("s"))
        var state = RefreshState()
        _ = state.ask(at: at(0))
        state.renewed(keys)
        #expect(state.ask(at: at(1_000_000)) == .use(keys))
    }

    @Test func refusedKeysAreAskedForAgain() {
        let (old, new) = (Self.keys("old", end: 9000), Self.keys("new", end: 9000))
        var state = RefreshState()
        _ = state.ask(at: at(0))
        state.renewed(old)
        state.refused(new)
        #expect(state.ask(at: at(1)) == .use(old))
        state.refused(old)
        #expect(state.ask(at: at(2)) == .renew(fallback: nil))
    }

    /// The shell: however many ask at once, the source is asked once.
    @Test func manyCallersShareOneRenewal() async throws {
        let count = Mutex(0)
        let now: @Sendable () -> Moment = { Moment(seconds: 0) }
        let source = RefreshingCredentials(now: now) {
            let number = count.withLock { count in
                count += 1
                return count
            }
            try await Task.sleep(for: .milliseconds(30))
            return Self.keys("k\(number)", end: 36_000)
        }
        let found = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { try await source.credentials().accessKeyId } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(found == ["k1"])
        await source.expired(Self.keys("k1", end: 36_000))
        #expect(try await source.credentials().accessKeyId == "k2")
    }

    @Test func aFailedRenewalLeavesTheOldOnes() async throws {
        let clock = Mutex(0)
        let now: @Sendable () -> Moment = { Moment(seconds: clock.withLock { $0 }) }
        let source = RefreshingCredentials(now: now) {
            guard clock.withLock({ $0 }) == 0 else { throw CredentialFault("X", "down", next: "") }
            return Self.keys("old", end: 3600)
        }
        #expect(try await source.credentials().accessKeyId == "old")
        clock.withLock { $0 = 2800 }
        #expect(try await source.credentials().accessKeyId == "old")
        clock.withLock { $0 = 3500 }
        #expect(try await source.credentials().accessKeyId == "old")
        clock.withLock { $0 = 3600 }
        await #expect(throws: CredentialFault.self) { try await source.credentials() }
    }
}
