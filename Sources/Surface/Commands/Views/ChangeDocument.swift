import Foundation
import Plans
import Provisioning
import Resources
import Stacks

/// The lines of `up --json` and `destroy --json`: a JSON object each. Names and meanings stay from version to version.
enum ChangeDocument {
    struct Event: Encodable {
        /// `started`, `waiting`, `identified`, `ready`, `exists`, `failed`, `kept`, `blocked`, `left`
        var event: String
        var address: String
        var kind: String
        /// `create`, `update`, `settle`, `delete`
        var action: String
        /// Seconds since the apply began.
        var at: Double
        /// Seconds since this resource's work began.
        var elapsed: Double?
        /// What it waits for, why it is kept or what it needs.
        var text: String?
        var report: Report?

        init(_ event: ApplyEvent) {
            self.event = ChangeWords.name(event.happening)
            address = event.address.text
            kind = event.kind.rawValue
            action = event.action.rawValue
            at = event.at.inMilliseconds
            elapsed = event.elapsed?.inMilliseconds
            switch event.happening {
            case .waiting(let reason), .kept(let reason): text = reason
            case .blocked(let cause): text = cause.text
            case .failed(let report): self.report = report
            case .started, .identified, .ready, .exists, .left: break
            }
        }
    }

    struct Shown: Encodable {
        var event = "plan"
        var plan: ResourcePlanDocument
    }

    /// The last line.
    struct End: Encodable {
        var event = "end"
        /// `done`, `failed` or `stopped`
        var result: String
        /// Seconds.
        var duration: Double
        var done: Int
        var failed: [String: Report]
        var blocked: [String: String]
        var left: [String]
        var kept: [String: String]
        /// Settings that AWS accepted and did not keep.
        var unkept: [String: [String]]

        init(_ outcome: Outcome, wasStopped: Bool) {
            result = outcome.isComplete ? "done" : wasStopped && outcome.failures.isEmpty ? "stopped" : "failed"
            duration = outcome.duration.inMilliseconds
            done = outcome.done
            failed = Dictionary(outcome.failures.map { ($0.address.text, $0.report) }) { first, _ in first }
            blocked = Dictionary(outcome.blocked.map { ($0.address.text, $0.by.text) }) { first, _ in first }
            left = outcome.left.map(\.text)
            kept = Dictionary(outcome.kept.map { ($0.key.text, $0.value) }) { first, _ in first }
            unkept = Dictionary(outcome.unkept.map { ($0.key.text, $0.value) }) { first, _ in first }
        }
    }

    /// One line, keys sorted.
    static func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// For documents that people read too.
    static func pretty(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }
}

extension Duration {
    /// Seconds, to the millisecond.
    fileprivate var inMilliseconds: Double { (self / .milliseconds(1)).rounded() / 1000 }
}
