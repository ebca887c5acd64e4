import Testing
import TrafficRules

/// RFC 9112 §9.5 and RFC 9110 §15.5.9 leave it to the server how long it waits: here 60 s, and 240 bytes a second.
struct BodyPaceTests {
    /// Pieces of a body, each with the seconds that were waited for it before it came.
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let pieces: [(waited: Int, bytes: Int)]
        /// Seconds that are left after them.
        let left: Int

        init(_ description: String, _ pieces: [(waited: Int, bytes: Int)], left: Int) {
            (self.description, self.pieces, self.left) = (description, pieces, left)
        }

        static let all = [
            Case("nothing has come", [], left: 60),
            Case("a silence", [(59, 1)], left: 1),
            Case("a trickle", Array(repeating: (1, 24), count: 60), left: 6),
            Case("a slow line", Array(repeating: (1, 240), count: 1000), left: 60),
            Case("what came early is not saved up", [(0, 1 << 30), (30, 1)], left: 30),
            Case("as slow as may be, then faster", [(50, 0), (1, 2640)], left: 20),
        ]
    }

    @Test(arguments: Case.all)
    func timeLeft(test: Case) {
        var pace = BodyPace(store: .seconds(60), bytesPerSecond: 240)
        var now = Duration.seconds(1000)
        for piece in test.pieces {
            _ = pace.waits(at: now)
            now += .seconds(piece.waited)
            #expect(!pace.isOver(at: now))
            pace.received(piece.bytes, at: now)
        }
        let end = pace.waits(at: now)
        #expect(abs((end - now - .seconds(test.left)) / .seconds(1)) < 0.1, "\(end - now)")
        #expect(!pace.isOver(at: end - .nanoseconds(1)))
        #expect(pace.isOver(at: end))
    }

    @Test func timeInWhichNobodyWaitsIsFree() {
        var pace = BodyPace(store: .seconds(60), bytesPerSecond: 240)
        #expect(pace.waits(at: .seconds(0)) == .seconds(60))
        // Asked again: the wait goes on.
        #expect(pace.waits(at: .seconds(10)) == .seconds(60))
        pace.received(0, at: .seconds(20))
        #expect(!pace.isOver(at: .seconds(5000)))
        #expect(pace.waits(at: .seconds(5000)) == .seconds(5040))
        pace.forgive()
        #expect(pace.waits(at: .seconds(6000)) == .seconds(6060))
    }

    /// Whatever comes when, a body is over exactly when it has waited longer than its store and its bytes allow.
    @Test func aRateOfZeroIsOne() {
        var pace = BodyPace(store: .seconds(2), bytesPerSecond: 0)
        pace.received(0, at: .zero)
        #expect(pace.waits(at: .zero) == .seconds(2))
    }
}
