import NIOCore

/// One lazily moved timer for a connection: pushing the deadline back costs a store, not a timer.
struct ConnectionDeadline {
    enum Kind { case handshake, idle, head, body, answer, lingering }

    private(set) var kind = Kind.handshake
    private(set) var at = NIODeadline.distantFuture
    private var timer: Scheduled<Void>?
    private var timerAt = NIODeadline.distantFuture

    /// Sets the deadline; `expired` is called on the loop when it passes without having been moved.
    mutating func set(
        _ kind: Kind, after delay: TimeAmount, on loop: any EventLoop, expired: @escaping () -> Void
    ) {
        self.kind = kind
        at = loop.now + delay
        if timer == nil || at < timerAt { arm(on: loop, expired) }
    }

    /// Nothing is expected of the peer for now.
    mutating func relax() { at = .distantFuture }

    mutating func cancel() {
        timer?.cancel()
        timer = nil
        timerAt = .distantFuture
        at = .distantFuture
    }

    /// Called by the timer: true when the deadline has really passed, otherwise the timer is armed again.
    mutating func fired(on loop: any EventLoop, expired: @escaping () -> Void) -> Bool {
        timer = nil
        timerAt = .distantFuture
        if at == .distantFuture { return false }
        if at <= loop.now { return true }
        arm(on: loop, expired)
        return false
    }

    private mutating func arm(on loop: any EventLoop, _ expired: @escaping () -> Void) {
        timer?.cancel()
        timerAt = at
        timer = loop.assumeIsolated().scheduleTask(deadline: at) { expired() }
    }
}
