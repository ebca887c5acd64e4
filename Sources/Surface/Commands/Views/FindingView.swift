import Provisioning
import Resources
import Stacks

/// One finding of `doctor`: `ok    quota of VPCs  1 of 5 in use, 1 more needed`.
struct FindingView {
    var style: TextStyle

    func text(_ finding: Finding) -> String {
        let mark =
            switch finding.state {
            case .good: style.paint("ok  ", .green)
            case .warning: style.paint("warn", .yellow)
            case .bad: style.paint("bad ", .red)
            }
        let next = finding.next.map { "      next: \($0)\n" } ?? ""
        return "\(mark)  \(finding.subject): \(finding.text.printable)\n\(next)"
    }
}

/// What the manifest itself lacks, as findings.
enum StackObstacles {
    static func findings(_ stack: Stack) -> [Finding] {
        StackResources.obstacles(to: stack).map { report in
            Finding("manifest", .bad, report.what, next: report.details.first { $0.label == "next" }?.text)
        }
    }
}
