import Proofs
import Resources
import TestKit

/// Networks of 32 addresses in four subnets, with eight ports and three protocols, whose rules are drawn: nothing in them is
/// as an architect would have it.
struct RandomNetwork {
    static let localPrefix = 27
    static let base: UInt32 = 96
    static let ports: ClosedRange<UInt16> = 0...7
    static let protocols: [UInt8] = [1, 6, 17]

    private var random: SeededGenerator

    static func model(seed: UInt64) -> NetworkModel {
        var draw = RandomNetwork(random: SeededGenerator(seed: seed))
        return draw.network()
    }

    private mutating func network() -> NetworkModel {
        let subnets = ["s0", "s1", "s2", "s3"]
        return NetworkModel(
            blocks: SpanSet(Span(Self.base, Self.base + 31)), internetGateway: chance(9) ? "igw" : nil,
            subnets: Dictionary(uniqueKeysWithValues: subnets.enumerated().map { ($1, subnet($0)) }),
            tables: ["t0": table(), "t1": table(), "t2": table()], lists: ["l0": list(), "l1": list()],
            groups: ["g0": group(), "g1": group(), "g2": group()],
            natGateways: chance(8) ? ["nat": NetworkModel.NATGateway(subnet: pick(subnets))] : [:],
            vpcOrigins: chance(4) ? [NetworkModel.VPCOrigin(name: "origin", ports: portSpan())] : [],
            parties: outside() + (0..<4).map { party($0, pick(subnets)) })
    }

    private mutating func chance(_ tenths: Int) -> Bool { Int.random(in: 0..<10, using: &random) < tenths }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &random)]
    }

    private mutating func subnet(_ index: Int) -> NetworkModel.Subnet {
        let low = Self.base + UInt32(index) * 8
        return NetworkModel.Subnet(
            addresses: SpanSet(Span(low, low + 7)), zone: pick(["a", "b"]),
            table: chance(9) ? pick(["t0", "t1", "t2"]) : nil,
            list: chance(9) ? pick(["l0", "l1"]) : nil)
    }

    /// A block of 2^n addresses, sometimes everything.
    private mutating func block() -> (set: SpanSet, prefix: Int) {
        let prefix = pick([0, 0, 25, 26, 27, 28, 29, 30, 31])
        if prefix == 0 { return (.everyAddress, 0) }
        let size = UInt32(1) << UInt32(32 - prefix)
        let low = UInt32.random(in: 0..<128, using: &random) / size * size
        return (SpanSet(Span(low, low + size - 1)), prefix)
    }

    private mutating func portSpan() -> SpanSet {
        let ends = [UInt32.random(in: 0...7, using: &random), UInt32.random(in: 0...7, using: &random)].sorted()
        return SpanSet(Span(ends[0], ends[1]))
    }

    private mutating func traffic() -> Traffic {
        let ends = [Int.random(in: 0...7, using: &random), Int.random(in: 0...7, using: &random)].sorted()
        return Traffic(
            pick([PortRange.all, .tcp(ends[0]...ends[1]), .tcp(ends[0]...65_535), .udp(0...ends[1]), .other(1)]))
    }

    private mutating func table() -> NetworkModel.Table {
        NetworkModel.Table(
            routes: (0..<Int.random(in: 0...4, using: &random)).map { index in
                let (set, prefix) = block()
                return NetworkModel.Route(
                    destination: set, prefix: prefix,
                    way: pick([
                        .internetGateway("igw"), .internetGateway("igw"), .natGateway("nat"), .natGateway("nat"),
                        .gatewayEndpoint("s3"), .unknown("pcx"), .nowhere,
                    ]), text: "route \(index)")
            })
    }

    private mutating func list() -> NetworkModel.AccessList {
        NetworkModel.AccessList(ingress: entries(), egress: entries())
    }

    private mutating func entries() -> [NetworkModel.Entry] {
        (0..<Int.random(in: 0...6, using: &random)).map { index in
            NetworkModel.Entry(
                // In no order, each number once.
                number: (index * 7 + 3) % 11, allows: chance(7), traffic: traffic(), peer: block().set,
                text: "entry \(index)")
        }
    }

    private mutating func group() -> NetworkModel.Group { NetworkModel.Group(ingress: rules(), egress: rules()) }

    private mutating func rules() -> [NetworkModel.Rule] {
        (0..<Int.random(in: 0...4, using: &random)).map { index in
            NetworkModel.Rule(
                traffic: traffic(), peer: chance(5) ? .addresses(block().set) : .group(pick(["g0", "g1", "g2"])),
                text: "rule \(index)")
        }
    }

    private mutating func outside() -> [Party] {
        [
            Party(.internet, addresses: SpanSet(Span(0, 15)), sourcePorts: portSpan()),
            Party(.cloudFront, addresses: SpanSet(Span(16, 23)), sourcePorts: portSpan(), listens: portSpan()),
            Party(.gatewayEndpoint("s3"), addresses: SpanSet(Span(24, 31))),
            Party(.beyond("pcx"), addresses: SpanSet(Span(32, 47)), sourcePorts: portSpan()),
        ]
    }

    private mutating func party(_ index: Int, _ subnet: String) -> Party {
        let low = Self.base + UInt32(subnet.last?.wholeNumberValue ?? 0) * 8 + UInt32.random(in: 0...6, using: &random)
        let roles: [Party.Role] = [.loadBalancer, .service("web"), .database, .foreign("eni")]
        return Party(
            roles[index], zone: "a", subnet: subnet, addresses: SpanSet(Span(low, low + 1)),
            groups: ["g0", "g1", "g2"].filter { _ in chance(5) }, hasPublicAddress: chance(5), sourcePorts: portSpan(),
            listens: portSpan())
    }
}
