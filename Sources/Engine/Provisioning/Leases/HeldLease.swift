import Foundation
package import Stacks

/// A lease that this process has taken: renewed while it works, given back at the end.
///
/// The store has no compare-and-set, so a write over an old lease counts only when it got the very next version: of two who
/// take over at once one gets that, and the other has lost. Who finds a foreign version when it renews, although its own
/// lease had not run out, has met such a loser and writes again.
package actor HeldLease {
    private let store: any LeaseStore
    private let record: LeaseRecord
    private let time: Timekeeper
    private var renewed: Duration
    /// Why the last try to renew it failed; nil when it did not.
    private var trouble: String?

    private init(store: any LeaseStore, record: LeaseRecord, time: Timekeeper, since: Duration) {
        self.store = store
        self.record = record
        self.time = time
        renewed = since
    }

    /// Whom it was taken from, in words; nil when nobody had it.
    package struct Taken: Sendable {
        package var lease: HeldLease
        package var from: String?
    }

    /// Throws a report that names the holder when somebody else has it.
    package static func take(
        _ store: any LeaseStore, as record: LeaseRecord, stack: String, time: Timekeeper,
        isGone: @escaping @Sendable (Int32) -> Bool
    ) async throws -> Taken {
        let text = try encoded(record)
        // Somebody may come or go between a look and a write; three rounds of that are not chance any more.
        for _ in 0..<3 {
            let begun = time.elapsed()
            if try await store.create(text) { return taken(store, record, time, begun, from: nil) }
            let stored = try await store.read()
            let holder = stored.flatMap { decoded($0.text) }
            let decision = LeaseDecision.decide(
                stored, record: holder, stack: stack, machine: record.machine, breaks: record.breaks, isGone: isGone)
            switch decision {
            case .create: continue
            case .refuse(let report): throw report
            case .takeOver(let version, let reason):
                let written = try await store.overwrite(text)
                if written == version + 1 || written == 1 { return taken(store, record, time, begun, from: reason) }
            }
        }
        throw Report(
            "cannot take the lease of \(stack): others take it at the same moment", state: "nothing was changed",
            next: "run the same command again")
    }

    private static func taken(
        _ store: any LeaseStore, _ record: LeaseRecord, _ time: Timekeeper, _ begun: Duration, from reason: String?
    ) -> Taken {
        Taken(lease: HeldLease(store: store, record: record, time: time, since: begun), from: reason)
    }

    /// Renews until the task is cancelled; throws `Lost` when it ran out because the store could not be reached, or somebody
    /// broke it. `told` hears of a try that failed, and of the next one that did not.
    package func keep(told: @escaping @Sendable (String) -> Void) async throws {
        while true {
            try await time.sleep(record.lasts / 4)
            try await renew(told)
        }
    }

    private func renew(_ told: @Sendable (String) -> Void) async throws {
        let begun = time.elapsed()
        guard begun - renewed < record.lasts else {
            throw lost("it ran out before it could be renewed\(trouble.map { ": \($0)" } ?? "")")
        }
        do {
            let holder = try await store.read().flatMap { Self.decoded($0.text) }
            if let holder, holder.token != record.token, holder.breaks {
                throw lost("\(holder.description) took it")
            }
            _ = try await store.overwrite(try Self.encoded(record))
            renewed = begun
            if trouble != nil { told("the lease of this stack is renewed again") }
            trouble = nil
        } catch let lost as Lost {
            throw lost
        } catch {
            // A call that was on its way when nobody needed the lease any more.
            guard !Task.isCancelled else { throw CancellationError() }
            // One failed try is no loss: there are three before it runs out.
            let rest = record.lasts - (time.elapsed() - renewed)
            guard rest > .zero else { throw lost("it could not be renewed: \(error)") }
            trouble = "\(error)"
            told(
                "the lease of this stack could not be renewed: \(error); it runs out in \(rest.components.seconds) s, "
                    + "and is tried again before")
        }
    }

    /// Somebody else may change the stack from now on.
    package struct Lost: Error {
        package var report: Report
    }

    private func lost(_ why: String) -> Lost {
        Lost(
            report: Report(
                "the lease of this stack is lost: \(why)", state: "no more changes are started",
                next: "see who works on it, then run the same command again"))
    }

    /// Gives it back, unless somebody else has it by now. What fails is told: until it runs out, others are refused.
    package func release(told: @Sendable (String) -> Void) async {
        do {
            guard let stored = try await store.read(), Self.decoded(stored.text)?.token == record.token else { return }
            try await store.remove()
        } catch {
            told(
                "the lease of this stack could not be given back: \(error); it frees itself in \(record.lastsSeconds) s"
            )
        }
    }

    private static func encoded(_ record: LeaseRecord) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(record), as: UTF8.self)
    }

    private static func decoded(_ text: String) -> LeaseRecord? {
        try? JSONDecoder().decode(LeaseRecord.self, from: Data(text.utf8))
    }
}
