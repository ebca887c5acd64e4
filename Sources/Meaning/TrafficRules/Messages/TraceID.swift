/// `X-Amzn-Trace-Id` as an ALB makes and updates it. Source: "Request tracing for your Application Load Balancer", read
/// 2026-11: without a `Root` it makes one; with one it puts a `Self` of its own in front, replaces a `Self` that is there,
/// and keeps all other fields; a value that is too long is made anew.
package enum TraceID {
    /// ALB rewrites the field beyond 7 KB.
    package static let longest = 7 * 1024

    /// The value to send to the target and to write into the log.
    /// - Parameter random: 96 bits drawn by the caller, the lower 32 of `high` and all of `low`.
    package static func next(
        after incoming: ArraySlice<UInt8>?, at now: WallTime, random: (high: UInt32, low: UInt64)
    ) -> [UInt8] {
        var value: [UInt8] = []
        guard let incoming, incoming.count <= longest, hasRoot(incoming) else {
            value.reserveCapacity(40)
            value.append(text: "Root=")
            appendID(to: &value, at: now, random)
            return value
        }
        value.reserveCapacity(incoming.count + 41)
        value.append(text: "Self=")
        appendID(to: &value, at: now, random)
        for part in incoming.split(separator: 59) {
            let field = part.trimmed
            if field.isEmpty || field.prefix(5).equalsIgnoringCase("self=") { continue }
            value.append(59)
            value.append(contentsOf: field)
        }
        return value
    }

    /// `1-67891233-abcdef012345678912345678`: what the first one to see a request calls it.
    package static func new(at now: WallTime, random: (high: UInt32, low: UInt64)) -> [UInt8] {
        var id: [UInt8] = []
        id.reserveCapacity(35)
        appendID(to: &id, at: now, random)
        return id
    }

    /// Names the request for the load balancer and its tasks. What a client calls it counts for nothing: two requests would have one name.
    package static func set(_ id: [UInt8], in fields: inout HeaderFields) {
        fields.removeAll(.xAmznTraceID)
        fields.add(.xAmznTraceID) { value in
            value.append(text: "Root=")
            value.append(contentsOf: id)
        }
    }

    private static func hasRoot(_ value: ArraySlice<UInt8>) -> Bool {
        value.split(separator: 59).contains { $0.trimmed.prefix(5).equalsIgnoringCase("root=") }
    }

    /// `1-<8 hexadecimal digits of the epoch second>-<24 random ones>`
    private static func appendID(to value: inout [UInt8], at now: WallTime, _ random: (high: UInt32, low: UInt64)) {
        value.append(text: "1-")
        value.append(hexadecimal: UInt64(truncatingIfNeeded: now.wholeSeconds), width: 8)
        value.append(45)
        value.append(hexadecimal: UInt64(random.high), width: 8)
        value.append(hexadecimal: random.low, width: 16)
    }
}
