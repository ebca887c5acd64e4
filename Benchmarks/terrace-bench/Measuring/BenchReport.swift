/// What was measured, as Markdown.
final class BenchReport {
    private(set) var text = ""

    func line(_ line: String) { text += line + "\n" }

    func title(_ title: String) { line("\n### \(title)\n") }

    func table(_ header: [String], _ rows: [[String]]) {
        for row in [header, header.map { _ in "---" }] + rows { line("| " + row.joined(separator: " | ") + " |") }
    }

    /// How a case was measured: the commands, and what must be known to read the figures.
    func method(_ text: String) { line("\n" + text) }
}
