import Synchronization

/// The notices on their way to one receiver, one after the other. Handing one over never waits; a receiver that is slow or gone
/// costs only its own notices.
package final class NoticeQueue: Sendable {
    /// Beyond it the oldest are given up: a receiver that was gone for long is told how things are, not how they were.
    package static let limit = 32

    private let sender: any NoticeSender
    private let retry: NoticeRetry
    private let feed: AsyncStream<AlarmNotice>.Continuation
    private let work = Mutex<Task<Void, Never>?>(nil)
    private let trouble = Mutex<String?>(nil)
    /// Told what could not be delivered, once for each notice.
    private let report: @Sendable (String) -> Void

    package init(
        _ sender: any NoticeSender, retry: NoticeRetry = NoticeRetry(), report: @escaping @Sendable (String) -> Void
    ) {
        self.sender = sender
        self.retry = retry
        self.report = report
        let (notices, feed) = AsyncStream.makeStream(
            of: AlarmNotice.self, bufferingPolicy: .bufferingNewest(Self.limit))
        self.feed = feed
        let task = Task { [weak self] in
            for await notice in notices { await self?.deliver(notice) }
        }
        work.withLock { $0 = task }
    }

    deinit { end() }

    package var name: String { sender.name }
    /// Why the last notice was not delivered; nil when it was.
    package var problem: String? { trouble.withLock { $0 } }

    package func add(_ notice: AlarmNotice) {
        if case .dropped(let lost) = feed.yield(notice) {
            report("gave up `\(lost.title)`: \(Self.limit) others wait")
        }
    }

    /// What is still on its way is given up.
    package func end() {
        feed.finish()
        work.withLock { $0 }?.cancel()
    }

    private func deliver(_ notice: AlarmNotice) async {
        var attempt = 1
        while !Task.isCancelled {
            do {
                try await sender.send(notice)
                return trouble.withLock { $0 = nil }
            } catch {
                trouble.withLock { $0 = error.reason }
                guard let wait = retry.wait(after: attempt, error) else {
                    let count = attempt == 1 ? "" : " after \(attempt) tries"
                    return report("was not told `\(notice.title)`\(count): \(error.reason)")
                }
                attempt += 1
                do { try await Task.sleep(for: wait) } catch { return }
            }
        }
    }
}
