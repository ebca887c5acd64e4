import Proofs
import Resources

/// A network of three tiers in three zones whose groups and access lists hold ten thousand rules between them, drawn from
/// blocks and ports of every size. Far more than AWS allows; the same on every machine.
enum ManyRules {
    static let count = 10_000

    static func network() -> NetworkModel {
        var draw = Draw()
        let tiers = ["edge", "application", "data"]
        var network = NetworkModel(blocks: SpanSet(Span(10 << 24, 10 << 24 | 0xFFFF)), internetGateway: "igw")
        for (index, tier) in tiers.enumerated() {
            network.groups[tier] = NetworkModel.Group(
                ingress: draw.rules(count / 12, peers: tiers), egress: draw.rules(count / 12, peers: tiers))
            network.lists[tier] = NetworkModel.AccessList(
                ingress: draw.entries(count / 12), egress: draw.entries(count / 12))
            network.tables[tier] = NetworkModel.Table(routes: [
                NetworkModel.Route(destination: .everyAddress, prefix: 0, way: .internetGateway("igw"), text: "out")
            ])
            for zone in 0..<3 {
                add(tier, index, zone, to: &network)
            }
        }
        network.parties += [
            Party(.internet, addresses: SpanSet(Span(1 << 24, 9 << 24))),
            Party(.cloudFront, addresses: SpanSet(Span(198 << 24, 198 << 24 | 0xFFFF))),
        ]
        return network
    }

    private static func add(_ tier: String, _ index: Int, _ zone: Int, to network: inout NetworkModel) {
        let low = UInt32(10 << 24 | (index * 10 + zone) << 8)
        let roles: [Party.Role] = [.loadBalancer, .service("web"), .database]
        let name = "\(tier)-\(zone)"
        let addresses = SpanSet(Span(low + 4, low + 254))
        network.subnets[name] = NetworkModel.Subnet(addresses: addresses, zone: "\(zone)", table: tier, list: tier)
        network.parties.append(
            Party(
                roles[index], zone: "\(zone)", subnet: name, addresses: addresses, groups: [tier],
                hasPublicAddress: true,
                listens: SpanSet(Span(443))))
    }

    private struct Draw {
        private var state: UInt64 = 1

        /// Knuth's MMIX generator; its upper bits.
        private mutating func next(_ limit: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % limit
        }

        /// Half of them in the network, half anywhere; a /8 up to a single address.
        private mutating func block() -> SpanSet {
            let prefix = 8 + next(25)
            let size = UInt32(1) << UInt32(32 - prefix)
            let inside = UInt32(10 << 24) | UInt32(next(1 << 16))
            let address = next(2) == 0 ? inside : UInt32(next(1 << 31)) << 1
            let low = address / size * size
            return SpanSet(Span(low, low + (size - 1)))
        }

        private mutating func traffic() -> Traffic {
            let ends = [Int(next(65_536)), Int(next(65_536))].sorted()
            switch next(4) {
            case 0: return Traffic(.udp(ends[0]...ends[1]))
            case 1: return Traffic(.tcp(ends[0]))
            default: return Traffic(.tcp(ends[0]...ends[1]))
            }
        }

        mutating func rules(_ count: Int, peers: [String]) -> [NetworkModel.Rule] {
            (0..<count).map { index in
                let peer: NetworkModel.Rule.Peer =
                    next(10) == 0 ? .group(peers[Int(next(UInt64(peers.count)))]) : .addresses(block())
                return NetworkModel.Rule(traffic: traffic(), peer: peer, text: "rule \(index)")
            }
        }

        mutating func entries(_ count: Int) -> [NetworkModel.Entry] {
            (0..<count).map { index in
                NetworkModel.Entry(
                    number: index + 1, allows: next(3) > 0, traffic: traffic(), peer: block(), text: "entry \(index)")
            }
        }
    }
}
