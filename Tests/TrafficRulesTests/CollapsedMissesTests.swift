import Testing
import TrafficRules

struct CollapsedMissesTests {
    private let key = CacheKey(scheme: "https", authority: "example.com", target: "/a")

    private func flight(waiters: Int, limits: CollapsedMisses<Int>.Limits = .init()) -> CollapsedMisses<Int> {
        var misses = CollapsedMisses<Int>(limits: limits)
        for waiter in 0...waiters { _ = misses.arrive(waiter, for: key, at: .zero) }
        return misses
    }

    @Test func theFirstLeadsAndTheOthersWait() {
        var misses = CollapsedMisses<Int>()
        #expect(misses.arrive(0, for: key, at: .seconds(1)) == .lead)
        #expect(misses.arrive(1, for: key, at: .seconds(2)) == .wait(until: .seconds(6)))
        let other = CacheKey(scheme: "https", authority: "example.com", target: "/b")
        #expect(misses.arrive(2, for: other, at: .seconds(2)) == .lead)
        #expect(misses.ended(.stored, for: key, at: .seconds(3)) == .init(lookAgain: [1]))
        #expect(misses.arrive(3, for: key, at: .seconds(4)) == .lead)
    }

    @Test("An answer that is not kept frees the waiters, and nobody waits for that key for a while")
    func uncacheable() {
        var misses = flight(waiters: 2)
        #expect(misses.ended(.uncacheable, for: key, at: .seconds(1)) == .init(goAlone: [1, 2]))
        #expect(misses.arrive(3, for: key, at: .seconds(2)) == .uncacheable)
        #expect(misses.arrive(4, for: key, at: .seconds(30.9)) == .uncacheable)
        #expect(misses.arrive(5, for: key, at: .seconds(31)) == .lead)
    }

    @Test("When the leader fails, the waiter that came first leads")
    func failure() {
        var misses = flight(waiters: 2)
        #expect(misses.ended(.failed, for: key, at: .seconds(1)) == .init(lead: 1))
        #expect(misses.ended(.failed, for: key, at: .seconds(2)) == .init(lead: 2))
        #expect(misses.ended(.failed, for: key, at: .seconds(3)) == .init())
        #expect(misses.flightCount == 0)
    }

    @Test("Who gave up is not named again; who was released before does not give up")
    func givingUp() {
        var misses = flight(waiters: 3)
        #expect(misses.gaveUp(2, for: key) == true)
        #expect(misses.gaveUp(2, for: key) == false)
        #expect(misses.ended(.stored, for: key, at: .seconds(1)) == .init(lookAgain: [1, 3]))
        #expect(misses.gaveUp(1, for: key) == false)
    }

    @Test("Nobody waits twice, and not more than the limit wait")
    func bounds() {
        var misses = flight(waiters: 2, limits: .init(waiters: 2))
        #expect(misses.arrive(9, for: key, at: .zero) == .alone)
        #expect(misses.gaveUp(1, for: key) == true)
        #expect(misses.arrive(8, for: key, hasWaited: true, at: .zero) == .alone)
        #expect(misses.arrive(7, for: key, at: .zero) == .wait(until: .seconds(5)))
    }

    @Test("Only so many uncacheable keys are remembered")
    func forgetting() {
        var misses = CollapsedMisses<Int>(limits: .init(uncacheableKeys: 2))
        let keys = (0..<3).map { CacheKey(scheme: "https", authority: "example.com", target: "/\($0)") }
        for key in keys {
            _ = misses.arrive(0, for: key, at: .zero)
            _ = misses.ended(.uncacheable, for: key, at: .zero)
        }
        let arrivals = keys.map { misses.arrive(0, for: $0, at: .seconds(1)) }
        #expect(arrivals == [.lead, .uncacheable, .uncacheable])
    }

    @Test("Nobody waits for a leader that takes longer than the patience, and a new one has all of it")
    func slowLeader() {
        var misses = flight(waiters: 1)
        #expect(misses.arrive(2, for: key, at: .seconds(4)) == .wait(until: .seconds(5)))
        #expect(misses.arrive(3, for: key, at: .seconds(5)) == .alone)
        #expect(misses.ended(.failed, for: key, at: .seconds(6)) == .init(lead: 1))
        #expect(misses.arrive(4, for: key, at: .seconds(6)) == .wait(until: .seconds(11)))
        #expect(misses.ended(.stored, for: key, at: .seconds(7)) == .init(lookAgain: [2, 4]))
    }
}
