/// A block of IPv4 addresses; `address` has no bits outside the prefix.
package struct CIDR: Sendable, Hashable {
    package let address: UInt32
    /// 0...32
    package let prefix: Int

    /// `10.0.0.0/16`, the guide's network.
    package static let standard = CIDR(address: 10 << 24, prefix: 16)

    /// Bits outside the prefix are dropped. A prefix outside 0...32 is our own mistake.
    package init(address: UInt32, prefix: Int) {
        precondition((0...32).contains(prefix))
        self.prefix = prefix
        self.address = address & CIDR.mask(prefix)
    }

    static func mask(_ prefix: Int) -> UInt32 { prefix == 0 ? 0 : ~UInt32(0) << UInt32(32 - prefix) }

    package func contains(_ other: CIDR) -> Bool {
        other.prefix >= prefix && other.address & CIDR.mask(prefix) == address
    }

    package func overlaps(_ other: CIDR) -> Bool { contains(other) || other.contains(self) }
}

extension CIDR: CustomStringConvertible {
    package var description: String {
        let octets = [24, 16, 8, 0].map { String(address >> UInt32($0) & 255) }
        return octets.joined(separator: ".") + "/\(prefix)"
    }
}
