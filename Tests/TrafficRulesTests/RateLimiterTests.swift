import TestKit
import Testing
import TrafficRules

extension RateLimiter {
    /// One request at a time.
    fileprivate mutating func admit(_ client: Client, at now: Duration) -> Bool { wait(client, at: now) == nil }

    /// Nil when it was admitted.
    fileprivate mutating func wait(_ client: Client, at now: Duration) -> Duration? {
        if case .refused(let wait) = lease(1, for: client, at: now) { wait } else { nil }
    }
}

struct RateLimiterTests {
    private func limiter(_ requests: Int, capacity: Int = 100) -> RateLimiter<Int> {
        RateLimiter(requests: requests, per: .seconds(10), capacity: capacity)
    }

    private func admitted(_ limiter: inout RateLimiter<Int>, _ client: Int, _ count: Int, at now: Duration) -> Int {
        (0..<count).reduce(0) { total, _ in total + (limiter.admit(client, at: now) ? 1 : 0) }
    }

    @Test func requestOverTheRateIsRefused() {
        var limiter = limiter(5)
        #expect(admitted(&limiter, 1, 9, at: .seconds(1)) == 5)
        #expect(admitted(&limiter, 2, 9, at: .seconds(1)) == 5)
    }

    @Test("The window slides: what the last bucket counted weighs less and less")
    func slides() {
        var limiter = limiter(10)
        #expect(admitted(&limiter, 1, 20, at: .seconds(9)) == 10)
        #expect(admitted(&limiter, 1, 20, at: .seconds(10)) == 0)
        #expect(admitted(&limiter, 1, 20, at: .seconds(15)) == 5)
        #expect(admitted(&limiter, 1, 20, at: .seconds(60)) == 10)
    }

    @Test("After the time that a refusal names, one more request is admitted; shortly before it is not")
    func retryAfterIsTrue() {
        var random = SeededGenerator(seed: 429)
        for _ in 0..<500 {
            var limiter = limiter(Int.random(in: 1...20, using: &random))
            var now = Duration.seconds(Int.random(in: 0...100, using: &random))
            for _ in 0..<60 {
                now += .milliseconds(Int.random(in: 0...900, using: &random))
                guard let wait = limiter.wait(1, at: now) else { continue }
                #expect(wait >= .zero && wait <= .seconds(20))
                var (early, late) = (limiter, limiter)
                if wait > .milliseconds(2) { #expect(early.admit(1, at: now + wait - .milliseconds(2)) == false) }
                #expect(late.admit(1, at: now + wait + .milliseconds(2)) == true)
            }
        }
    }

    @Test("A crowd of new clients does not free an offender")
    func offendersAreKept() {
        var limiter = limiter(5, capacity: 10)
        _ = admitted(&limiter, 0, 6, at: .seconds(1))
        for client in 1...1000 { _ = limiter.admit(client, at: .seconds(2)) }
        #expect(limiter.clientCount == 10)
        #expect(limiter.admit(0, at: .seconds(3)) == false)
    }

    @Test("Only when all are offenders the longest silent one is given up")
    func onlyOffenders() {
        var limiter = limiter(1, capacity: 3)
        for client in 0..<3 { _ = admitted(&limiter, client, 2, at: .seconds(1)) }
        #expect(limiter.admit(9, at: .seconds(2)) == true)
        #expect(limiter.clientCount == 3)
        #expect(limiter.admit(1, at: .seconds(2)) == false)
    }

    @Test("An offender long silent makes room before a client that behaves")
    func silentOffendersGo() {
        var limiter = limiter(1, capacity: 2)
        _ = admitted(&limiter, 0, 2, at: .seconds(1))
        _ = limiter.admit(1, at: .seconds(41))
        _ = limiter.admit(2, at: .seconds(42))
        #expect(limiter.admit(1, at: .seconds(43)) == false)
    }

    @Test(
        "What loops lease is charged at once: together they never admit more than the limit, and at most a sixteenth less"
    )
    func leasesNeverExceedTheLimit() {
        var random = SeededGenerator(seed: 4290)
        for _ in 0..<200 {
            let requests = Int.random(in: 1...3000, using: &random)
            let loops = Int.random(in: 1...8, using: &random)
            var shared = RateLimiter<Int>(requests: requests, per: .seconds(10), capacity: 10)
            var leases = (0..<loops).map { _ in RateLease<Int>(requests: requests, loops: loops) }
            var admitted = 0
            for _ in 0..<requests * 2 {
                let loop = Int.random(in: 0..<loops, using: &random)
                var verdict = leases[loop].admit(7, at: .seconds(3))
                if case .ask(let count) = verdict {
                    let grant = shared.lease(count, for: 7, at: .seconds(3))
                    verdict = leases[loop].received(grant, for: 7, at: .seconds(3))
                }
                if verdict == .admitted { admitted += 1 }
            }
            #expect(admitted <= requests)
            #expect(admitted >= requests - requests / 16 - 1)
        }
    }

    @Test("A refused client is refused by the loop itself until its time is over")
    func refusalsAreRemembered() {
        var lease = RateLease<Int>(requests: 10, loops: 2)
        #expect(lease.admit(1, at: .zero) == .ask(1))
        #expect(
            lease.received(.refused(retryAfter: .seconds(4)), for: 1, at: .zero) == .refused(retryAfter: .seconds(4)))
        #expect(lease.admit(1, at: .seconds(3)) == .refused(retryAfter: .seconds(1)))
        #expect(lease.admit(1, at: .seconds(4)) == .ask(1))
    }

    @Test("What was leased in one bucket cannot be used in the next")
    func leasesEndWithTheirBucket() {
        var lease = RateLease<Int>(requests: 320, loops: 1)
        #expect(lease.admit(1, at: .seconds(1)) == .ask(20))
        #expect(lease.received(.granted(20, until: .seconds(10)), for: 1, at: .seconds(1)) == .admitted)
        #expect(lease.admit(1, at: .seconds(9)) == .admitted)
        #expect(lease.admit(1, at: .seconds(10)) == .ask(20))
    }
}
