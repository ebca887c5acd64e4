/// One way from party to party, with every layer on it and every layer on the answers' way back.
package struct Flight: Sendable, Hashable {
    package var way: NetworkModel.Way
    /// What would go this way if nothing stopped it.
    package var universe: PacketSet
    package var there: [Stage]
    package var back: [Return]

    /// What reaches the other end, whether an answer comes back or not.
    package var arrives: PacketSet { there.reduce(universe) { $0.intersection($1.passes) } }
}

/// One leg of the answers' way: from the far end to where the connection got its source port.
package struct Return: Sendable, Hashable {
    /// Where the connections of this leg come from.
    package var ports: SpanSet
    /// Under whose addresses the calls of this leg go; nil for the caller's own.
    package var sender: SpanSet?
    /// In the answers' own words: source is who was called, the port is the caller's.
    package var universe: PacketSet
    package var stages: [Stage]

    package var arrives: PacketSet { stages.reduce(universe) { $0.intersection($1.passes) } }
}

/// All that can be said about one party calling another.
package struct Link: Sendable, Hashable {
    /// Positions in the network's parties.
    package var from: Int
    package var to: Int
    package var flights: [Flight]

    /// What reaches `to`.
    package let arrives: PacketSet
    /// Source ports to which answers over TCP do not come back from everybody who is called; empty as well when no call
    /// arrives.
    package let unanswered: SpanSet

    init(from: Int, to: Int, flights: [Flight]) {
        self.from = from
        self.to = to
        self.flights = flights
        arrives = PacketSet.union(of: flights.map(\.arrives))
        unanswered = SpanSet.union(of: flights.map(\.unanswered))
    }
}

extension Flight {
    /// Only calls that arrive are answered.
    fileprivate var unanswered: SpanSet {
        let calls = arrives
        return calls.isEmpty ? SpanSet() : SpanSet.union(of: back.map { $0.unanswered(calls) })
    }
}

extension Return {
    /// Ports of this leg to which answers over TCP do not come from everybody who is called.
    fileprivate func unanswered(_ calls: PacketSet) -> SpanSet {
        let answers = calls.layers.flatMap { source in
            source.inner.layers.filter { !$0.inner[6].isEmpty }.map { destination in
                PacketSet(
                    destination.span,
                    Layered<Layered<SpanSet>>(sender ?? SpanSet(source.span), Traffic.tcp(ports).region))
            }
        }
        let missing = PacketSet.union(of: answers).subtracting(arrives)
        return SpanSet.union(of: missing.layers.flatMap { $0.inner.layers.map { $0.inner[6] } })
    }
}
