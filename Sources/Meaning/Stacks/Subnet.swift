/// Edge, application, data: the three floors of a stack, from the outside in.
package enum Tier: String, Sendable, Hashable, CaseIterable, Codable {
    case edge, application, data

    /// The guide's word for the tier's subnets: the load balancer and the NAT gateways of the edge are the public ones.
    package var subnets: String { self == .edge ? "public" : rawValue }
}

/// An availability zone of the stack; locally a fault domain of its own.
package struct Zone: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// From 0.
    package let index: Int

    package init(index: Int) { self.index = index }

    /// `a`, `b`, `c`.
    package var description: String { ["a", "b", "c"].indices.contains(index) ? ["a", "b", "c"][index] : "\(index)" }

    package static func < (left: Zone, right: Zone) -> Bool { left.index < right.index }
}

/// One tier's addresses in one zone.
package struct Subnet: Sendable, Hashable {
    package let tier: Tier
    package let zone: Zone
    package let cidr: CIDR

    /// `public-a`, `application-b`, `data-a`.
    package var name: String { "\(tier.subnets)-\(zone)" }
}

extension Network {
    /// A /24 for every tier in every zone: in 10.0.0.0/16 public 10.0.1.0 and 10.0.2.0, application 10.0.11.0 and
    /// 10.0.12.0, data 10.0.21.0 and 10.0.22.0. Empty for a block without room, which `ManifestCheck` refuses.
    package func subnets(zones: Int) -> [Subnet] {
        guard let layout = cidr.layout(zones: zones) else { return [] }
        return Tier.allCases.enumerated().flatMap { tierIndex, tier in
            (0..<zones).map { zone in
                let third = UInt32(layout.first + tierIndex * layout.step + zone)
                return Subnet(
                    tier: tier, zone: Zone(index: zone), cidr: CIDR(address: cidr.address + third << 8, prefix: 24))
            }
        }
    }
}

extension CIDR {
    /// Which /24 of the block is the first and how far the tiers stand apart: the guide's 1 and 10 where there are at
    /// least 32, else the block is cut into three, so that a third zone moves no subnet of the first two.
    func layout(zones: Int) -> (first: Int, step: Int)? {
        guard (0...24).contains(prefix), zones > 0 else { return nil }
        let count = 1 << (24 - prefix)
        if count >= 32, zones <= 10 { return (1, 10) }
        return count / 3 >= zones ? (0, count / 3) : nil
    }

    var isPrivate: Bool {
        let blocks = [
            CIDR(address: 10 << 24, prefix: 8), CIDR(address: 172 << 24 | 16 << 16, prefix: 12),
            CIDR(address: 192 << 24 | 168 << 16, prefix: 16),
        ]
        return blocks.contains { $0.contains(self) }
    }

    /// `10.0.0.0/16`; nil for anything else, also when bits stand outside of the prefix.
    package init?(strict text: String) {
        guard let block = CIDR(loose: text), block.description == text else { return nil }
        self = block
    }

    /// Drops bits outside of the prefix, so that the block that was meant can be suggested.
    init?(loose text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let prefix = Self.decimal(halves[1], upTo: 32) else { return nil }
        let octets = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        let numbers = octets.compactMap { Self.decimal($0, upTo: 255) }
        guard octets.count == 4, numbers.count == 4 else { return nil }
        self.init(address: numbers.reduce(0) { $0 << 8 | UInt32($1) }, prefix: prefix)
    }

    private static func decimal(_ text: Substring, upTo limit: Int) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit), let number = Int(text),
            number <= limit, text.utf8.count == 1 || text.first != "0"
        else { return nil }
        return number
    }
}
