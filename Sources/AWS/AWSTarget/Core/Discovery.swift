import Resources

/// One look at everything that the stack has.
struct Discovery {
    private let graph: ResourceGraph
    private let work: Work

    init(_ graph: ResourceGraph, _ work: Work) {
        self.graph = graph
        var work = work
        work.facts.lookups.merge(work.connection.ownLookups) { _, new in new }
        self.work = work
    }

    func world() async throws -> World {
        let board = FindBoard(graph, work)
        async let lookups = work.isForRemoval ? work.connection.ownLookups : LookupSearch(graph, board, work).answers()
        async let found = board.everything()
        async let roles: Void = work.isForRemoval ? () : board.lookForTakenRoles()
        var world = World(found: try await found, lookups: try await lookups, graph: graph)
        try await roles
        world.taken = board.taken.all.filter { world.resources[$0.key] == nil }
        return world
    }
}

extension World {
    /// Puts what was found in its place. Of two at one address the one that other resources refer to stays; what is left
    /// over is a stray.
    init(found: [Observed], lookups: [Lookup: String], graph: ResourceGraph) {
        self.init(lookups: lookups)
        var uses: [String: Int] = [:]
        for observed in found {
            for text in Set(observed.settings.values.compactMap(\.literal)) { uses[text, default: 0] += 1 }
        }
        for (address, all) in Dictionary(grouping: found, by: \.address) {
            // The stack's region and the edge's may be one: then the same thing is found twice.
            let candidates = all.enumerated().filter { index, one in !all[..<index].contains { $0.isSame(as: one) } }
                .map(\.element)
            let isWanted = { (observed: Observed) in graph[address]?.kind == observed.settings.kind }
            let ranked = candidates.sorted { left, right in
                let (leftUses, rightUses) = (uses[left.identity ?? ""] ?? 0, uses[right.identity ?? ""] ?? 0)
                if isWanted(left) != isWanted(right) { return isWanted(left) }
                if left.rank != right.rank { return left.rank < right.rank }
                return leftUses != rightUses ? leftUses > rightUses : (left.identity ?? "") < (right.identity ?? "")
            }
            let kept = ranked.first.map { isWanted($0) ? 1 : 0 } ?? 0
            if kept == 1 { resources[address] = ranked[0] }
            strays += ranked.dropFirst(kept)
        }
        strays.sort { ($0.address, $0.identity ?? "") < ($1.address, $1.identity ?? "") }
    }
}

extension Observed {
    /// One that is leaving or has failed is no choice while another is there.
    fileprivate var rank: Int {
        switch state {
        case .ready, .pending: 0
        case .failed: 1
        case .deleting: 2
        }
    }
}
