import AWSServices
import AWSWire
import Provisioning
import Resources

/// Cache policies of the stack. They cannot be tagged: their names say whose they are.
enum CachePolicyHandler: KindHandler {
    static func find(_ search: Search<CachePolicySettings>) async throws -> [Observed] {
        guard !search.items.isEmpty || search.work.board != nil else { return [] }
        let pages = try await search.work.lookAll(CloudFront.ListCachePoliciesRequest(type: "custom"), in: .global)
        let policies = pages.flatMap { $0.cachePolicyList?.items ?? [] }.compactMap(\.cachePolicy)
        return policies.compactMap { policy in
            guard let config = policy.cachePolicyConfig, let id = policy.id else { return nil }
            let settings = CachePolicySettings(config)
            let item = search.items.first { $0.settings.name == settings.name }
            guard let address = item?.address ?? stray(settings, search.work) else { return nil }
            return Observed(address, .cachePolicy(settings), facts: [.id: id, .name: settings.name.text])
        }
    }

    /// One that an earlier manifest asked for: `guestbook-ttl-60`.
    private static func stray(_ settings: CachePolicySettings, _ work: Work) -> Address? {
        let name = settings.name.text
        guard work.board != nil, name.hasPrefix("\(work.scope.fullName)-ttl-") else { return nil }
        let word = name.dropFirst(work.scope.fullName.count + 1)
        guard word.dropFirst("ttl-".count).allSatisfy(\.isNumber) else { return nil }
        return Address(.edge, ResourceKind.cachePolicy.rawValue, String(word))
    }

    static func create(_ order: Order<CachePolicySettings>) async throws -> Observed {
        do {
            let request = CloudFront.CreateCachePolicyRequest(
                cachePolicyConfig: CachePolicyCalls.config(order.settings))
            let answer = try await order.work.call(request, in: .global)
            let id = try (answer.cachePolicy?.id).orUnreadable("CloudFront.CreateCachePolicy", "Id")
            return order.done(facts: [.id: id, .name: order.settings.name.text])
        } catch let error as AWSError where error.kind == .alreadyExists {
            return try await adopt(order, named: order.settings.name.text)
        }
    }

    static func update(_ order: Order<CachePolicySettings>, from observed: Observed) async throws -> Observed {
        guard let id = observed.facts[.id] else { return observed }
        let revision = try await order.work.call(CloudFront.GetCachePolicyRequest(id: id), in: .global).eTag
        try await order.work.call(
            CloudFront.UpdateCachePolicyRequest(
                cachePolicyConfig: CachePolicyCalls.config(order.settings), id: id, ifMatch: revision), in: .global)
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let id = observed.facts[.id],
            let answer = try await work.callIfThere(CloudFront.GetCachePolicyRequest(id: id), in: .global)
        else { return }
        try await work.gone(CloudFront.DeleteCachePolicyRequest(id: id, ifMatch: answer.eTag), in: .global)
    }
}
