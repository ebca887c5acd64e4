import Resources
package import Stacks

/// A drawing of a stack for a design document: tiers in rows, zones in columns, what spans zones across them, and who talks to
/// whom. Drawn from the resources; no icons but its own.
package struct DiagramExport: Sendable {
    let picture: Picture

    /// Prices are shown where they are given.
    package init(_ stack: Stack, prices: DiagramPrices? = nil) {
        var picture = Picture(stack, StackResources.graph(of: stack))
        picture.prices = prices
        self.picture = picture
    }

    /// An SVG that stands alone; ends with a newline.
    package var svg: String {
        var drawing = Drawing(picture)
        drawing.draw()
        return drawing.canvas.document(
            width: drawing.layout.width, height: drawing.layout.height,
            title: "\(picture.title) in \(picture.region)", description: picture.words, heads: Palette.heads)
    }
}

extension Picture {
    /// For those who hear the drawing.
    fileprivate var words: String {
        var parts: [String] = []
        if let edge { parts.append("CloudFront \(edge.hasOwnName ? "at " : "")\(edge.host) takes requests from users") }
        if balancer != nil { parts.append("an application load balancer in \(zones) zones hands them to tasks") }
        parts += services.map { "service \($0.name) has \($0.tasks)" }
        if let cluster { parts.append("Aurora PostgreSQL has \(cluster.servers.count) servers") }
        return parts.joined(separator: "; ") + "."
    }
}

/// Colours of the drawing: a hue for each tier, grey for the network.
enum Palette {
    static let edge = SVGCanvas.Ink(line: "#7c5cd6", fill: "#f3effd", text: "#4c2fa3")
    static let application = SVGCanvas.Ink(line: "#d97a2b", fill: "#fdf3ea", text: "#8a4a10")
    static let data = SVGCanvas.Ink(line: "#2f77c4", fill: "#ecf4fc", text: "#174a80")
    static let network = SVGCanvas.Ink(line: "#8ea0b4", fill: "#f8fafc", text: "#475569")
    static let plain = SVGCanvas.Ink(line: "#d5dce4", fill: "#ffffff", text: "#334155")
    static let ink = "#1f2937"
    static let quiet = "#64748b"
    static let flow = "#334155"
    static let out = "#94a3b8"

    /// What arrows are drawn in.
    static let heads = [flow, out]

    static func tier(_ tier: Tier) -> SVGCanvas.Ink {
        switch tier {
        case .edge: edge
        case .application: application
        case .data: data
        }
    }
}
