/// Fields that concern one connection and are not passed on, RFC 9110 §7.6.1.
package enum HopByHop {
    private static let listed = FieldNames([
        .connection, .keepAlive, .proxyConnection, .te, .trailer, .transferEncoding, .upgrade,
        FieldName("proxy-authenticate"), FieldName("proxy-authentication-info"), FieldName("proxy-authorization"),
    ])

    /// What `Connection` cannot name away: without these a message would change its meaning, and a client could hide what
    /// the proxy adds.
    private static let kept: [FieldName] = [
        .authorization, .cacheControl, .contentLength, .cookie, .date, .host, .setCookie, .xAmznTraceID, .xForwardedFor,
        .xForwardedPort, .xForwardedProto,
    ]

    /// Removes the fixed list and whatever `Connection` names. A caller that passes an upgrade on adds `connection` and
    /// `upgrade` again afterwards; the body's framing is the writer's.
    package static func strip(_ fields: inout HeaderFields) {
        var named: [ArraySlice<UInt8>] = []
        fields.forEach(.connection) { value in
            forEachListElement(of: value) { token in
                guard !listed.listed.contains(where: { isSame(token, $0) }),
                    !kept.contains(where: { isSame(token, $0) })
                else { return }
                named.append(token)
            }
        }
        for token in named { fields.removeAll { isSame(token, lowercased: $0) } }
        fields.removeAll(listed)
    }

    /// The protocol that the client wants to change to, when `Connection` says `upgrade`.
    package static func upgrade(in fields: HeaderFields) -> ArraySlice<UInt8>? {
        guard let wanted = fields.first(.upgrade) else { return nil }
        var named = false
        fields.forEach(.connection) { value in
            forEachListElement(of: value) { named = named || $0.equalsIgnoringCase("upgrade") }
        }
        return named ? wanted : nil
    }

    private static func isSame(_ token: ArraySlice<UInt8>, _ name: FieldName) -> Bool {
        isSame(token, lowercased: name.bytes[...])
    }

    private static func isSame(_ token: ArraySlice<UInt8>, lowercased name: ArraySlice<UInt8>) -> Bool {
        token.count == name.count && token.elementsEqual(name) { $0.lowercasedASCII == $1 }
    }
}
