import AWSServices
import AWSWire
import Resources
import Stacks

/// What carries the stack's tag, by ARN. AWS shows new resources here late and gone ones for a while, so this only says what
/// else to look for: what has the name of an earlier manifest, or was made by a run that was killed.
extension Work {
    /// Empty while something is waited for, when nothing but what is waited for counts.
    func taggedARNs(of type: String, in place: Place) async throws -> [(arn: String, tags: [String: String])] {
        guard board != nil else { return [] }
        return try await tagsByARN(in: place).filter { $0.key.contains(":\(type)") }
            .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The tags of one ARN. The list of all tagged resources shows changes late: it counts where it says what is wanted, or
    /// where nobody wants anything; else the resource itself is asked.
    func tags(
        of arn: String, wanted: [String: String]?, in place: Place = .region,
        asking: @Sendable () async throws -> [String: String]
    ) async throws -> [String: String] {
        if let tags = try await listedTags(of: arn, in: place), wanted == nil || tags == wanted { return tags }
        return try await asking().ownTags
    }

    /// As the list of all tagged resources has them; nil where it has not.
    func listedTags(of arn: String, in place: Place) async throws -> [String: String]? {
        guard board != nil else { return nil }
        return try await tagsByARN(in: place)[arn]?.ownTags
    }

    /// Looks for names at once, and for those that only tags tell of once these are known: as a rule there are none.
    func seek<Name: Hashable & Comparable & Sendable, Found: Sendable>(
        _ names: [Name], beside tagged: @escaping @Sendable () async throws -> [Name],
        _ look: @Sendable ([Name]) async throws -> [Found]
    ) async throws -> [Found] {
        async let others = tagged()
        let sought = Set(names)
        let found = sought.isEmpty ? [] : try await look(sought.sorted())
        let rest = Set(try await others).subtracting(sought)
        return rest.isEmpty ? found : found + (try await look(rest.sorted()))
    }

    private func tagsByARN(in place: Place) async throws -> [String: [String: String]] {
        let filter = TaggingAPI.TagFilter(key: StackScope.stackTag, values: [scope.fullName])
        // As many a page as there may be: a whole stack has more than the 50 of a page that says nothing.
        let request = TaggingAPI.GetResourcesRequest(tagFilters: [filter], resourcesPerPage: 100)
        let pages = try await lookAll(request, in: place)
        let pairs = pages.flatMap(\.resourceTagMappingList).map { ($0.resourceARN ?? "", [String: String]($0.tags)) }
        return Dictionary(pairs) { first, _ in first }
    }

    /// Calls that change one resource, in their order.
    func perform(_ calls: [any WireRequest], in place: Place) async throws {
        for request in calls { try await call(request, in: place) }
    }
}

extension KindHandler {
    /// AWS says that the name is taken: by an earlier run for this stack, whose work is taken over, or by somebody else.
    static func adopt(_ order: Order<Wanted>, named name: String) async throws -> Observed {
        if let found = try await existing(order) { return found }
        throw Report(
            "cannot create \(order.address): the name \(name) is taken",
            expected:
                "a \(Wanted.kind.rawValue) with the tag \(StackScope.stackTag)=\(order.work.scope.fullName), or none",
            state: "what has the name is left as it is",
            next:
                "rename the stack, or remove what has the name if it is yours; then run the same command: it continues")
    }

    /// What is there by now, whoever made it; nil when there is none.
    static func existing(_ order: Order<Wanted>) async throws -> Observed? {
        try await found(order, order.work.fresh())
    }

    /// What an earlier run has made; nil when there is none. The look at everything with which this run began may have told.
    static func earlier(_ order: Order<Wanted>) async throws -> Observed? {
        try await found(order, order.work.beforeCreation)
    }

    private static func found(_ order: Order<Wanted>, _ work: Work) async throws -> Observed? {
        let resource = Resource(order.address, order.settings.settings, tags: order.tags, place: order.place)
        return try await find(Search([resource], work)).first {
            $0.address == order.address && $0.state != .deleting
        }
    }
}

extension Search {
    /// Where a resource that was found stands: what its tags say; the item of that name where it has none of its own.
    /// Nil for what is somebody else's.
    func address(tags: [String: String], orOf item: Item?) -> Address? {
        if let own = work.scope.address(in: tags) { return own }
        guard let item, !tags.isEmpty else { return item?.address }
        noteTaken(item, tags: tags)
        return nil
    }

    /// Items by their place, since each region is asked for itself.
    var byPlace: [(place: Place, items: [Item])] {
        Dictionary(grouping: items, by: \.place).sorted { $0.key.rawValue < $1.key.rawValue }
            .map { ($0.key, $0.value) }
    }
}
