import Stacks

/// Where everything stands. Heights follow from what there is to say, widths from the number of zones.
struct DiagramLayout {
    static let margin = 36.0
    static let gutter = 158.0
    static let gap = 44.0
    static let rowGap = 26.0
    /// Of the texts beside the network: as wide as the longest is, within these bounds.
    static let sideBounds = 202.0...310.0
    static let barHeight = 54.0
    /// Between the load balancer and what it leads to.
    static let balancerGap = 44.0
    static let serverHeight = 66.0

    let picture: Picture
    let columnWidth: Double
    let edgeBox: SVGCanvas.Box
    let edgeTexts: EdgeTexts
    let network: SVGCanvas.Box
    let side: SVGCanvas.Box
    let sections: [SideSection]
    /// Whether what is said of a service stands below its name: beside a long one there is no room.
    let describesBelow: Bool
    let serviceHeight: Double
    let rows: [Tier: SVGCanvas.Box]
    let groupsTop: Double
    let width: Double
    let height: Double

    init(_ picture: Picture) {
        self.picture = picture
        columnWidth = picture.zones > 2 ? 232 : 288
        let columns = Double(picture.zones)
        let inner = Self.gutter + columns * columnWidth + (columns - 1) * Self.gap + 24
        edgeTexts = EdgeTexts(picture.edge, width: inner)
        edgeBox = SVGCanvas.Box(x: Self.margin, y: 158, width: inner, height: edgeTexts.height)
        let top = picture.edge == nil ? 118.0 : edgeBox.bottom + 58
        let bar = columns * columnWidth + (columns - 1) * Self.gap - 28
        describesBelow = picture.services.contains { service in
            Self.nameWidth(of: service) + SVGCanvas.width(of: service.words, size: 12) + 76 > bar
        }
        serviceHeight = describesBelow ? 96 : 78
        var y = top + 46
        var rows: [Tier: SVGCanvas.Box] = [:]
        for tier in Tier.allCases {
            let height = Self.height(of: tier, picture, serviceHeight)
            rows[tier] = SVGCanvas.Box(x: Self.margin, y: y, width: inner, height: height)
            y += height + Self.rowGap
        }
        self.rows = rows
        network = SVGCanvas.Box(x: Self.margin, y: top, width: inner, height: y - top)
        let sideWidth = Self.sideWidth(picture)
        sections = picture.panel.map { SideSection($0, width: sideWidth) }
        side = SVGCanvas.Box(
            x: network.right + 28, y: picture.edge == nil ? top : 158, width: sideWidth + 34,
            height: sections.reduce(44) { $0 + 34 + $1.height })
        groupsTop = max(network.bottom, side.bottom) + 30
        let lines = picture.groups.map { $0.ingress.count + $0.egress.count }.max() ?? 0
        width = side.right + Self.margin
        height = groupsTop + 58 + 19 * Double(lines) + 44
    }

    private static func height(of tier: Tier, _ picture: Picture, _ serviceHeight: Double) -> Double {
        let balancer = picture.balancer.map { $0.isPublic ? Tier.edge : .application }
        let bar = balancer == tier ? barHeight + balancerGap : 0
        switch tier {
        case .edge: return 40 + (picture.gateways.isEmpty ? 22 : 52) + bar
        case .application:
            let endpoints = picture.interfaceEndpoints.isEmpty ? 0 : 34.0
            return 34 + bar + Double(picture.services.count) * serviceHeight + endpoints + 16
        case .data: return picture.cluster.map { 44 + Self.height(of: $0) } ?? 84
        }
    }

    /// As many servers below each other as the fullest zone has.
    static func height(of cluster: Picture.Cluster) -> Double {
        let zones = Dictionary(grouping: cluster.servers, by: \.zone)
        return 66 + serverHeight * Double(max(1, zones.values.map(\.count).max() ?? 1))
    }

    private static func sideWidth(_ picture: Picture) -> Double {
        let longest = picture.panel.flatMap(\.lines).map { SVGCanvas.width(of: $0, size: 12) }.max() ?? 0
        return min(max(longest, sideBounds.lowerBound), sideBounds.upperBound)
    }

    static func nameWidth(of service: Picture.ServiceBar) -> Double {
        SVGCanvas.width(of: service.name, size: 14, weight: 700)
    }

    var balancerTop: Double {
        let row = rows[picture.balancer?.isPublic == true ? .edge : .application] ?? network
        return row.y + 34
    }

    var servicesTop: Double {
        let isInside = picture.balancer.map { !$0.isPublic } ?? false
        return (rows[.application] ?? network).y + 34 + (isInside ? Self.barHeight + Self.balancerGap : 0)
    }

    /// Where the ports stand on the way from the load balancer to the services: where nothing stands beside it, which in the public
    /// subnets NAT gateways do.
    var portsMiddle: Double {
        guard let balancer = picture.balancer, balancer.isPublic else {
            return (balancerTop + Self.barHeight + servicesTop) / 2 - 1
        }
        return (rows[.application] ?? network).y - Self.rowGap / 2
    }

    var servicesHeight: Double { Double(picture.services.count) * serviceHeight }

    /// A tier's subnet in a zone.
    func cell(_ tier: Tier, _ zone: Int) -> SVGCanvas.Box {
        let row = rows[tier] ?? network
        return SVGCanvas.Box(
            x: row.x + Self.gutter + Double(zone) * (columnWidth + Self.gap), y: row.y, width: columnWidth,
            height: row.height)
    }

    /// From the first zone to the last, at a height.
    func span(_ y: Double, _ height: Double) -> SVGCanvas.Box {
        let (first, last) = (cell(.edge, 0), cell(.edge, picture.zones - 1))
        return SVGCanvas.Box(x: first.x + 14, y: y, width: last.right - first.x - 28, height: height)
    }

    /// The gap between the first two zones, where requests come down.
    var spine: Double { cell(.edge, 0).right + Self.gap / 2 }
}
