import Stacks

/// Draws a picture, from the back to the front.
struct Drawing {
    let picture: Picture
    let layout: DiagramLayout
    var canvas = SVGCanvas()
    /// Where the lowest bar that a request reached ends, for the next arrow.
    private var tail: Double?

    init(_ picture: Picture) {
        self.picture = picture
        layout = DiagramLayout(picture)
    }

    mutating func draw() {
        head()
        drawNetwork()
        ways()
        if let edge = picture.edge { draw(edge) }
        bars()
        sidePanel()
        groupCards()
    }

    // MARK: Head

    private mutating func head() {
        let x = DiagramLayout.margin
        canvas.text(picture.title, x, 56, size: 26, colour: Palette.ink, weight: 700)
        canvas.text(picture.place, x, 80, size: 14, colour: Palette.quiet)
        guard let prices = picture.prices else { return }
        let right = layout.width - x
        canvas.text(
            "\(prices.total) a month", right, 54, size: 18, colour: Palette.ink, weight: 700, anchor: .end)
        canvas.text(prices.words, right, 76, size: 12, colour: Palette.quiet, anchor: .end)
    }

    // MARK: Network, zones, subnets

    private mutating func drawNetwork() {
        let box = layout.network
        canvas.box(box, Palette.network, radius: 14, width: 1.5)
        canvas.text("VPC", box.x + 18, box.y + 28, size: 13, colour: Palette.network.text, weight: 700)
        canvas.text(picture.cidr, box.x + 52, box.y + 28, size: 13, colour: Palette.quiet)
        for zone in 0..<picture.zones {
            let cell = layout.cell(.edge, zone)
            let column = SVGCanvas.Box(
                x: cell.x - 8, y: box.y + 12, width: cell.width + 16, height: box.height - 24)
            canvas.box(
                column, SVGCanvas.Ink(line: "#b6c2cf", fill: "none", text: Palette.quiet), radius: 12, width: 1,
                dashed: true)
            canvas.text(
                "Zone \(Zone(index: zone))", column.right - 14, column.y + 20, size: 12, colour: Palette.quiet,
                weight: 600, anchor: .end)
        }
        for tier in Tier.allCases { row(tier) }
    }

    private mutating func row(_ tier: Tier) {
        guard let row = layout.rows[tier] else { return }
        let ink = Palette.tier(tier)
        let name = tier.subnets.prefix(1).uppercased() + tier.subnets.dropFirst()
        canvas.text(String(name), row.x + 18, row.y + 24, size: 15, colour: ink.text, weight: 700)
        for (index, line) in words(tier).enumerated() {
            canvas.text(line, row.x + 18, row.y + 44 + 16 * Double(index), size: 11.5, colour: Palette.quiet)
        }
        for cell in picture.cells where cell.tier == tier {
            let box = layout.cell(tier, cell.zone)
            canvas.box(box, SVGCanvas.Ink(line: ink.line, fill: ink.fill, text: ink.text), radius: 10, width: 1)
            canvas.text(cell.cidr, box.x + 12, box.y + 20, size: 11.5, colour: ink.text, weight: 600)
        }
    }

    private func words(_ tier: Tier) -> [String] {
        switch tier {
        case .edge: ["subnets with a way", "to the internet"]
        case .application:
            picture.gateways.isEmpty
                ? ["subnets without a", "way to the internet"] : ["subnets that reach", "out through NAT only"]
        case .data: ["subnets without a", "way to or from the", "internet"]
        }
    }

    // MARK: Requests

