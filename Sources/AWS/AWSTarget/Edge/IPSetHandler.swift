import AWSServices
import AWSWire
import Provisioning
import Resources
import Stacks

/// Sets of addresses of scope CLOUDFRONT, which live in us-east-1.
enum IPSetHandler: KindHandler {
    static func find(_ search: Search<IPSetSettings>) async throws -> [Observed] {
        let work = search.work
        async let tagged = work.taggedARNs(of: "global/ipset/", in: .edge)
        if search.items.isEmpty, try await tagged.isEmpty { return [] }
        let names = Set(search.items.map(\.settings.name.text))
        let pages = try await work.lookAll(WAFv2.ListIPSetsRequest(scope: "CLOUDFRONT"), in: .edge)
        let arns = Set(try await tagged.map(\.arn))
        let listed = pages.flatMap(\.ipSets).filter { names.contains($0.name ?? "") || arns.contains($0.arn ?? "") }
        return try await listed.concurrentCompactMap { summary in
            guard let arn = summary.arn else { return nil }
            async let detail = work.lookIfThere(get(summary.name, summary.id), in: .edge)
            let item = search.items.first { $0.settings.name.text == summary.name }
            let tags = try await work.tags(of: arn, wanted: item?.tags, in: .edge) {
                let answer = try await work.lookIfThere(WAFv2.ListTagsForResourceRequest(resourceARN: arn), in: .edge)
                return [String: String](answer?.tagInfoForResource?.tagList ?? [])
            }
            guard let set = try await detail?.ipSet, let address = search.address(tags: tags, orOf: item) else {
                return nil
            }
            return Observed(
                address, .ipSet(IPSetSettings(set)),
                facts: [.id: summary.id ?? "", .arn: arn, .name: summary.name ?? ""], tags: tags, place: .edge)
        }
    }

    private static func get(_ name: String?, _ id: String?) -> WAFv2.GetIPSetRequest {
        WAFv2.GetIPSetRequest(name: name ?? "", scope: "CLOUDFRONT", id: id ?? "")
    }

    static func create(_ order: Order<IPSetSettings>) async throws -> Observed {
        let settings = order.settings
        let request = WAFv2.CreateIPSetRequest(
            name: settings.name.text, scope: "CLOUDFRONT",
            ipAddressVersion: WAFv2.IPAddressVersion(rawValue: settings.family.rawValue),
            addresses: settings.addresses, description: settings.description,
            tags: order.tags.isEmpty ? nil : WAFv2.Tag.list(order.tags))
        do {
            let answer = try await order.work.call(request, in: .edge)
            let summary = try answer.summary.orUnreadable("WAFv2.CreateIPSet", "Summary")
            return order.done(
                facts: [.id: summary.id ?? "", .arn: summary.arn ?? "", .name: settings.name.text])
        } catch let error as AWSError where WebACLHandler.isTaken(error) {
            return try await adopt(order, named: settings.name.text)
        }
    }

    static func update(_ order: Order<IPSetSettings>, from observed: Observed) async throws -> Observed {
        guard case .ipSet(let found) = observed.settings, let arn = observed.facts[.arn] else { return observed }
        if found != order.settings { try await write(order, id: observed.facts[.id] ?? "") }
        try await order.work.perform(WAFTags.calls(arn, order.tags, from: observed.tags), in: .edge)
        return order.done(facts: observed.facts)
    }

    private static func write(_ order: Order<IPSetSettings>, id: String) async throws {
        let settings = order.settings
        for attempt in 1... {
            let answer = try await order.work.call(get(settings.name.text, id), in: .edge)
            let request = WAFv2.UpdateIPSetRequest(
                name: settings.name.text, scope: "CLOUDFRONT", id: id, addresses: settings.addresses,
                lockToken: answer.lockToken ?? "", description: settings.description)
            do {
                try await order.work.call(request, in: .edge)
                return
            } catch let error as AWSError where WebACLHandler.wasOvertaken(error) && attempt < WebACLHandler.tries {
                continue
            }
        }
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let id = observed.facts[.id], let name = observed.facts[.name],
            let answer = try await work.callIfThere(get(name, id), in: .edge)
        else { return }
        try await work.gone(
            WAFv2.DeleteIPSetRequest(name: name, scope: "CLOUDFRONT", id: id, lockToken: answer.lockToken ?? ""),
            in: .edge)
    }
}

extension IPSetSettings {
    /// Blocks in the form of the manifest: WAF writes the zeros of an IPv6 address out.
    init(_ set: WAFv2.IPSet) {
        self.init(
            name: Value(set.name ?? ""), description: set.description ?? "",
            family: set.ipAddressVersion == .ipv6 ? .ipv6 : .ipv4,
            addresses: set.addresses.map { AddressBlock($0)?.description ?? $0 })
    }
}
