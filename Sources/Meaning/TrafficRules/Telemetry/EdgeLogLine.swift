/// One line of the edge's log, a JSON object for each request, whoever answered it. `request` is the id by which the load balancer, the
/// firewall and the tasks know it, too. What the request itself says is passed when the line is written, and not copied for it.
package struct EdgeLogLine: Sendable {
    /// Who answered.
    package enum Outcome: Sendable {
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
    package var status: Int
    package var sent: Int
    /// From the request's head to the answer's end.
    package var duration: Duration
    package var outcome: Outcome

    package init(time: WallTime, status: Int, sent: Int, duration: Duration, outcome: Outcome) {
        self.time = time
        self.status = status
        self.sent = sent
        self.duration = duration
        self.outcome = outcome
    }

    /// - Parameter id: of our own making; see `TraceID`.
    package func append(
        of request: RequestHead, _ id: [UInt8], from client: String, to bytes: inout [UInt8],
        _ moments: inout TimestampText
    ) {
        let method = request.method.description
        let bound =
            LineWriter.bound(json: client) + LineWriter.bound(json: method)
            + LineWriter.bound(json: request.authority) + LineWriter.bound(json: request.target)
        var line = LineWriter(roomFor: Self.ownBytes + id.count + bound)
        line.write("{\"time\":\"")
        moments.write(time, to: &line)
        line.write("\",\"request\":\"")
        line.write(id)
        line.write("\",\"status\":")
        line.write(decimal: status)
        line.write(outcome.member)
        line.write(decimal: Int(LatencyHistogram.microseconds(duration)))
        line.write(",\"sent\":")
        line.write(decimal: sent)
        line.write(",\"client\":")
        line.write(json: client)
        line.write(",\"method\":")
        line.write(json: method)
        line.write(",\"host\":")
        line.write(json: request.authority)
        line.write(",\"target\":")
        line.write(json: request.target)
        line.write("}\n")
        line.appendAndFree(to: &bytes)
    }

    /// No fewer than the names, the moment and the numbers take.
    private static let ownBytes = 320
}

extension EdgeLogLine.Outcome {
    /// With the name of what follows it.
    fileprivate var member: StaticString {
        switch self {
        case .hit: ",\"by\":\"hit\",\"microseconds\":"
        case .miss: ",\"by\":\"miss\",\"microseconds\":"
        case .refreshed: ",\"by\":\"refreshed\",\"microseconds\":"
        case .pass: ",\"by\":\"pass\",\"microseconds\":"
        case .refused: ",\"by\":\"refused\",\"microseconds\":"
        case .circle: ",\"by\":\"circle\",\"microseconds\":"
        }
    }
}
