package import Stacks

/// Who sent a request, for lists, limits and logs.
package enum ClientIdentity {
    /// The peer, unless it is a proxy that the manifest trusts: then the last address in `X-Forwarded-For` that is no
    /// trusted proxy itself. What stands before that is the client's own word. An entry that is no address ends the search,
    /// for nothing before it can be believed: the hop that wrote it is taken.
    package static func resolve(
        peer: NetworkAddress, _ fields: HeaderFields, trusted: [AddressBlock]
    ) -> NetworkAddress {
        var client = peer
        guard !trusted.isEmpty, isTrusted(peer, trusted) else { return peer }
        let entries = fields.values(.xForwardedFor).flatMap { $0.split(separator: 44) }
        for entry in entries.reversed() {
            guard let address = address(in: entry.trimmed) else { return client }
            client = address
            if !isTrusted(address, trusted) { return client }
        }
        return client
    }

    private static func isTrusted(_ address: NetworkAddress, _ trusted: [AddressBlock]) -> Bool {
        trusted.contains { $0.contains(address) }
    }

    /// Some proxies write a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func address(in entry: ArraySlice<UInt8>) -> NetworkAddress? {
        if entry.first == 91, let end = entry.firstIndex(of: 93) { return NetworkAddress(bytes: entry[...end]) }
        let colons = entry.count { $0 == 58 }
        let text = colons == 1 ? entry.prefix { $0 != 58 } : entry
        return NetworkAddress(bytes: text)
    }
}

extension NetworkAddress {
    /// What a rate limit counts as one client: an IPv4 address, or an IPv6 network of /64, for that is what a provider
    /// gives to one customer and all of its addresses are that customer's to use.
    package var limited: NetworkAddress { isIPv4 ? self : NetworkAddress(high: high, low: 0) }
}
