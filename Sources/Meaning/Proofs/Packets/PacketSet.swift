/// A set of packets, exactly: source × destination × protocol × port. The port is the destination's; protocols without
/// ports have all of them.
package typealias PacketSet = Layered<Layered<Layered<SpanSet>>>

extension PacketSet {
    package init(source: SpanSet, destination: SpanSet, traffic: Traffic) {
        self.init(source, Layered<Layered<SpanSet>>(destination, traffic.region))
    }

    package static let everything = PacketSet(source: .everyAddress, destination: .everyAddress, traffic: .all)

    package func contains(_ packet: Packet) -> Bool {
        self[packet.source][packet.destination][UInt32(packet.protocolNumber)].contains(UInt32(packet.port))
    }

    /// The least packet of the set, by source, destination, protocol and port; nil when there is none.
    package var sample: Packet? {
        guard let source = layers.first, let destination = source.inner.layers.first,
            let traffic = destination.inner.layers.first, let port = traffic.inner.spans.first
        else { return nil }
        return Packet(
            source: source.span.low, destination: destination.span.low, protocolNumber: UInt8(traffic.span.low),
            port: UInt16(port.low))
    }

    /// The least over TCP where there is one: everybody knows what a port of it is.
    package var tellingSample: Packet? {
        let tcp = PacketSet(source: .everyAddress, destination: .everyAddress, traffic: .tcp(.everyPort))
        return intersection(tcp).sample ?? sample
    }

    /// What is sent from anywhere in it to anywhere in it, addresses forgotten.
    package var traffic: Traffic {
        Traffic(Layered<SpanSet>.union(of: layers.flatMap { $0.inner.layers.map(\.inner) }))
    }

    /// Those that go somewhere in `destination`, as if they came from `source`.
    package func resent(from source: SpanSet) -> PacketSet {
        PacketSet(source, Layered<Layered<SpanSet>>.union(of: layers.map(\.inner)))
    }

    /// Source and destination in each other's place.
    package var turned: PacketSet {
        PacketSet.union(
            of: layers.flatMap { source in
                source.inner.layers.map { destination in
                    PacketSet(destination.span, Layered<Layered<SpanSet>>(source.span, destination.inner))
                }
            })
    }
}

/// One packet, as far as filters and routes look at it.
package struct Packet: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var source: UInt32
    package var destination: UInt32
    /// IANA's number: 6 is TCP, 17 UDP.
    package var protocolNumber: UInt8
    /// The destination's.
    package var port: UInt16

    package init(source: UInt32, destination: UInt32, protocolNumber: UInt8, port: UInt16) {
        self.source = source
        self.destination = destination
        self.protocolNumber = protocolNumber
        self.port = port
    }

    /// `tcp 10.0.11.4 -> 10.0.21.4 port 5432`
    package var description: String {
        let ends = "\(Packet.text(source)) -> \(Packet.text(destination))"
        switch protocolNumber {
        case 6: return "tcp \(ends) port \(port)"
        case 17: return "udp \(ends) port \(port)"
        default: return "protocol \(protocolNumber) \(ends)"
        }
    }

    package static func text(_ address: UInt32) -> String {
        [24, 16, 8, 0].map { String(address >> UInt32($0) & 255) }.joined(separator: ".")
    }

    package static func < (left: Packet, right: Packet) -> Bool {
        (left.source, left.destination, left.protocolNumber, left.port)
            < (right.source, right.destination, right.protocolNumber, right.port)
    }
}
