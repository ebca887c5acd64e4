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
            table.add([job.name, job.schedule + zone, job.service, next(job), run.age(job.last), run.result(job.last)])
        }
        return table.lines(width: width, style: style)
    }

    /// Without what the manifest says.
    func shortLines(_ jobs: [JobStatus], width: Int) -> [String] {
        guard !jobs.isEmpty else { return [] }
        var table = TextTable([.left("JOB"), .left("NEXT"), .left("LAST"), .left("RESULT")])
        for job in jobs { table.add([job.name, next(job), run.age(job.last), run.result(job.last)]) }
        return table.lines(width: width, style: style)
    }

    private func next(_ job: JobStatus) -> String {
        job.next.map { "in \(Figures.age(seconds: max(0, $0.timeIntervalSince(now))))" } ?? "never"
    }

    private var run: JobRunWords { JobRunWords(style: style, now: now) }
}
