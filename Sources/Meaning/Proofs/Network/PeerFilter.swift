/// What passes a filter: the other end's addresses × protocol × port. Groups and access lists look at nothing else.
typealias PeerFilter = Layered<Layered<SpanSet>>

extension NetworkModel.AccessList {
    enum Direction { case ingress, egress }

    func entries(_ direction: Direction) -> [NetworkModel.Entry] {
        (direction == .ingress ? ingress : egress).sorted { $0.number < $1.number }
    }

    /// What the list lets pass.
    func filter(_ direction: Direction) -> PeerFilter { ListVerdict(entries(direction)[...]).allowed }
}

/// What a run of entries has decided. A later run decides only what the earlier left open, so runs can be joined in any
/// grouping: halves are far cheaper than one entry after the other.
struct ListVerdict {
    var allowed = PeerFilter()
    var denied = PeerFilter()

    var decided: PeerFilter { allowed.union(denied) }

    init(_ entries: ArraySlice<NetworkModel.Entry>) {
        guard entries.count > 1 else {
            guard let entry = entries.first else { return }
            let set = PeerFilter(entry.peer, entry.traffic.region)
            if entry.allows { allowed = set } else { denied = set }
            return
        }
        let middle = entries.startIndex + entries.count / 2
        let (first, second) = (ListVerdict(entries[..<middle]), ListVerdict(entries[middle...]))
        allowed = first.allowed.union(second.allowed.subtracting(first.denied))
        denied = first.denied.union(second.denied.subtracting(first.allowed))
    }
}

/// A group's rules of one direction: by address, and by the group that the other end is in.
struct GroupFilter {
    private let byAddress: PeerFilter
    private let byGroup: [String: Traffic]

    init(_ rules: [NetworkModel.Rule]) {
        var addresses: [PeerFilter] = []
        var groups: [String: [Layered<SpanSet>]] = [:]
        for rule in rules {
            switch rule.peer {
            case .addresses(let set): addresses.append(PeerFilter(set, rule.traffic.region))
            case .group(let name): groups[name, default: []].append(rule.traffic.region)
            }
        }
        byAddress = .union(of: addresses)
        byGroup = groups.mapValues { Traffic(.union(of: $0)) }
    }

    func filter(peer: Party) -> PeerFilter {
        let named = peer.groups.compactMap { byGroup[$0] }.map { PeerFilter(peer.addresses, $0.region) }
        let addressed = byAddress.intersection(PeerFilter(peer.addresses, Traffic.all.region))
        return .union(of: [addressed] + named)
    }
}

extension PacketSet {
    /// What goes from `sources` past a filter of receivers.
    init(from sources: SpanSet, _ receivers: PeerFilter) { self.init(sources, receivers) }

    /// What goes past a filter of senders to `destinations`.
    init(_ senders: PeerFilter, to destinations: SpanSet) {
        self = PacketSet.union(
            of: senders.layers.map { PacketSet($0.span, Layered<Layered<SpanSet>>(destinations, $0.inner)) })
    }
}
