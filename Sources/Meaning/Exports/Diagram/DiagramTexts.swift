/// What stands in CloudFront's box, in lines: nothing of it is cut, the box is as high as it needs.
struct EdgeTexts {
    /// What it is called from outside.
    let host: [String]
    let facts: [String]
    /// Of the firewall.
    let rules: [String]

    /// Below the box's edge, where the first line of each stands.
    private static let first = 53.0

    init(_ edge: Picture.EdgeBox?, width: Double) {
        let half = width / 2 - 86
        host = edge.map { SVGCanvas.folded($0.host, to: half, size: 12.5) } ?? []
        facts = edge.map { SVGCanvas.folded($0.facts.joined(separator: "; "), to: half, size: 11.5) } ?? []
        rules =
            edge.map { $0.rules.isEmpty ? [] : SVGCanvas.folded($0.rules.joined(separator: ", "), to: half, size: 11) }
            ?? []
    }

    var height: Double {
        let left = Self.first + 17 * Double(max(0, host.count + facts.count - 1)) + 14
        let right = 54 + 15 * Double(rules.count)
        return max(84, left, right)
    }
}

/// A heading beside the network with what stands below it, in rows.
struct SideSection {
    struct Row {
        var text: String
        /// Whether it goes on with the one above.
        var continues: Bool

        var height: Double { continues ? 15 : 18 }
    }

    let title: String
    let rows: [Row]

    /// Of the rows.
    var height: Double { rows.reduce(0) { $0 + $1.height } }

    init(_ section: Picture.Section, width: Double) {
        title = section.title
        rows = section.lines.flatMap { line in
            SVGCanvas.folded(line, to: width, size: 12).enumerated().map { Row(text: $1, continues: $0 > 0) }
        }
    }
}
