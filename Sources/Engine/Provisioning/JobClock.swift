import Resources
import Synchronization

/// When each job started; puts the times into events.
struct JobClock {
    private let list: JobList
    private let start: Duration
    private var started: [Job.ID: Duration] = [:]

    init(list: JobList, start: Duration) {
        self.list = list
        self.start = start
    }

    mutating func event(_ id: Job.ID, _ happening: ApplyEvent.Happening, _ now: Duration) -> ApplyEvent {
        if happening == .started { started[id] = now }
        return event(id, happening, now, since: started[id])
    }

    private func event(
        _ id: Job.ID, _ happening: ApplyEvent.Happening, _ now: Duration, since begin: Duration?
    ) -> ApplyEvent {
        let job = list[id]
        return ApplyEvent(
            job: id, address: job.address, kind: job.kind, action: job.action, happening: happening, at: now - start,
            elapsed: begin.map { now - $0 })
    }

    /// For the events that come while a call is under way.
    func waitingFeed(_ id: Job.ID, _ feed: EventFeed, _ time: Timekeeper) -> WaitingFeed {
        let begin = started[id]
        return WaitingFeed { text in feed.send(event(id, .waiting(text), time.elapsed(), since: begin)) }
    }
}

/// What one call waits for, told once for each change of words.
final class WaitingFeed: Sendable {
    private let words = Mutex<String?>(nil)
    private let tell: @Sendable (String) -> Void

    init(_ tell: @escaping @Sendable (String) -> Void) { self.tell = tell }

    var last: String? { words.withLock { $0 } }

    @Sendable func send(_ text: String) {
        let isNew = words.withLock { words in
            defer { words = text }
            return words != text
        }
        if isNew { tell(text) }
    }
}
