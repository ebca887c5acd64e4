import Foundation

/// A row for each job of a stack in the cloud: when, whose, whether anything starts it, and how it ended last.
struct CloudJobsView {
    var style: TextStyle
    var now: Date

    func lines(_ jobs: [CloudJob], width: Int) -> [String] {
        var table = TextTable([
            .left("JOB"), .left("SCHEDULE"), .left("SERVICE"), .left("NEXT"), .left("STATE"), .left("LAST"),
            .left("RESULT"),
        ])
        for job in jobs {
            let zone = job.timezone == "UTC" ? "" : " \(job.timezone)"
            table.add([job.name, job.schedule + zone, job.service, next(job), state(job)] + last(job))
        }
        return table.lines(width: width, style: style)
    }

    /// Without what the manifest says.
    func shortLines(_ jobs: [CloudJob], width: Int) -> [String] {
        guard !jobs.isEmpty else { return [] }
        var table = TextTable([.left("JOB"), .left("NEXT"), .left("STATE"), .left("LAST"), .left("RESULT")])
        for job in jobs { table.add([job.name, next(job), state(job)] + last(job)) }
        return table.lines(width: width, style: style)
    }

    private func next(_ job: CloudJob) -> String {
        job.next.map { "in \(Figures.age(seconds: max(0, $0.timeIntervalSince(now))))" } ?? "-"
    }

    private func last(_ job: CloudJob) -> [String] {
        let words = JobRunWords(style: style, now: now)
        return [words.age(job.last), words.result(job.last)]
    }

    private func state(_ job: CloudJob) -> String {
        style.paint(job.state.rawValue, job.state == .scheduled ? .green : .yellow)
    }
}
