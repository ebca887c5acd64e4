import Foundation
import LocalTarget

/// What a row says of the last run of a job, wherever it ran.
struct JobRunWords {
    var style: TextStyle
    var now: Date

    /// When it began.
    func age(_ run: JobRun?) -> String {
        run.map { "\(Figures.age(seconds: now.timeIntervalSince($0.startedAt))) ago" } ?? "-"
    }

    func result(_ run: JobRun?) -> String {
        guard let run else { return "never ran" }
        let byHand = run.cause == .hand ? ", by hand" : ""
        switch run.result {
        case nil: return style.paint("runs", .yellow) + byHand
        case .succeeded: return style.paint("exit code 0", .green) + byHand
        case .failed:
            let end = run.signal.map { "signal \($0)" } ?? run.exitCode.map { "exit code \($0)" } ?? "failed"
            return style.paint(end, .red) + (run.reason.map { ": \($0.printable)" } ?? "") + byHand
        case .timedOut: return style.paint("timed out", .red) + byHand
        case .interrupted: return style.paint("interrupted", .red) + byHand
        case .notStarted: return style.paint("not started: \((run.reason ?? "").printable)", .red) + byHand
        }
    }
}
