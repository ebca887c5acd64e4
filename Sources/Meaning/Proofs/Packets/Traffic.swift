package import Resources

/// Protocols and their ports, whatever the addresses.
package struct Traffic: Sendable, Hashable, CustomStringConvertible {
    package var region: Layered<SpanSet>

    package init(_ region: Layered<SpanSet> = Layered()) { self.region = region }

    package init(_ ports: PortRange) {
        switch ports {
        case .tcp(let range): self.init(protocols: Span(6), range)
        case .udp(let range): self.init(protocols: Span(17), range)
        case .all: self = .all
        case .other(let number):
            self.init((0...255).contains(number) ? Layered(Span(UInt32(number)), SpanSet.everyPort) : Layered())
        }
    }

    /// EC2 takes ports 0...65535 only; what is outside says nothing.
    private init(protocols: Span, _ range: ClosedRange<Int>) {
        let clamped = range.clamped(to: 0...65_535)
        guard range.overlaps(0...65_535) else {
            self.init()
            return
        }
        self.init(Layered(protocols, SpanSet(Span(UInt32(clamped.lowerBound), UInt32(clamped.upperBound)))))
    }

    package static let all = Traffic(Layered(.everyProtocol, SpanSet.everyPort))
    package static let none = Traffic()

    package static func tcp(_ ports: SpanSet) -> Traffic { Traffic(Layered(Span(6), ports)) }

    package var isEmpty: Bool { region.isEmpty }

    /// `tcp 80, 443; udp`, a protocol alone with all of its ports; `-` for none, `all` for everything.
    package var description: String {
        if self == .all { return "all" }
        if isEmpty { return "-" }
        return region.layers.map { layer in
            let name = Traffic.name(layer.span)
            guard layer.inner != .everyPort else { return name }
            return "\(name) \(layer.inner.spans.map(Traffic.text).joined(separator: ", "))"
        }.joined(separator: "; ")
    }

    private static func text(_ span: Span) -> String {
        span.low == span.high ? "\(span.low)" : "\(span.low)-\(span.high)"
    }

    private static func name(_ span: Span) -> String {
        switch (span.low, span.high) {
        case (6, 6): "tcp"
        case (17, 17): "udp"
        default: "protocol \(text(span))"
        }
    }
}
