import NIOCore

/// Counts frames that cost us more than their sender. Each kind has a bucket that refills with time: a client at work never
/// empties it, a flood does within milliseconds.
struct FloodGuard {
    struct Bucket {
        /// What may come at once.
        let burst: Double
        /// What is refilled in a second.
        let rate: Double
        private var level: Double
        private var filledAt: NIODeadline

        init(burst: Double, perSecond rate: Double) {
            self.burst = burst
            self.rate = rate
            level = burst
            filledAt = .distantPast
        }

        /// False when it is empty.
        mutating func take(at now: NIODeadline) -> Bool {
            if level < burst, now > filledAt {
                level = min(burst, level + Double((now - filledAt).nanoseconds) / 1e9 * rate)
            }
            filledAt = now
            level -= 1
            return level >= 0
        }
    }

    /// Streams that were given up before their answer, by the client (rapid reset, CVE-2023-44487) or because of its
    /// mistake (CVE-2025-8671). A page that is left cancels about a hundred.
    private var resets = Bucket(burst: 200, perSecond: 20)
    /// PING, SETTINGS, PRIORITY, GOAWAY, unknown and empty frames: answered or looked at, and of no use (CVE-2019-9512, -9515,
    /// -9518).
    private var idleFrames = Bucket(burst: 1000, perSecond: 200)

    /// WINDOW_UPDATE beside what it is for: data that was sent. Small ones make us send, and schedule, piece by piece
    /// (CVE-2019-9511, -9517).
    private var windowUpdates = Bucket(burst: 1000, perSecond: 200)
    /// Updates that sent data has paid for. Not bounded: it took a download of half a kilobyte for each.
    private var paidUpdates = 0.0
    /// Clients tell of data in steps of 4 KiB or more (Go's, the smallest seen), on the stream and on the connection.
    private static let bytesPerUpdate = 512.0

    mutating func windowUpdate(at now: NIODeadline) throws(HTTP2Fault) {
        if paidUpdates >= 1 {
            paidUpdates -= 1
            return
        }
        guard windowUpdates.take(at: now) else { throw HTTP2Fault(.enhanceYourCalm, "too many window updates") }
    }

    /// A frame of data has been sent. One that a window cut short pays by its bytes alone, or a client that opens it byte by
    /// byte would pay for its flood with what the flood makes us send.
    mutating func sent(_ bytes: Int, isCut: Bool) {
        paidUpdates += Double(bytes) / Self.bytesPerUpdate + (isCut ? 0 : 2)
    }

    mutating func streamGivenUp(at now: NIODeadline) throws(HTTP2Fault) {
        guard resets.take(at: now) else { throw HTTP2Fault(.enhanceYourCalm, "too many streams are given up") }
    }

    mutating func idleFrame(at now: NIODeadline) throws(HTTP2Fault) {
        guard idleFrames.take(at: now) else { throw HTTP2Fault(.enhanceYourCalm, "too many frames without content") }
    }
}
