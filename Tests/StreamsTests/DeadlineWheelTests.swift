import NIOCore
import NIOEmbedded
import Streams
import TestKit
import Testing

private final class Waiter: DeadlineOwner {
    let number: Int
    let tick: Int
    var place: DeadlineWheel.Place?

    init(_ number: Int, tick: Int) { (self.number, self.tick) = (number, tick) }

    func deadlinePassed() {}
}

/// The wheel against a list that is looked through.
struct DeadlineWheelTests {
    @Test(arguments: 1...20) func theWheelHandsOutWhatAListWould(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var now = Int.random(in: 0..<100_000, using: &random)
        var wheel = DeadlineWheel(at: now)
        var list: [Int: Waiter] = [:]
        for number in 0..<2000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                // Up to three turns ahead, and some that are over.
                let waiter = Waiter(number, tick: now + Int.random(in: -5..<3 * DeadlineWheel.slots, using: &random))
                waiter.place = wheel.insert(waiter, at: waiter.tick)
                list[number] = waiter
            case 6..<8:
                guard let victim = list.values.randomElement(using: &random), let place = victim.place else { continue }
                wheel.remove(place)
                list[victim.number] = nil
            default:
                let jump =
                    Bool.random(using: &random)
                    ? Int.random(in: 1..<40, using: &random) : wheel.nextTick.map { $0 - now } ?? 0
                guard jump > 0 else { continue }
                now += jump
                let passed = Set(wheel.passed(at: now).compactMap { ($0 as? Waiter)?.number })
                #expect(passed == Set(list.values.filter { $0.tick <= now }.map(\.number)))
                for number in passed { list[number] = nil }
            }
            #expect(wheel.isEmpty == list.isEmpty)
            // Never later than what passes next, and within a turn.
            if let earliest = list.values.map(\.tick).min() {
                let next = wheel.nextTick
                #expect(next.map { $0 <= max(earliest, now + 1) && $0 > now } == true)
            } else {
                #expect(wheel.nextTick == nil)
            }
        }
    }

    @Test func aLongPauseHandsOutEverythingOnce() {
        var wheel = DeadlineWheel(at: 0)
        let waiters = (1...5000).map { Waiter($0, tick: $0) }
        for waiter in waiters { waiter.place = wheel.insert(waiter, at: waiter.tick) }
        #expect(wheel.passed(at: 1_000_000).count == 5000)
        #expect(wheel.isEmpty && wheel.nextTick == nil)
    }

    /// Nobody is kept once its deadline has passed or was taken back.
    @Test func whoHasPassedIsLetGo() {
        var wheel = DeadlineWheel(at: 0)
        weak var gone: Waiter?
        weak var taken: Waiter?
        do {
            let (first, second) = (Waiter(1, tick: 3), Waiter(2, tick: 900))
            (gone, taken) = (first, second)
            _ = wheel.insert(first, at: 3)
            let place = wheel.insert(second, at: 900)
            wheel.remove(place)
        }
        #expect(gone != nil && taken == nil)
        _ = wheel.passed(at: 3)
        #expect(gone == nil)
    }
}
