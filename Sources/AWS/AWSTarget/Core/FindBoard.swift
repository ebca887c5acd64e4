import Resources
import Synchronization

/// What each kind has found in one discovery. Every kind is searched once, all of them at the same time; a kind that is found
/// through its parent waits until the parent is identified.
final class FindBoard: Sendable {
    let graph: ResourceGraph
    let work: Work
    let taken = TakenNames()
    private let searches = Mutex<[ResourceKind: Task<[Observed], any Error>]>([:])

    init(_ graph: ResourceGraph, _ work: Work) {
        self.graph = graph
        self.work = work
    }

    func found(_ kind: ResourceKind) async throws -> [Observed] {
        let search = searches.withLock { searches in
            if let search = searches[kind] { return search }
            let search = Task { try await self.search(handler(for: kind)) }
            searches[kind] = search
            return search
        }
        return try await search.value
    }

    /// Facts of what exists, as soon as they are known.
    func identified(_ kind: ResourceKind) async throws -> [Address: [Fact: String]] {
        if let known = try await identify(handler(for: kind)) { return known }
        return Dictionary(try await found(kind).map { ($0.address, $0.facts) }) { _, new in new }
    }

    /// Every kind's, or the first failure.
    func everything() async throws -> [Observed] {
        try await withThrowingTaskGroup(of: [Observed].self) { group in
            for kind in ResourceKind.allCases { group.addTask { try await self.found(kind) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// Version and family of the database's engine, for what is named after them.
    func engineLookups() async throws -> [Lookup: String] { try await LookupSearch(graph, self, work).engineAnswers() }

    private func search<Handler: KindHandler>(_ handler: Handler.Type) async throws -> [Observed] {
        try await handler.find(search(for: handler))
    }

    private func identify<Handler: KindHandler>(
        _ handler: Handler.Type
    ) async throws -> [Address: [Fact: String]]? {
        try await handler.identify(search(for: handler))
    }

    private func search<Handler: KindHandler>(for handler: Handler.Type) -> Search<Handler.Wanted> {
        var work = work.listingTagsFirst
        work.board = self
        return Search(graph.resources.filter { $0.kind == Handler.Wanted.kind }, work)
    }
}

extension Search {
    /// The same search with what identifies these kinds filled in: for what is found through its parents. While something is
    /// waited for, everything is known already and nothing is asked.
    func knowing(_ kinds: Set<ResourceKind>) async throws -> Search {
        guard let board = work.board else { return self }
        var facts = work.facts
        for kind in kinds {
            facts.facts.merge(try await board.identified(kind)) { _, new in new }
        }
        return Search(filling: self, with: facts)
    }
}
