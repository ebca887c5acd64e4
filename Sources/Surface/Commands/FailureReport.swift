import LocalTarget
import Stacks

/// Any error as a report, for a peer that can only be told of reports.
enum FailureReport {
    static func of(_ error: any Error) -> Report {
        switch error {
        case let report as Report: report
        case let mistakes as ManifestMistakes:
            Report("the manifest has mistakes", manifest: mistakes.result.diagnostics.render())
        default: Report("\(error)")
        }
    }
}
