import Stacks

/// A report as it appears on standard error.
struct ReportView {
    var style: TextStyle

    func text(_ report: Report) -> String {
        guard style.hasColour else { return report.description + "\n" }
        var plain = report
        plain.details = []
        let rows = report.description.dropFirst(plain.description.count)
        return style.bold(style.paint(plain.description, .red)) + rows + "\n"
    }
}
