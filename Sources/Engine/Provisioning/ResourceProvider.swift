package import Resources

/// What carries out single steps on a real cloud. The engine decides what is done, in which order, and what is tried
/// again; a provider makes one call, or the few that belong together, and tells what came of it.
///
/// Every method may be called again after a crash in its middle and must then end in the same world: `create` finds what
/// an earlier call has made (by name, by token, by tag), `delete` takes "not found" for success.
package protocol ResourceProvider: Sendable {
    /// Everything of the stack that exists. Reads only; starts all describe calls at once.
    func discover(_ graph: ResourceGraph) async throws -> World

    /// Everything of the stack that exists, with no more of its settings than a removal needs.
    func discoverForRemoval(_ graph: ResourceGraph) async throws -> World

    /// Makes the resource with the least calls that give it an identity and its tags, and tells how it was born. What
    /// still differs from what is desired, `update` brings about.
    func create(_ resource: Resource, knowing facts: KnownFacts) async throws -> Observed

    /// Changes in place whatever differs.
    func update(_ resource: Resource, from observed: Observed, knowing facts: KnownFacts) async throws -> Observed

    /// Returns once the resource is ready; throws a report with AWS's own reason when it never will be. `progress` takes
    /// what is being waited for, in a few words.
    func waitUntilReady(
        _ resource: Resource, _ observed: Observed, knowing facts: KnownFacts,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> Observed

    /// Asks for the end of the resource, lifting protections first; data keeps a final snapshot unless `policy` says
    /// otherwise. Throws `KeptData` for what is left alone because of its content.
    func delete(_ observed: Observed, policy: DeletionPolicy) async throws

    /// Returns once it is gone.
    func waitUntilGone(_ observed: Observed, progress: @escaping @Sendable (String) -> Void) async throws
}

extension ResourceProvider {
    package func discoverForRemoval(_ graph: ResourceGraph) async throws -> World { try await discover(graph) }
}

/// A deletion that was not carried out because nobody has said that the data in it may go.
package struct KeptData: Error, Sendable, Equatable {
    /// `objects`, `images`
    package var holding: String

    package init(holding: String) { self.holding = holding }
}

/// What becomes of data when its resource is deleted.
package enum DeletionPolicy: Sendable, Equatable {
    /// A final snapshot is taken; buckets with content and repositories with images are kept and listed.
    case keepData
    case deleteData
}
