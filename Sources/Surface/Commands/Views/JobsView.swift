import Foundation
import LocalTarget

/// A row for each job: when, whose, and how it ended last.
struct JobsView {
    var style: TextStyle
    var now: Date

    func lines(_ jobs: [JobStatus], width: Int) -> [String] {
        var table = TextTable([
            .left("JOB"), .left("SCHEDULE"), .left("SERVICE"), .left("NEXT"), .left("LAST"), .left("RESULT"),
        ])
        for job in jobs {
            let zone = job.timezone == "UTC" ? "" : " \(job.timezone)"
            table.add([job.name, job.schedule + zone, job.service, next(job), last(job), result(job)])
        }
        return table.lines(width: width, style: style)
    }

    /// Without what the manifest says.
    func shortLines(_ jobs: [JobStatus], width: Int) -> [String] {
        guard !jobs.isEmpty else { return [] }
        var table = TextTable([.left("JOB"), .left("NEXT"), .left("LAST"), .left("RESULT")])
        for job in jobs { table.add([job.name, next(job), last(job), result(job)]) }
        return table.lines(width: width, style: style)
    }

    private func next(_ job: JobStatus) -> String {
        job.next.map { "in \(Figures.age(seconds: max(0, $0.timeIntervalSince(now))))" } ?? "never"
    }

    private func last(_ job: JobStatus) -> String {
        job.last.map { "\(Figures.age(seconds: now.timeIntervalSince($0.startedAt))) ago" } ?? "-"
    }

    private func result(_ job: JobStatus) -> String {
        guard let run = job.last else { return "never ran" }
        let byHand = run.cause == .hand ? ", by hand" : ""
        switch run.result {
        case nil: return style.paint("runs", .yellow) + byHand
        case .succeeded: return style.paint("exit code 0", .green) + byHand
        case .failed:
            let end = run.signal.map { "signal \($0)" } ?? "exit code \(run.exitCode ?? 1)"
            return style.paint(end, .red) + (run.reason.map { ": \($0.printable)" } ?? "") + byHand
        case .timedOut: return style.paint("timed out", .red) + byHand
        case .interrupted: return style.paint("interrupted", .red) + byHand
        case .notStarted: return style.paint("not started: \((run.reason ?? "").printable)", .red) + byHand
        }
    }
}
