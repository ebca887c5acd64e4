import AWSServices
import AWSWire
import Resources

extension Work {
    /// What belongs to the stack, for describe calls of EC2 that can filter by tag.
    var ofThisStack: [EC2.Filter] { [EC2.Filter(name: "tag:\(StackScope.stackTag)", values: [scope.fullName])] }

    /// Whether anything of the type may be the stack's. One list answers for all types, so that an empty account is asked once.
    func mayHave(_ type: EC2.ResourceType) async throws -> Bool {
        guard listsTagsFirst else { return true }
        let request = EC2.DescribeTagsRequest(filters: [
            EC2.Filter(name: "key", values: [StackScope.stackTag]), EC2.Filter(name: "value", values: [scope.fullName]),
        ])
        return try await lookAll(request).flatMap(\.tags).contains { $0.resourceType == type }
    }

    /// One call for what is new or different, one for what goes.
    func retag(_ id: String, from old: [String: String], to new: [String: String]) async throws {
        let (put, removed) = tagChanges(from: old, to: new)
        if !put.isEmpty { try await call(EC2.CreateTagsRequest(resources: [id], tags: EC2.tags(put))) }
        if !removed.isEmpty {
            try await call(EC2.DeleteTagsRequest(resources: [id], tags: removed.map { EC2.Tag(key: $0) }))
        }
    }
}

/// What has to be written and which keys have to go.
func tagChanges(from old: [String: String], to new: [String: String]) -> (put: [String: String], removed: [String]) {
    (new.filter { old[$0.key] != $0.value }, old.keys.filter { new[$0] == nil }.sorted())
}

extension EC2 {
    static func tags(_ tags: [String: String]) -> [EC2.Tag] {
        tags.sorted { $0.key < $1.key }.map { EC2.Tag(key: $0.key, value: $0.value) }
    }

    /// Without those that AWS sets itself.
    static func dictionary(_ tags: [EC2.Tag]) -> [String: String] {
        let pairs = tags.compactMap { tag in tag.key.map { ($0, tag.value ?? "") } }
        return Dictionary(pairs) { first, _ in first }.filter { !$0.key.hasPrefix("aws:") }
    }
}

extension Order {
    func tagged(_ type: EC2.ResourceType) -> [EC2.TagSpecification]? {
        tags.isEmpty ? nil : [EC2.TagSpecification(resourceType: type, tags: EC2.tags(tags))]
    }

    func retag(_ id: String, from observed: Observed) async throws {
        if tags != observed.tags { try await work.retag(id, from: observed.tags, to: tags) }
    }
}

extension AWSConnection {
    /// What every resource of EC2 is known by.
    func facts(_ id: String, _ type: String) -> [Fact: String] { [.id: id, .arn: arn("ec2", "\(type)/\(id)")] }
}
