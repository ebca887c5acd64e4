import AWSServices
import AWSWire
import Provisioning
import Resources

/// Web ACLs of scope CLOUDFRONT, which live in us-east-1.
enum WebACLHandler: KindHandler {
    static func find(_ search: Search<WebACLSettings>) async throws -> [Observed] {
        try await listed(search).concurrentCompactMap { summary in
            async let described = settings(summary, search)
            guard let (address, tags) = try await owned(summary, search), let settings = try await described else {
                return nil
            }
            return Observed(address, .webACL(settings), facts: facts(summary), tags: tags, place: .edge)
        }
    }

    /// Nil when it is gone. A removal need not know its rules.
    private static func settings(
        _ summary: WAFv2.WebACLSummary, _ search: Search<WebACLSettings>
    ) async throws -> WebACLSettings? {
        let item = search.items.first { $0.settings.name.text == summary.name }
        if search.work.isForRemoval, let item { return item.settings }
        let answer = try await search.work.lookIfThere(get(summary.name, summary.id), in: .edge)
        return answer?.webACL.map { WebACLSettings($0) }
    }

    /// The list has its ARN already.
    static func identify(_ search: Search<WebACLSettings>) async throws -> [Address: [Fact: String]]? {
        let pairs = try await listed(search).concurrentCompactMap { summary in
            try await owned(summary, search).map { ($0.0, facts(summary)) }
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private static func listed(_ search: Search<WebACLSettings>) async throws -> [WAFv2.WebACLSummary] {
        let work = search.work
        async let tagged = work.taggedARNs(of: "global/webacl/", in: .edge)
        if search.items.isEmpty, try await tagged.isEmpty { return [] }
        let names = Set(search.items.map(\.settings.name.text))
        let pages = try await work.lookAll(WAFv2.ListWebACLsRequest(scope: "CLOUDFRONT"), in: .edge)
        let arns = Set(try await tagged.map(\.arn))
        return pages.flatMap(\.webACLs).filter { names.contains($0.name ?? "") || arns.contains($0.arn ?? "") }
    }

    /// Nil for somebody else's.
    private static func owned(
        _ summary: WAFv2.WebACLSummary, _ search: Search<WebACLSettings>
    ) async throws -> (Address, [String: String])? {
        guard let arn = summary.arn else { return nil }
        let item = search.items.first { $0.settings.name.text == summary.name }
        let tags = try await search.work.tags(of: arn, wanted: item?.tags, in: .edge) {
            let answer = try await search.work.lookIfThere(
                WAFv2.ListTagsForResourceRequest(resourceARN: arn), in: .edge)
            return [String: String](answer?.tagInfoForResource?.tagList ?? [])
        }
        return search.address(tags: tags, orOf: item).map { ($0, tags) }
    }

    private static func facts(_ summary: WAFv2.WebACLSummary) -> [Fact: String] {
        [.id: summary.id ?? "", .arn: summary.arn ?? "", .name: summary.name ?? ""]
    }

    private static func get(_ name: String?, _ id: String?) -> WAFv2.GetWebACLRequest {
        WAFv2.GetWebACLRequest(name: name, scope: "CLOUDFRONT", id: id)
    }

    static func create(_ order: Order<WebACLSettings>) async throws -> Observed {
        do {
            let answer = try await order.work.call(WebACLCalls.create(order.settings, tags: order.tags), in: .edge)
            let summary = try answer.summary.orUnreadable("WAFv2.CreateWebACL", "Summary")
            return order.done(
                facts: [.id: summary.id ?? "", .arn: summary.arn ?? "", .name: order.settings.name.text])
        } catch let error as AWSError where isTaken(error) {
            return try await adopt(order, named: order.settings.name.text)
        }
    }

    static func isTaken(_ error: AWSError) -> Bool {
        error.kind == .alreadyExists || error.code.lowercased().contains("duplicateitem")
    }

    /// How often somebody else may change it between our look and our write.
    static let tries = 5

    static func wasOvertaken(_ error: AWSError) -> Bool { error.code == "WAFOptimisticLockException" }

    static func update(_ order: Order<WebACLSettings>, from observed: Observed) async throws -> Observed {
        guard case .webACL(let found) = observed.settings, let arn = observed.facts[.arn] else { return observed }
        if found != order.settings { try await write(order, id: observed.facts[.id] ?? "") }
        try await order.work.perform(WAFTags.calls(arn, order.tags, from: observed.tags), in: .edge)
        return order.done(facts: observed.facts)
    }

    private static func write(_ order: Order<WebACLSettings>, id: String) async throws {
        for attempt in 1... {
            let answer = try await order.work.call(get(order.settings.name.text, id), in: .edge)
            let acl = try answer.webACL.orUnreadable("WAFv2.GetWebACL", "WebACL")
            do {
                try await order.work.call(
                    WebACLCalls.update(order.settings, from: acl, lockToken: answer.lockToken ?? ""), in: .edge)
                return
            } catch let error as AWSError where wasOvertaken(error) && attempt < tries {
                continue
            }
        }
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let id = observed.facts[.id], let name = observed.facts[.name],
            let answer = try await work.callIfThere(get(name, id), in: .edge)
        else { return }
        try await work.gone(
            WAFv2.DeleteWebACLRequest(name: name, scope: "CLOUDFRONT", id: id, lockToken: answer.lockToken ?? ""),
            in: .edge)
    }
}

/// Where web ACLs write. It has no tags and no name: it belongs to its web ACL.
enum WebACLLoggingHandler: KindHandler {
    static func find(_ search: Search<WebACLLoggingSettings>) async throws -> [Observed] {
        let search = try await search.knowing([.webACL, .logGroup])
        return try await search.items.concurrentCompactMap { item in
            guard let acl = item.settings.webACL.literal,
                let answer = try await search.work.lookIfThere(
                    WAFv2.GetLoggingConfigurationRequest(resourceArn: acl), in: .edge),
                let destination = answer.loggingConfiguration?.logDestinationConfigs?.first
            else { return nil }
            let settings = WebACLLoggingSettings(
                webACL: Value(acl), destination: Value(destination.withoutStreams))
            return Observed(item.address, .webACLLogging(settings), facts: [.id: acl], place: .edge)
        }
    }

    static func create(_ order: Order<WebACLLoggingSettings>) async throws -> Observed {
        let configuration = WAFv2.LoggingConfiguration(
            resourceArn: order.settings.webACL.text, logDestinationConfigs: [order.settings.destination.text])
        try await order.work.call(
            WAFv2.PutLoggingConfigurationRequest(loggingConfiguration: configuration), in: .edge)
        return order.done(facts: [.id: order.settings.webACL.text])
    }

    static func update(_ order: Order<WebACLLoggingSettings>, from observed: Observed) async throws -> Observed {
        try await create(order)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let acl = observed.facts[.id] else { return }
        try await work.gone(WAFv2.DeleteLoggingConfigurationRequest(resourceArn: acl), in: .edge)
    }
}

extension String {
    /// An ARN of a log group may end in `:*`, which stands for the streams in it.
    var withoutStreams: String { hasSuffix(":*") ? String(dropLast(2)) : self }
}
