import TrafficRules

/// `host[:port]` as a request names it (RFC 9110 §7.2): what is none is refused, since the next one to read it might find another host.
enum Authority {
    /// Of a name, with its port.
    private static let longest = 261

    /// Whether it is one, or empty. In brackets anything that an address may have is let through: no service is chosen by its parts.
    static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
        guard bytes.count <= longest, let first = bytes.first else { return bytes.isEmpty }
        let isBracketed = first == UInt8(ascii: "[")
        let end = bytes.firstIndex(of: isBracketed ? UInt8(ascii: "]") : Ascii.colon)
        guard isBracketed else {
            return isName(bytes[..<(end ?? bytes.endIndex)]) && isPort(bytes[(end ?? bytes.endIndex)...])
        }
        guard let end else { return false }
        let address = bytes[..<end].dropFirst()
        return !address.isEmpty && address.allSatisfy { isOfName($0) || $0 == Ascii.colon }
            && isPort(bytes[end...].dropFirst())
    }

    /// Whether both name the same, of which one may leave the scheme's port out.
    static func isSame(_ one: String, _ other: String, by scheme: Scheme) -> Bool {
        let names = [one, other].map { name -> Substring in
            let name = name.hasSuffix(":") ? name.dropLast() : name[...]
            return name.hasSuffix(scheme.port) ? name.dropLast(scheme.port.count) : name
        }
        return names[0].lowercased() == names[1].lowercased()
    }

    enum Scheme {
        case http, https

        fileprivate var port: String { self == .http ? ":80" : ":443" }
    }

    private static func isName(_ bytes: some Collection<UInt8>) -> Bool { !bytes.isEmpty && bytes.allSatisfy(isOfName) }

    /// Nothing, or a colon with up to five digits.
    private static func isPort(_ bytes: some Collection<UInt8>) -> Bool {
        guard let colon = bytes.first else { return true }
        let digits = bytes.dropFirst()
        return colon == Ascii.colon && digits.count <= 5 && digits.allSatisfy { $0 &- 48 < 10 }
            && digits.reduce(0) { $0 * 10 + Int($1 - 48) } <= 65_535
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case 45, 46, 95, 37, 126: true  // - . _ % ~
        default: false
        }
    }
}
