/// An IPv4 or IPv6 address as a number. An IPv4 address inside of IPv6 (`::ffff:192.0.2.1`) is the IPv4 address: a socket
/// that listens on both shows clients that way.
package struct NetworkAddress: Sendable, Hashable {
    /// An IPv4 address stands in the lower 32 bits of `low`.
    package let high: UInt64
    package let low: UInt64
    package let isIPv4: Bool

    package init(high: UInt64, low: UInt64) {
        let isIPv4 = high == 0 && low >> 32 == 0xFFFF
        self.high = high
        self.low = isIPv4 ? low & 0xFFFF_FFFF : low
        self.isIPv4 = isIPv4
    }

    package init(ipv4: UInt32) { self.init(high: 0, low: 0xFFFF << 32 | UInt64(ipv4)) }

    /// Without port; brackets around IPv6 and a zone behind it (`%eth0`) are passed over.
    package init?(_ text: some StringProtocol) { self.init(bytes: Array(text.utf8)[...]) }

    package init?(bytes text: ArraySlice<UInt8>) {
        var text = text
        if text.count > 2, text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") {
            text = text.dropFirst().dropLast()
        }
        if let zone = text.firstIndex(of: UInt8(ascii: "%")) { text = text[..<zone] }
        if text.contains(UInt8(ascii: ":")) {
            guard let groups = Self.groups(text) else { return nil }
            func half(_ groups: ArraySlice<UInt16>) -> UInt64 { groups.reduce(0) { $0 << 16 | UInt64($1) } }
            self.init(high: half(groups[..<4]), low: half(groups[4...]))
        } else {
            guard let address = Self.dotted(text) else { return nil }
            self.init(ipv4: address)
        }
    }

    /// `192.0.2.1`; a number with a zero in front is refused, for some programs read it as octal.
    private static func dotted(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(\.isDigit),
                part.count == 1 || part.first != UInt8(ascii: "0")
            else { return nil }
            let number = part.reduce(0) { $0 * 10 + UInt32($1 - UInt8(ascii: "0")) }
            guard number <= 255 else { return nil }
            address = address << 8 | number
        }
        return address
    }

    /// Eight groups, `::` filled up.
    private static func groups(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        let colon = UInt8(ascii: ":")
        let (start, end) = (text.prefix(2), text.suffix(2))
        guard start.first != colon || start.elementsEqual([colon, colon]),
            end.last != colon || end.elementsEqual([colon, colon])
        else { return nil }
        var parts = text.split(separator: colon, omittingEmptySubsequences: false)
        var tail: [UInt16] = []
        if let last = parts.last, last.contains(UInt8(ascii: ".")) {
            guard let address = dotted(last) else { return nil }
            tail = [UInt16(address >> 16), UInt16(truncatingIfNeeded: address)]
            parts.removeLast()
        }
        // A `::` at an end leaves two empty parts there, one inside leaves one.
        if parts.first?.isEmpty == true { parts.removeFirst() }
        if tail.isEmpty, parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
        var (front, back): ([UInt16], [UInt16]) = ([], [])
        var hasGap = false
        for part in parts {
            if part.isEmpty {
                guard !hasGap else { return nil }
                hasGap = true
                continue
            }
            guard part.count <= 4, let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16),
                part.first != UInt8(ascii: "+")
            else { return nil }
            if hasGap { back.append(group) } else { front.append(group) }
        }
        let given = front.count + back.count + tail.count
        guard hasGap ? given < 8 : given == 8 else { return nil }
        return front + Array(repeating: 0, count: 8 - given) + back + tail
    }
}

extension NetworkAddress: CustomStringConvertible {
    /// The form of RFC 5952: the longest run of zeros is left out.
    package var description: String {
        if isIPv4 { return [24, 16, 8, 0].map { String(low >> UInt64($0) & 255) }.joined(separator: ".") }
        let groups = [high, low].flatMap { half in
            [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> UInt64($0)) }
        }
        var (best, run) = (0..<0, 0..<0)
        for (index, group) in groups.enumerated() {
            run = group == 0 ? (run.isEmpty ? index : run.lowerBound)..<index + 1 : 0..<0
            if run.count > max(1, best.count) { best = run }
        }
        func written(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !best.isEmpty else { return written(groups[...]) }
        return written(groups[..<best.lowerBound]) + "::" + written(groups[best.upperBound...])
    }
}

/// A block of IPv4 or IPv6 addresses; an address without a prefix is a block of one.
package struct AddressBlock: Sendable, Hashable {
    package let address: NetworkAddress
    /// 0...32 for IPv4, 0...128 for IPv6.
    package let prefix: Int

    /// Nil for what is no block, and for one with bits outside of its prefix: the writer meant another.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, !text.contains("%"), !text.contains("["), let address = NetworkAddress(parts[0])
        else { return nil }
        let width = address.isIPv4 ? 32 : 128
        guard parts.count == 2 else {
            (self.address, prefix) = (address, width)
            return
        }
        guard let prefix = Int(parts[1]), (0...width).contains(prefix), String(prefix) == parts[1] else { return nil }
        (self.address, self.prefix) = (address, prefix)
        guard Self.masked(address, prefix) == address else { return nil }
    }

    /// For blocks of our own; bits outside of the prefix are dropped.
    package init(address: NetworkAddress, prefix: Int) {
        (self.address, self.prefix) = (Self.masked(address, prefix), prefix)
    }

    package func contains(_ other: NetworkAddress) -> Bool {
        other.isIPv4 == address.isIPv4 && Self.masked(other, prefix) == address
    }

    private static func masked(_ address: NetworkAddress, _ prefix: Int) -> NetworkAddress {
        func mask(_ bits: Int) -> UInt64 { bits <= 0 ? 0 : ~0 << UInt64(64 - min(bits, 64)) }
        if address.isIPv4 { return NetworkAddress(ipv4: UInt32(address.low & mask(prefix + 32))) }
        return NetworkAddress(high: address.high & mask(prefix), low: address.low & mask(prefix - 64))
    }
}

extension AddressBlock: CustomStringConvertible {
    package var description: String { "\(address)/\(prefix)" }
}
