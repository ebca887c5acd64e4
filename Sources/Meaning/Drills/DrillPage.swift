/// The report of several drills as one HTML file that needs nothing beside it.
package struct DrillPage {
    /// A drill that could not be held here, and why.
    package struct Refusal: Sendable, Equatable {
        package var drill: DrillName
        package var reason: String

        package init(drill: DrillName, reason: String) {
            self.drill = drill
            self.reason = reason
        }
    }

    package var results: [DrillResult]
    package var previous: [DrillName: DrillResult]
    package var refusals: [Refusal]
    package var product: String

    package init(
        results: [DrillResult], previous: [DrillName: DrillResult], refusals: [Refusal], product: String
    ) {
        self.results = results
        self.previous = previous
        self.refusals = refusals
        self.product = product
    }

    package var html: String {
        let stack = results.first?.stack ?? ""
        let heading = "Drills of \(stack)"
        let parts = ["<h1>\(DrillPage.escaped(heading))</h1>", about, overview] + results.map(section)
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>\(DrillPage.escaped(heading))</title>
            <style>
            \(DrillPage.style)
            </style>
            </head>
            <body>
            \(parts.joined(separator: "\n"))
            </body>
            </html>

            """
    }

    private var about: String {
        let first = results.first
        let held = results.count(where: \.holds)
        let were = refusals.count == 1 ? "drill was" : "drills were"
        let skipped = refusals.isEmpty ? "" : ", \(refusals.count) \(were) skipped"
        let text =
            "\(held) of \(results.count) hypotheses held\(skipped). Target \(first?.target ?? ""), from \(first?.startedAt ?? ""). \(product)."
        return
            "<p>\(DrillPage.escaped(text)) While something is broken, a steady load is sent through the edge; latencies count from the moment a request was meant to be sent.</p>"
    }

    private var overview: String {
        let rows = results.map { result in
            let seen = result.observation
            let cells = [
                "<a href=\"#\(result.drill.rawValue)\">\(result.drill.rawValue)</a>", DrillPage.badge(result.holds),
                "\(seen.reads.sent + (seen.writes?.sent ?? 0))", "\(seen.reads.failed + (seen.writes?.failed ?? 0))",
                Seconds.text(seen.reads.longestGap),
                seen.commits.map { Seconds.text($0.figures.longestGap) } ?? "–",
                seen.commits.map { "\($0.lost) of \($0.acknowledged)" } ?? "–",
                seen.recovery.map(Seconds.text) ?? "–",
            ]
            return "<tr>" + cells.map { "<td>\($0)</td>" }.joined() + "</tr>"
        }
        let refused = refusals.map {
            "<tr><td>\($0.drill.rawValue)</td><td>skipped</td><td colspan=\"6\">\(DrillPage.escaped($0.reason))</td></tr>"
        }
        let titles = [
            "drill", "verdict", "requests", "failed", "pause of reads", "pause of commits", "lost", "whole after",
        ]
        let head = "<tr>" + titles.map { "<th>\($0)</th>" }.joined() + "</tr>"
        return "<table class=\"overview\">\n" + ([head] + rows + refused).joined(separator: "\n") + "\n</table>"
    }

    private func section(_ result: DrillResult) -> String {
        let seen = result.observation
        var parts = [
            "<section id=\"\(result.drill.rawValue)\">",
            "<h2>\(result.drill.rawValue) \(DrillPage.badge(result.holds))</h2>",
            "<p>It \(DrillPage.escaped(result.drill.summary)).</p>",
            "<p class=\"hypothesis\">\(DrillPage.escaped(result.hypothesis))</p>",
        ]
        parts.append(findings(result))
        parts.append(chart("reads per second through the edge, and the slowest answer", seen.reads, result))
        if let writes = seen.writes { parts.append(chart("writes per second through the edge", writes, result)) }
        if let commits = seen.commits {
            parts.append(chart("commits per second through the writer's endpoint", commits.figures, result))
        }
        let steps = result.steps.map { "<li>\(DrillPage.escaped("\(Seconds.signed($0.at))  \($0.text)"))</li>" }
        parts.append("<ol class=\"steps\">\(steps.joined())</ol>")
        if let before = previous[result.drill] {
            parts.append("<p>\(DrillPage.escaped(DrillText.comparison(before, result)))</p>")
        }
        return (parts + ["</section>"]).joined(separator: "\n")
    }

    private func findings(_ result: DrillResult) -> String {
        let rows = result.findings.map {
            "<tr><td>\(DrillPage.badge($0.holds))</td><td>\(DrillPage.escaped($0.expected))</td><td>\(DrillPage.escaped($0.measured))</td></tr>"
        }
        return "<table>" + rows.joined() + "</table>"
    }

    private func chart(_ title: String, _ figures: LoadFigures, _ result: DrillResult) -> String {
        "<figure>" + LoadChart(title: title, seconds: figures.seconds, faultAt: result.faultAt).svg + "</figure>"
    }

    private static func badge(_ holds: Bool) -> String {
        "<span class=\"badge \(holds ? "yes" : "no")\">\(holds ? "holds" : "broken")</span>"
    }

    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }

    private static let style = """
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 760px; margin: 32px auto; padding: 0 16px; color: #1c2430; }
        h1 { font-size: 26px; } h2 { font-size: 20px; margin-top: 40px; border-top: 1px solid #d9dee5; padding-top: 24px; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; }
        th, td { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid #e6eaef; vertical-align: top; }
        th { color: #5b6675; font-weight: 600; }
        .overview td { white-space: nowrap; } .overview td[colspan] { white-space: normal; }
        .overview th:nth-child(n+3), .overview td:nth-child(n+3):not([colspan]) { text-align: right; padding-left: 10px; }
        .hypothesis { font-style: italic; }
        .badge { border-radius: 9px; padding: 1px 9px; font-size: 13px; font-weight: 600; font-style: normal; }
        .yes { background: #dcf2e3; color: #14632f; } .no { background: #fbdcd9; color: #9a1c11; }
        figure { margin: 18px 0 0; } svg { max-width: 100%; height: auto; font: 11px system-ui, sans-serif; }
        .head { font-weight: 600; fill: #1c2430; font-size: 12px; } .mark { fill: #5b6675; }
        .grid { stroke: #e6eaef; } .good { fill: #8fb8de; } .failed { fill: #d6382a; }
        .slow { fill: none; stroke: #b0620a; stroke-width: 1.6; } .slow-text { fill: #b0620a; }
        .fault { stroke: #9a1c11; stroke-dasharray: 4 3; } .fault-text { fill: #9a1c11; stroke: #fff; stroke-width: 4px; paint-order: stroke; }
        .steps { font: 13px/1.6 ui-monospace, monospace; list-style: none; padding: 0; white-space: pre-wrap; }
        """
}

extension Seconds {
    /// `-3 s`, `+0.24 s`
    static func signed(_ seconds: Double) -> String { (seconds < 0 ? "-" : "+") + text(abs(seconds)) }
}
