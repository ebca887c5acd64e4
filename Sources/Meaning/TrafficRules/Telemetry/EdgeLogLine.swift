/// One line of the edge's log, a JSON object for each request, whoever answered it. `request` is the id by which the load balancer, the
/// firewall and the tasks know it, too.
package struct EdgeLogLine: Sendable {
    /// Who answered.
    package enum Outcome: String, Sendable {
        case hit, miss
        /// Kept, and the origin said that it is still right.
        case refreshed
        /// Nothing that a cache could keep.
        case pass
        /// By the firewall.
        case refused
        /// It had been here before.
        case circle
    }

    package var time: WallTime
    /// Of our own making; see `TraceID`.
    package var id: [UInt8]
    package var client: String
    package var request: RequestHead
    package var status: Int
    package var sent: Int
    /// From the request's head to the answer's end.
    package var duration: Duration
    package var outcome: Outcome

    package init(
        time: WallTime, id: [UInt8], client: String, request: RequestHead, status: Int, sent: Int, duration: Duration,
        outcome: Outcome
    ) {
        self.time = time
        self.id = id
        self.client = client
        self.request = request
        self.status = status
        self.sent = sent
        self.duration = duration
        self.outcome = outcome
    }

    package func append(to bytes: inout [UInt8]) {
        var moments = TimestampText()
        append(to: &bytes, &moments)
    }

    /// The same, for whoever writes many lines.
    package func append(to bytes: inout [UInt8], _ moments: inout TimestampText) {
        bytes.append(text: "{\"time\":\"")
        moments.append(time, to: &bytes)
        bytes.append(text: "\",\"request\":\"")
        bytes.append(contentsOf: id)
        bytes.append(text: "\",\"status\":")
        bytes.append(decimal: status)
        bytes.append(text: ",\"by\":\"")
        bytes.append(text: outcome.rawValue)
        bytes.append(text: "\",\"microseconds\":")
        bytes.append(decimal: Int(LatencyHistogram.microseconds(duration)))
        bytes.append(text: ",\"sent\":")
        bytes.append(decimal: sent)
        bytes.append(text: ",\"client\":")
        bytes.append(json: client)
        bytes.append(text: ",\"method\":")
        bytes.append(json: request.method.description)
        bytes.append(text: ",\"host\":")
        bytes.append(json: request.authority)
        bytes.append(text: ",\"target\":")
        bytes.append(json: request.target)
        bytes.append(text: "}\n")
    }
}
