import AWSServices
import AWSWire
import Provisioning
import Resources

/// Keys of KMS with their alias. A key has no name and its creation takes no token: the alias and the tags tell whose it is.
enum EncryptionKeyHandler: KindHandler {
    /// Days until KMS really deletes a key, in which the deletion can still be taken back. Range 7...30.
    private static let waitingDays = 7

    static func find(_ search: Search<EncryptionKeySettings>) async throws -> [Observed] {
        let work = search.work
        async let arns = work.taggedARNs(of: "key/", in: .region)
        let aliases = try await work.lookAll(KMS.ListAliasesRequest()).flatMap(\.aliases)
        let wanted = Set(search.items.map(\.settings.alias.text))
        let named = aliases.filter { wanted.contains($0.aliasName ?? "") }.compactMap(\.targetKeyId)
        let tagged = try await arns.map(\.arn).filter { $0.contains(":kms:") }
            .compactMap { $0.components(after: ":key/") }
        return try await Set(named + tagged).sorted().concurrentCompactMap { id in
            let alias = aliases.filter { $0.targetKeyId == id }.compactMap(\.aliasName)
            return try await observed(id, alias.first { wanted.contains($0) } ?? alias.first ?? "", search)
        }
    }

    private static func observed(
        _ id: String, _ alias: String, _ search: Search<EncryptionKeySettings>
    ) async throws -> Observed? {
        let work = search.work
        async let detail = work.lookIfThere(KMS.DescribeKeyRequest(keyId: id))
        async let policy =
            work.isForRemoval
            ? nil : work.lookIfThere(KMS.GetKeyPolicyRequest(keyId: id, policyName: "default"))
        async let rotation = work.isForRemoval ? nil : work.lookIfThere(KMS.GetKeyRotationStatusRequest(keyId: id))
        let item = search.items.first { $0.settings.alias.text == alias }
        async let listed = work.tags(of: work.connection.arn("kms", "key/\(id)"), wanted: item?.tags) {
            [String: String](try await work.lookIfThere(KMS.ListResourceTagsRequest(keyId: id))?.tags ?? [])
        }
        guard let key = try await detail?.keyMetadata, key.keyState != "PendingDeletion" else { return nil }
        let tags = try await listed
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        let settings = EncryptionKeySettings(
            alias: Value(alias), description: key.description ?? "",
            policy: PolicyDocument(answer: try await policy?.policy ?? "") ?? PolicyDocument([]),
            rotates: try await rotation?.keyRotationEnabled ?? false)
        return Observed(address, .encryptionKey(settings), facts: [.id: id, .arn: key.arn ?? ""], tags: tags)
    }

    static func create(_ order: Order<EncryptionKeySettings>) async throws -> Observed {
        let request = KMS.CreateKeyRequest(
            policy: order.settings.policy.json.text, description: order.settings.description,
            tags: KMS.Tag.list(order.tags))
        return try await order.work.callOnce(request) { work in
            try await inTags(order, work)
        } made: { answer in
            let key = try answer.keyMetadata.orUnreadable("KMS.CreateKey", "KeyMetadata")
            var bare = order.settings
            bare.alias = ""
            bare.rotates = false
            return order.born(
                bare, facts: [.id: try key.keyId.orUnreadable("KMS.CreateKey", "KeyId"), .arn: key.arn ?? ""])
        }
    }

    /// A key that an earlier run has made and given no alias yet has nothing but its tags.
    private static func inTags(_ order: Order<EncryptionKeySettings>, _ work: Work) async throws -> Observed? {
        let resource = Resource(order.address, order.settings.settings, tags: order.tags, place: order.place)
        let graph = ResourceGraph([Resource(order.address, order.settings.settings)])
        var work = work
        work.board = FindBoard(graph, work)
        return try await find(Search([resource], work)).first { $0.address == order.address }
    }

    static func update(_ order: Order<EncryptionKeySettings>, from observed: Observed) async throws -> Observed {
        guard case .encryptionKey(let found) = observed.settings, let id = observed.facts[.id] else { return observed }
        let tags = TagChange(order.tags, from: observed.tags).calls {
            KMS.TagResourceRequest(keyId: id, tags: KMS.Tag.list($0))
        } untag: {
            KMS.UntagResourceRequest(keyId: id, tagKeys: $0)
        }
        if order.settings.alias != found.alias { try await name(id, order.settings.alias.text, order.work) }
        try await order.work.perform(
            EncryptionKeyCalls.changes(order.settings, from: found, id: id) + tags, in: .region)
        return order.done(facts: observed.facts)
    }

    /// An alias of that name may lead to a key that is on its way out.
    private static func name(_ id: String, _ alias: String, _ work: Work) async throws {
        do {
            try await work.call(KMS.CreateAliasRequest(aliasName: alias, targetKeyId: id))
        } catch let error as AWSError where error.kind == .alreadyExists {
            try await work.call(KMS.UpdateAliasRequest(aliasName: alias, targetKeyId: id))
        }
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard case .encryptionKey(let key) = observed.settings, let id = observed.facts[.id] else { return }
        if !key.alias.text.isEmpty {
            try await work.gone(KMS.DeleteAliasRequest(aliasName: key.alias.text), in: .region)
        }
        do {
            try await work.gone(
                KMS.ScheduleKeyDeletionRequest(keyId: id, pendingWindowInDays: waitingDays), in: .region)
        } catch let error as AWSError where error.code.hasPrefix("KMSInvalidState") {
            // It is on its way out already.
            return
        }
    }

    static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed? {
        guard let id = observed.facts[.id],
            let key = try await work.lookIfThere(KMS.DescribeKeyRequest(keyId: id))?.keyMetadata
        else { return nil }
        return key.keyState == "PendingDeletion" ? nil : observed
    }
}

/// What is said to KMS about a key that exists.
enum EncryptionKeyCalls {
    static func changes(
        _ desired: EncryptionKeySettings, from observed: EncryptionKeySettings, id: String
    ) -> [any WireRequest] {
        var calls: [any WireRequest] = []
        if desired.description != observed.description {
            calls.append(KMS.UpdateKeyDescriptionRequest(keyId: id, description: desired.description))
        }
        if !desired.policy.says(observed.policy) {
            calls.append(KMS.PutKeyPolicyRequest(keyId: id, policy: desired.policy.json.text, policyName: "default"))
        }
        if desired.rotates != observed.rotates {
            calls.append(
                desired.rotates ? KMS.EnableKeyRotationRequest(keyId: id) : KMS.DisableKeyRotationRequest(keyId: id))
        }
        return calls
    }
}

/// KMS calls the halves of a tag differently.
extension KMS.Tag: TagShape {
    var key: String? {
        get { tagKey }
        set { tagKey = newValue }
    }
    var value: String? {
        get { tagValue }
        set { tagValue = newValue }
    }
}