    private mutating func draw(_ edge: Picture.EdgeBox) {
        let box = layout.edgeBox
        canvas.person(layout.spine, 112)
        canvas.text("Users", layout.spine + 24, 118, size: 13, colour: Palette.ink, weight: 600)
        canvas.arrow([(layout.spine, 128), (layout.spine, box.y - 2)], colour: Palette.flow)
        canvas.box(box, Palette.edge, radius: 12, width: 1.5)
        canvas.cloud(box.x + 20, box.y + 24, colour: Palette.edge.line)
        canvas.text("CloudFront", box.x + 62, box.y + 34, size: 15, colour: Palette.edge.text, weight: 700)
        let texts = layout.edgeTexts
        let lines = texts.host.map { ($0, 12.5, Palette.ink) } + texts.facts.map { ($0, 11.5, Palette.quiet) }
        for (index, line) in lines.enumerated() {
            canvas.text(line.0, box.x + 62, box.y + 53 + 17 * Double(index), size: line.1, colour: line.2)
        }
        if !texts.rules.isEmpty { firewall(texts.rules, box) }
        tail = box.bottom
    }

    private mutating func firewall(_ lines: [String], _ box: SVGCanvas.Box) {
        let x = box.middle + 8
        let plate = SVGCanvas.Box(
            x: x, y: box.y + 12, width: box.right - x - 14, height: max(60, 30 + 15 * Double(lines.count)))
        canvas.box(plate, SVGCanvas.Ink(line: Palette.edge.line, fill: "#ffffff", text: ""), radius: 8, width: 1)
        canvas.shield(plate.x + 14, plate.y + 14, colour: Palette.edge.line)
        canvas.text("AWS WAF", plate.x + 48, plate.y + 19, size: 13, colour: Palette.edge.text, weight: 700)
        for (index, line) in lines.enumerated() {
            canvas.text(line, plate.x + 48, plate.y + 35 + 15 * Double(index), size: 11, colour: Palette.quiet)
        }
    }

    /// The load balancer, the services and the database, each across the zones, with the arrows between them.
    private mutating func bars() {
        if let balancer = picture.balancer { draw(balancer, layout.balancerTop) }
        drawServices()
        if let cluster = picture.cluster { draw(cluster) }
        interfaceEndpoints(layout.servicesTop + layout.servicesHeight + 10)
    }

    private mutating func draw(_ balancer: Picture.Balancer, _ y: Double) {
        let box = layout.span(y, DiagramLayout.barHeight)
        if let tail {
            canvas.arrow([(layout.spine, tail), (layout.spine, box.y - 2)], colour: Palette.flow)
            canvas.label(balancer.way, layout.spine, layout.network.y, colour: Palette.flow)
        }
        canvas.box(box, SVGCanvas.Ink(line: Palette.edge.line, fill: "#ffffff", text: ""), radius: 8, width: 1.5)
        canvas.fork(box.x + 16, box.y + 15, colour: Palette.edge.line)
        canvas.text("Load balancer", box.x + 54, box.y + 23, size: 14, colour: Palette.edge.text, weight: 700)
        canvas.text(balancer.words, box.x + 54, box.y + 41, size: 12, colour: Palette.quiet)
        tail = box.bottom
    }

    /// One frame for all services: what a task may do does not depend on its service.
    private mutating func drawServices() {
        guard !picture.services.isEmpty else { return }
        let box = layout.span(layout.servicesTop, layout.servicesHeight)
        let ports = Set(picture.services.compactMap(\.port)).sorted()
        if !ports.isEmpty, let tail {
            canvas.arrow([(layout.spine, tail), (layout.spine, box.y - 2)], colour: Palette.flow)
            canvas.label(words(ports), layout.spine, layout.portsMiddle, colour: Palette.flow)
        }
        canvas.box(box, SVGCanvas.Ink(line: Palette.application.line, fill: "#ffffff", text: ""), radius: 8, width: 1.5)
        for (index, service) in picture.services.enumerated() {
            let y = box.y + Double(index) * layout.serviceHeight
            if index > 0 {
                canvas.path("M\(box.x) \(y) h\(box.width)", stroke: Palette.application.line, width: 0.75)
            }
            draw(service, SVGCanvas.Box(x: box.x, y: y, width: box.width, height: layout.serviceHeight))
        }
        tail = box.bottom
    }

