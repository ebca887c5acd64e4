/// Which calls go through a proxy: those by TLS, through `HTTPS_PROXY`, except to what `NO_PROXY` names. A call without TLS never
/// leaves the machine or its network (metadata, containers, a test's server), so it goes straight.
///
/// Names may be in lower case, which then count, as in botocore, whose rules these are. Source: `get_environ_proxies` of botocore
/// 1.43.11 and `proxy_bypass_environment` of Python's urllib, read 2026-11.
package struct ProxyChoice: Sendable, Equatable {
    package struct Server: Sendable, Hashable {
        package var host: String
        package var port: Int
        package var user: String?
        package var password: Secret?

        package init(host: String, port: Int, user: String? = nil, password: Secret? = nil) {
            self.host = host
            self.port = port
            self.user = user
            self.password = password
        }
    }

    package static let none = ProxyChoice(server: nil, exceptions: [])

    package private(set) var server: Server?
    /// In lower case, without leading dots; `*` is everything.
    private var exceptions: [String]

    private init(server: Server?, exceptions: [String]) {
        self.server = server
        self.exceptions = exceptions
    }

    /// - Throws: when the proxy's address cannot be meant.
    package init(environment: [String: String]) throws(CredentialFault) {
        func value(_ name: String) -> String { environment[name.lowercased()] ?? environment[name] ?? "" }
        let given = value("HTTPS_PROXY").trimmingSpaces
        server = given.isEmpty ? nil : try Self.server(given)
        exceptions = value("NO_PROXY").split(separator: ",").map { name in
            String(String(name).trimmingSpaces.lowercased().drop { $0 == "." })
        }.filter { !$0.isEmpty }
    }

    /// Nil for a call that goes straight to its host.
    ///
    /// - Parameter host: with the port where it is not the scheme's own.
    package func server(forScheme scheme: String, host: String) -> Server? {
        guard scheme == "https", let server else { return nil }
        let full = host.lowercased()
        let bare = full.hasPrefix("[") ? full.dropFirst().prefix { $0 != "]" } : full.prefix { $0 != ":" }
        let isExcepted = exceptions.contains { name in
            name == "*" || [full, String(bare)].contains { $0 == name || $0.hasSuffix(".\(name)") }
        }
        return isExcepted ? nil : server
    }

    // MARK: - The address

    /// `http://user:password@proxy.example.com:3128`; the scheme and the port (80) may be missing.
    private static func server(_ text: String) throws(CredentialFault) -> Server {
        func fault(_ reason: String) -> CredentialFault {
            CredentialFault(
                "InvalidConfiguration", "cannot use the proxy that HTTPS_PROXY names",
                looks: [.init("HTTPS_PROXY", reason)],
                next: "write it as http://proxy.example.com:3128, or unset it")
        }
        var rest = text[...]
        if let cut = text.firstRange(of: "://") {
            let scheme = text[..<cut.lowerBound].lowercased()
            guard scheme == "http" else { throw fault("a proxy is spoken to by http, not \(scheme)") }
            rest = text[cut.upperBound...]
        }
        rest = rest.prefix { $0 != "/" }
        var (user, password): (String?, Secret?)
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = String(parts[0]).percentDecoded
            password = Secret(parts.count > 1 ? String(parts[1]).percentDecoded : "")
            rest = rest[rest.index(after: at)...]
        }
        guard let end = end(rest) else { throw fault("it is no host and port") }
        return Server(host: end.host, port: end.port, user: user, password: password)
    }

    private static func end(_ text: Substring) -> (host: String, port: Int)? {
        let isBracketed = text.hasPrefix("[")
        let host = isBracketed ? text.dropFirst().prefix { $0 != "]" } : text.prefix { $0 != ":" }
        let rest = text.dropFirst(host.count + (isBracketed ? 2 : 0))
        guard !host.isEmpty, !host.contains(where: \.isWhitespace) else { return nil }
        guard !rest.isEmpty else { return (String(host), 80) }
        guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()), port > 0 else { return nil }
        return (String(host), Int(port))
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// What is no escape stands for itself.
    fileprivate var percentDecoded: String {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(Substring(rest.prefix(2))), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
