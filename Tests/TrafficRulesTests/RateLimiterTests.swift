import TestKit
import Testing
import TrafficRules

struct RateLimiterTests {
    private func limiter(_ requests: Int, capacity: Int = 100) -> RateLimiter<Int> {
        RateLimiter(requests: requests, per: .seconds(10), capacity: capacity)
    }

    private func admitted(_ limiter: inout RateLimiter<Int>, _ client: Int, _ count: Int, at now: Duration) -> Int {
        (0..<count).reduce(0) { total, _ in total + (limiter.admit(client, at: now) == .admitted ? 1 : 0) }
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
                guard case .refused(let wait) = limiter.admit(1, at: now) else { continue }
                #expect(wait >= .zero && wait <= .seconds(20))
                var (early, late) = (limiter, limiter)
                if wait > .milliseconds(2) { #expect(early.admit(1, at: now + wait - .milliseconds(2)) != .admitted) }
                #expect(late.admit(1, at: now + wait + .milliseconds(2)) == .admitted)
            }
        }
    }

    @Test("A crowd of new clients does not free an offender")
    func offendersAreKept() {
        var limiter = limiter(5, capacity: 10)
        _ = admitted(&limiter, 0, 6, at: .seconds(1))
        for client in 1...1000 { _ = limiter.admit(client, at: .seconds(2)) }
        #expect(limiter.clientCount == 10)
        #expect(limiter.admit(0, at: .seconds(3)) != .admitted)
    }

    @Test("Only when all are offenders the longest silent one is given up")
    func onlyOffenders() {
        var limiter = limiter(1, capacity: 3)
        for client in 0..<3 { _ = admitted(&limiter, client, 2, at: .seconds(1)) }
        #expect(limiter.admit(9, at: .seconds(2)) == .admitted)
        #expect(limiter.clientCount == 3)
        #expect(limiter.admit(1, at: .seconds(2)) != .admitted)
    }

    @Test("An offender long silent makes room before a client that behaves")
    func silentOffendersGo() {
        var limiter = limiter(1, capacity: 2)
        _ = admitted(&limiter, 0, 2, at: .seconds(1))
        _ = limiter.admit(1, at: .seconds(41))
        _ = limiter.admit(2, at: .seconds(42))
        #expect(limiter.admit(1, at: .seconds(43)) != .admitted)
    }
}