    private mutating func draw(_ service: Picture.ServiceBar, _ box: SVGCanvas.Box) {
        canvas.hexagon(box.x + 16, box.y + 11, colour: Palette.application.line)
        canvas.text(service.name, box.x + 54, box.y + 28, size: 14, colour: Palette.application.text, weight: 700)
        let beside = DiagramLayout.nameWidth(of: service) + 10
        canvas.text(
            service.words, box.x + 54 + (layout.describesBelow ? 0 : beside),
            box.y + 28 + (layout.describesBelow ? 18 : 0), size: 12, colour: Palette.quiet, fitting: box.width - 66)
        for zone in 0..<picture.zones {
            let cell = layout.cell(.application, zone)
            let tasks = (service.min + picture.zones - 1 - zone) / picture.zones
            chips(tasks, in: max(cell.x, box.x) + 12, width: cell.width - 40, y: box.bottom - 33)
        }
    }

    /// A few one by one; more would run over the whole drawing.
    private func words(_ ports: [Int]) -> String {
        guard ports.count > 5, let least = ports.first, let most = ports.last else {
            return ports.map { "\($0)" }.joined(separator: ", ")
        }
        return "\(ports.count) ports, \(least) to \(most)"
    }

    private mutating func chips(_ count: Int, in x: Double, width: Double, y: Double) {
        let ink = SVGCanvas.Ink(line: Palette.application.line, fill: Palette.application.fill, text: "")
        let most = Swift.max(1, Int(width / 58))
        for index in 0..<Swift.min(count, most) {
            let box = SVGCanvas.Box(x: x + 58 * Double(index), y: y, width: 50, height: 24)
            canvas.box(box, ink, radius: 6, width: 1)
            let text = index == most - 1 && count > most ? "+\(count - most + 1)" : "task"
            canvas.text(text, box.middle, box.y + 16, size: 11, colour: Palette.application.text, anchor: .middle)
        }
    }

    private mutating func draw(_ cluster: Picture.Cluster) {
        guard let row = layout.rows[.data] else { return }
        let box = layout.span(row.y + 30, DiagramLayout.height(of: cluster))
        if let tail, !picture.services.isEmpty {
            canvas.arrow([(layout.spine, tail), (layout.spine, box.y - 2)], colour: Palette.flow)
            canvas.label("\(cluster.port)", layout.spine, (tail + box.y) / 2 - 2, colour: Palette.flow)
        }
        canvas.box(box, SVGCanvas.Ink(line: Palette.data.line, fill: "#ffffff", text: ""), radius: 8, width: 1.5)
        canvas.text(
            "Aurora PostgreSQL \(cluster.version)", box.x + 16, box.y + 25, size: 14, colour: Palette.data.text,
            weight: 700)
        canvas.text(
            cluster.facts.joined(separator: ", "), box.x + 16, box.y + 43, size: 12, colour: Palette.quiet,
            fitting: box.width - 32)
        for zone in 0..<picture.zones {
            let servers = cluster.servers.filter { $0.zone == zone }
            for (index, server) in servers.enumerated() { draw(server, index, layout.cell(.data, zone), box) }
        }
    }

    /// Those of a zone stand one below the other: side by side a name would have no room.
    private mutating func draw(
        _ server: Picture.Server, _ index: Int, _ cell: SVGCanvas.Box, _ bar: SVGCanvas.Box
    ) {
        let left = max(cell.x, bar.x) + 12
        let width = min(min(cell.right, bar.right) - left - 12, 220)
        let top = bar.y + 58 + Double(index) * DiagramLayout.serverHeight
        let box = SVGCanvas.Box(x: left, y: top, width: width, height: DiagramLayout.serverHeight - 8)
        canvas.box(
            box, SVGCanvas.Ink(line: Palette.data.line, fill: Palette.data.fill, text: ""), radius: 8, width: 1)
        canvas.cylinder(box.x + 12, box.y + 14, colour: Palette.data.line)
        canvas.text(
            server.words, box.x + 46, box.y + 25, size: 13, colour: Palette.data.text, weight: 600,
            fitting: width - 52)
        canvas.text(
            server.instanceClass, box.x + 46, box.y + 43, size: 11.5, colour: Palette.quiet, fitting: width - 52)
    }
}
