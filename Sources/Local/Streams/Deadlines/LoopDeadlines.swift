package import NIOCore

/// The deadlines of all connections of a loop, with one timer of the loop for all of them. One passes up to a sixteenth of a second
/// late, and never early.
package final class LoopDeadlines {
    /// About 67 ms, so that a turn of the wheel is longer than a minute.
    private static let bits: UInt64 = 26

    private let loop: any EventLoop
    private var wheel: DeadlineWheel
    private var timer: Scheduled<Void>?
    private var timerTick = Int.max

    package init(_ loop: any EventLoop) {
        self.loop = loop
        wheel = DeadlineWheel(at: Int(loop.now.uptimeNanoseconds >> Self.bits))
    }

    var now: NIODeadline { loop.now }

    /// `owner` is kept until the deadline has passed or is taken back.
    func insert(_ owner: any DeadlineOwner, at deadline: NIODeadline) -> DeadlineWheel.Place {
        let tick = Int(deadline.uptimeNanoseconds >> Self.bits) + 1
        let place = wheel.insert(owner, at: tick)
        if tick < timerTick { arm(tick) }
        return place
    }

    /// The timer stays: it finds nothing, or something else.
    func remove(_ place: DeadlineWheel.Place) { wheel.remove(place) }

    private func arm(_ tick: Int) {
        timer?.cancel()
        timerTick = tick
        timer = loop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(UInt64(tick) << Self.bits)) {
            [weak self] in self?.fired()
        }
    }

    private func fired() {
        timer = nil
        timerTick = .max
        for owner in wheel.passed(at: Int(loop.now.uptimeNanoseconds >> Self.bits)) { owner.deadlinePassed() }
        if let next = wheel.nextTick, next < timerTick { arm(next) }
    }
}
