/// A URL cut into what a request needs. Pure; it accepts only what can be sent: `http` or `https`, a host, no user, no fragment.
package struct PlainURL: Sendable, Equatable {
    package var scheme: String
    /// With the port, and with brackets around an IPv6 address.
    package var authority: String
    /// With the query, beginning with a slash.
    package var target: String

    package init?(_ text: String) {
        guard let cut = text.firstRange(of: "://") else { return nil }
        scheme = text[..<cut.lowerBound].lowercased()
        let rest = text[cut.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        authority = String(rest[..<end])
        target = end == rest.endIndex ? "/" : rest[end] == "?" ? "/\(rest[end...])" : String(rest[end...])
        guard ["http", "https"].contains(scheme), !host.isEmpty,
            !text.contains(where: { $0 == "#" || $0 == "@" || $0.isWhitespace || !$0.isASCII })
        else { return nil }
    }

    /// Without port and brackets.
    package var host: String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }

    /// Credentials travel without TLS only where the way does not leave the machine. Source: the list of the public SDKs (ECS's
    /// and EKS's agents, loopback), read 2026-11.
    package var mayHoldCredentials: Bool {
        if scheme == "https" || ["localhost", "169.254.170.2", "169.254.170.23", "fd00:ec2::23", "::1"].contains(host) {
            return true
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
