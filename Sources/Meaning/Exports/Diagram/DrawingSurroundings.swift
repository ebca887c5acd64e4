import Stacks

/// Ways out of the network, what stands beside it, and who may reach whom.
extension Drawing {
    /// Out through the NAT gateway of the zone and the internet gateway, dashed: nothing comes in there.
    mutating func ways() {
        let gateway = internetGateway
        canvas.box(
            gateway, SVGCanvas.Ink(line: Palette.network.line, fill: "#ffffff", text: ""), radius: 13, width: 1.25)
        canvas.text(
            "Internet gateway", gateway.middle, gateway.y + 17, size: 11.5, colour: Palette.network.text, weight: 600,
            anchor: .middle)
        guard let row = layout.rows[.edge] else { return }
        for zone in picture.gateways {
            let cell = layout.cell(.edge, zone)
            let chip = SVGCanvas.Box(x: cell.right - 132, y: row.bottom - 50, width: 118, height: 34)
            let lane = chip.middle
            canvas.arrow(
                [(lane, layout.servicesTop), (lane, chip.bottom + 2)], colour: Palette.out, dashed: true)
            let rail = layout.network.y + 40
            canvas.arrow(
                [(lane, chip.y), (lane, rail), (gateway.middle, rail), (gateway.middle, gateway.bottom + 2)],
                colour: Palette.out, dashed: true)
            canvas.box(
                chip, SVGCanvas.Ink(line: Palette.network.line, fill: "#ffffff", text: ""), radius: 8, width: 1)
            canvas.text(
                "NAT gateway", chip.middle, chip.y + 21, size: 12, colour: Palette.network.text, weight: 600,
                anchor: .middle)
        }
        if picture.endpoints.contains("s3") { gatewayEndpoint() }
    }

    private var internetGateway: SVGCanvas.Box {
        SVGCanvas.Box(x: layout.network.right - 152, y: layout.network.y - 13, width: 128, height: 26)
    }

    /// On the network's border: it is a route, and has no address inside.
    private mutating func gatewayEndpoint() {
        let frame = layout.span(layout.servicesTop, layout.servicesHeight)
        let box = SVGCanvas.Box(x: layout.network.right - 14, y: frame.y + 25, width: 28, height: 28)
        canvas.arrow([(frame.right, box.centre), (box.x - 2, box.centre)], colour: Palette.out, dashed: true)
        canvas.box(box, SVGCanvas.Ink(line: Palette.network.line, fill: "#ffffff", text: ""), radius: 14, width: 1.25)
        canvas.text("S3", box.middle, box.y + 18, size: 11, colour: Palette.network.text, weight: 700, anchor: .middle)
    }

    mutating func interfaceEndpoints(_ y: Double) {
        let names = picture.interfaceEndpoints
        guard !names.isEmpty else { return }
        let box = layout.span(y, 24)
        canvas.box(box, SVGCanvas.Ink(line: Palette.network.line, fill: "#ffffff", text: ""), radius: 8, width: 1)
        canvas.text(
            "Interface endpoints: \(names.joined(separator: ", "))", box.x + 16, box.y + 16, size: 12,
            colour: Palette.network.text, fitting: box.width - 32)
    }

    // MARK: Beside the network

    mutating func sidePanel() {
        let box = layout.side
        canvas.box(box, SVGCanvas.Ink(line: Palette.plain.line, fill: "#ffffff", text: ""), radius: 12, width: 1.25)
        canvas.text("Beside the network", box.x + 18, box.y + 28, size: 13, colour: Palette.ink, weight: 700)
        var y = box.y + 58
        for section in layout.sections {
            canvas.text(section.title, box.x + 18, y, size: 12, colour: Palette.network.text, weight: 700)
            for row in section.rows {
                y += row.height
                canvas.text(row.text, box.x + 18, y, size: 12, colour: Palette.ink)
            }
            y += 34
        }
    }

    // MARK: Who may reach whom

    mutating func groupCards() {
        let x = DiagramLayout.margin
        canvas.text("Who may reach whom", x, layout.groupsTop + 12, size: 13, colour: Palette.ink, weight: 700)
        canvas.text(
            "by security groups; everything else is refused", x + 176, layout.groupsTop + 12, size: 12,
            colour: Palette.quiet)
        legend()
        let count = Double(max(picture.groups.count, 1))
        let width = (layout.width - 2 * x - 16 * (count - 1)) / count
        let lines = picture.groups.map { $0.ingress.count + $0.egress.count }.max() ?? 0
        for (index, group) in picture.groups.enumerated() {
            let box = SVGCanvas.Box(
                x: x + Double(index) * (width + 16), y: layout.groupsTop + 26, width: width,
                height: 40 + 19 * Double(lines))
            let ink = ink(of: group.name)
            canvas.box(box, SVGCanvas.Ink(line: ink.line, fill: "#ffffff", text: ""), radius: 10, width: 1.25)
            canvas.text(group.name, box.x + 16, box.y + 24, size: 13, colour: ink.text, weight: 700)
            let rows = group.ingress.map { ("in", $0) } + group.egress.map { ("out", $0) }
            for (row, line) in rows.enumerated() {
                let y = box.y + 45 + 19 * Double(row)
                canvas.text(line.0, box.x + 16, y, size: 11.5, colour: Palette.quiet)
                canvas.text(line.1, box.x + 44, y, size: 12, colour: Palette.ink, fitting: width - 56)
            }
        }
    }

    private mutating func legend() {
        let (y, right) = (layout.groupsTop + 8, layout.width - DiagramLayout.margin)
        canvas.text("requests, with the port", right - 300, y + 4, size: 12, colour: Palette.quiet)
        canvas.arrow([(right - 342, y), (right - 308, y)], colour: Palette.flow)
        canvas.text("only outwards", right - 92, y + 4, size: 12, colour: Palette.quiet)
        canvas.arrow([(right - 134, y), (right - 100, y)], colour: Palette.out, dashed: true)
    }

    private func ink(of group: String) -> SVGCanvas.Ink {
        switch group {
        case "load-balancer": Palette.edge
        case "tasks": Palette.application
        case "database": Palette.data
        default: Palette.network
        }
    }
}
