/// What a proxy tells the next one about the client, as an ALB does in its default mode `append`.
package enum Forwarding {
    /// The connection that the request came on.
    package struct Client: Sendable, Equatable {
        /// Without brackets and port.
        package var address: String
        /// `https` or `http`.
        package var scheme: String
        /// The port that the client connected to.
        package var port: Int

        package init(address: String, scheme: String, port: Int) {
            (self.address, self.scheme, self.port) = (address, scheme, port)
        }
    }

    /// Adds the peer to `X-Forwarded-For`: only the last entry is known to be true, what stands before it is the client's
    /// own word. `X-Forwarded-Proto` and `-Port` are replaced.
    package static func tell(_ client: Client, in fields: inout HeaderFields) {
        fields.extend(.xForwardedFor) { $0.append(text: client.address) }
        fields.set(.xForwardedProto, client.scheme)
        fields.removeAll(.xForwardedPort)
        fields.add(.xForwardedPort) { $0.append(decimal: client.port) }
    }

    /// Removes what only our own hops may say. The first hop calls it, so that nothing a client invents reaches a task.
    package static func distrust(_ fields: inout HeaderFields) { fields.removeAll(ownWords) }

    /// Removes fields whose names have other characters than letters, digits and hyphens, as an ALB that drops invalid headers. Many
    /// applications read `_` as `-`: `x_forwarded_for` would be the client's word in place of ours. Source: ELBv2,
    /// `routing.http.drop_invalid_header_fields.enabled`, read 2026-12.
    package static func dropUnclearNames(_ fields: inout HeaderFields) {
        fields.removeNames(notOnlyOf: isOfClearName)
    }

    private static func isOfClearName(_ byte: UInt8) -> Bool { byte == 45 || byte &- 97 < 26 || byte &- 48 < 10 }

    private static let ownWords = FieldNames([
        .xForwardedFor, .xForwardedProto, .xForwardedPort, FieldName("forwarded"),
    ])

    /// What a hop adds to `Via`, RFC 9110 §7.6.3: made once, for it is the same for every message of a version.
    package struct Hop: Sendable {
        private let http10: [UInt8]
        private let http11: [UInt8]
        private let http2: [UInt8]

        package init(_ name: String) {
            http10 = Array("1.0 \(name)".utf8)
            http11 = Array("1.1 \(name)".utf8)
            http2 = Array("2.0 \(name)".utf8)
        }

        /// - Parameter received: the version of the message that was received.
        package func append(_ received: RequestHead.Version, to fields: inout HeaderFields) {
            let value =
                switch received {
                case .http10: http10
                case .http11: http11
                case .http2: http2
                }
            guard fields.contains(.via) else { return fields.append(.via, value) }
            fields.extend(.via) { $0.append(contentsOf: value) }
        }
    }

    /// True when a message went through `name` before: it goes in a circle.
    package static func hasPassed(_ name: String, _ fields: HeaderFields) -> Bool {
        var found = false
        fields.forEach(.via) { value in
            forEachListElement(of: value) { element in
                let words = element.split(separator: 32)
                found = found || words.count > 1 && words[1].elementsEqual(name.utf8)
            }
        }
        return found
    }
}

/// `X-Cache` in CloudFront's words.
package enum CacheVerdict: String, Sendable, CaseIterable {
    case hit = "Hit from terrace"
    case miss = "Miss from terrace"
    /// Validated with the origin, which answered 304.
    case refreshHit = "RefreshHit from terrace"
    case error = "Error from terrace"

    /// Sets `X-Cache`, and `Age` for an answer from the cache: whole seconds, rounded down.
    package func write(to fields: inout HeaderFields, age: Duration? = nil) {
        fields.set(.xCache, rawValue)
        guard let age else { return }
        fields.removeAll(.age)
        Self.append(age, to: &fields)
    }

    /// `Age` alone.
    package static func append(_ age: Duration, to fields: inout HeaderFields) {
        fields.add(.age) { $0.append(decimal: max(0, age.wholeSeconds)) }
    }
}
