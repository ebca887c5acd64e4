/// What a stored answer is found by: the target URI. GET and HEAD share it, so the method is not part.
package struct CacheKey: Sendable, Hashable {
    /// `https://host:port/path?query`; host in lower case, the scheme's own port left out.
    private let bytes: [UInt8]

    package init(scheme: String, authority: some StringProtocol, target: some StringProtocol) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(scheme.utf8.count + authority.utf8.count + target.utf8.count + 3)
        bytes.append(text: scheme)
        bytes.append(contentsOf: [58, 47, 47])
        let authorityStart = bytes.count
        bytes.append(contentsOf: authority.utf8)
        bytes.withUnsafeMutableBufferPointer { bytes in
            for index in authorityStart..<bytes.count { bytes[index] = bytes[index].lowercasedASCII }
        }
        let ownPort = scheme == "https" ? ":443" : ":80"
        if bytes[authorityStart...].suffix(ownPort.utf8.count).elementsEqual(ownPort.utf8) {
            bytes.removeLast(ownPort.utf8.count)
        }
        bytes.append(contentsOf: target.utf8)
        self.bytes = bytes
    }

    package var byteCount: Int { bytes.count }

    /// Whether `terrace invalidate PATTERN` means it: the pattern is compared with path and query, whatever the host.
    package func matches(_ pattern: WildcardPattern) -> Bool {
        guard let authority = bytes.firstIndex(of: 58).map({ $0 + 3 }), authority <= bytes.count,
            let target = bytes[authority...].firstIndex(of: 47)
        else { return false }
        return pattern.matches(String(decoding: bytes[target...], as: UTF8.self)[...])
    }

    package func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

extension CacheKey: CustomStringConvertible {
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}
