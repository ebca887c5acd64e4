/// A rule that changes nothing, since others let the same pass or stop the same.
package struct Superfluous: Sendable, Hashable {
    package var layer: String
    package var rule: String
}

extension Proof {
    /// By layer, in the order of the rules.
    package var superfluous: [Superfluous] {
        let groups = network.groups.sorted { $0.key < $1.key }.flatMap { name, group in
            rules(group.ingress, .groupIngress([name])) + rules(group.egress, .groupEgress([name]))
        }
        let lists = network.lists.sorted { $0.key < $1.key }.flatMap { name, list in
            entries(list.entries(.ingress), .listIngress(name)) + entries(list.entries(.egress), .listEgress(name))
        }
        return groups + lists
    }

    private func entries(_ entries: [NetworkModel.Entry], _ layer: Layer) -> [Superfluous] {
        var search = SpareEntries(entries: entries)
        search.look(at: entries[...], before: PeerFilter(), after: PeerFilter())
        return search.found.map { Superfluous(layer: layer.text, rule: $0.text) }
    }

    private func rules(_ rules: [NetworkModel.Rule], _ layer: Layer) -> [Superfluous] {
        let sets = rules.indices.compactMap { index -> (index: Int, set: PeerFilter)? in
            guard case .addresses(let set) = rules[index].peer else { return nil }
            return (index, PeerFilter(set, rules[index].traffic.region))
        }
        var search = SpareSets()
        search.look(at: sets[...], others: PeerFilter())
        let all = PeerFilter.union(of: sets.map(\.set))
        let named = rules.indices.filter { index in
            guard case .group(let name) = rules[index].peer else { return false }
            return isSpare(rules, index, group: name, addressed: all)
        }
        return (search.found + named).sorted().map { Superfluous(layer: layer.text, rule: rules[$0].text) }
    }

    /// A group's members decide what its name stands for.
    private func isSpare(_ rules: [NetworkModel.Rule], _ index: Int, group: String, addressed: PeerFilter) -> Bool {
        network.parties.filter { $0.groups.contains(group) }.allSatisfy { member in
            let others = rules.indices.filter { other in
                guard other != index, case .group(let name) = rules[other].peer else { return false }
                return member.groups.contains(name)
            }
            let named = Layered<SpanSet>.union(of: others.map { rules[$0].traffic.region })
            let missing = PeerFilter(member.addresses, rules[index].traffic.region.subtracting(named))
            return missing.isSubset(of: addressed)
        }
    }
}

/// Which of many sets the others cover. Halves are looked at with the union of all outside of them, cut to what they hold
/// themselves: that stays small, where one union for each set would cost the square.
private struct SpareSets {
    var found: [Int] = []

    mutating func look(at sets: ArraySlice<(index: Int, set: PeerFilter)>, others: PeerFilter) {
        guard let first = sets.first else { return }
        guard sets.count > 1 else {
            if first.set.isSubset(of: others) { found.append(first.index) }
            return
        }
        let middle = sets.startIndex + sets.count / 2
        let (left, right) = (sets[..<middle], sets[middle...])
        let (inLeft, inRight) = (PeerFilter.union(of: left.map(\.set)), PeerFilter.union(of: right.map(\.set)))
        look(at: left, others: others.union(inRight).intersection(inLeft))
        look(at: right, others: others.union(inLeft).intersection(inRight))
    }
}

/// The same for entries, whose order counts: an entry decides what none before it decides, and without it those behind it
/// would.
private struct SpareEntries {
    let entries: [NetworkModel.Entry]
    var found: [NetworkModel.Entry] = []

    init(entries: [NetworkModel.Entry]) { self.entries = entries }

    /// `before` is decided already; `after` is what the entries behind would allow.
    mutating func look(at part: ArraySlice<NetworkModel.Entry>, before: PeerFilter, after: PeerFilter) {
        guard let entry = part.first else { return }
        guard part.count > 1 else {
            let decides = PeerFilter(entry.peer, entry.traffic.region).subtracting(before)
            let isSpare = entry.allows ? decides.isSubset(of: after) : decides.intersection(after).isEmpty
            if isSpare { found.append(entry) }
            return
        }
        let middle = part.startIndex + part.count / 2
        let (first, second) = (ListVerdict(part[..<middle]), ListVerdict(part[middle...]))
        look(
            at: part[..<middle], before: before.intersection(first.decided),
            after: second.allowed.union(after.subtracting(second.denied)).intersection(first.decided))
        look(
            at: part[middle...], before: before.union(first.decided).intersection(second.decided),
            after: after.intersection(second.decided))
    }
}
