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

    private static let ownWords = FieldNames([
        .xForwardedFor, .xForwardedProto, .xForwardedPort, FieldName("forwarded"),
    ])

    /// Adds this hop to `Via`, RFC 9110 §7.6.3.
    /// - Parameter received: the version of the message that was received.
    package static func appendVia(_ received: RequestHead.Version, by name: String, to fields: inout HeaderFields) {
        fields.extend(.via) { via in
            via.append(text: received == .http10 ? "1.0 " : received == .http11 ? "1.1 " : "2.0 ")
            via.append(text: name)
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
