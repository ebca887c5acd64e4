import AWSServices
import AWSWire
import Provisioning
import Resources

/// Functions of CloudFront. What runs is the copy in the stage LIVE; writes go to the one in DEVELOPMENT, must name its version, and
/// reach the other by being published. Killed between the two, a run leaves one that differs from what is wanted, and the next
/// writes it again.
///
/// Source: CloudFront's API reference, "PublishFunction" and "DescribeFunction", read 2026-11.
enum FunctionHandler: KindHandler {
    static func find(_ search: Search<FunctionSettings>) async throws -> [Observed] {
        let work = search.work
        return try await work.seek(search.items.map(\.settings.name.text)) {
            guard work.board != nil else { return [] }
            // By its name, too: whatever lists tags shows what is new late.
            let listed = try await work.taggedARNs(of: "function/", in: .global)
            return listed.compactMap { $0.arn.components(after: ":function/") }
                + [StackResources.requestIDFunctionName(in: work.scope.fullName)]
        } _: { names in
            try await names.concurrentCompactMap { try await observed($0, search) }
        }
    }

    private static func observed(_ name: String, _ search: Search<FunctionSettings>) async throws -> Observed? {
        let work = search.work
        let item = search.items.first { $0.settings.name.text == name }
        guard let (settings, arn) = try await seen(name, work) else { return nil }
        let tags = try await work.cloudFrontTags(of: arn, wanted: item?.tags)
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        return Observed(address, .function(settings), facts: [.name: name, .arn: arn], tags: tags)
    }

    private static func seen(_ name: String, _ work: Work) async throws -> (FunctionSettings, arn: String)? {
        // Each function has a draft, so one look more tells of both stages at once.
        async let published = summary(name, .live, work)
        async let draft = summary(name, .development, work)
        let (live, own) = try await (published, draft)
        guard let summary = live ?? own, let arn = summary.functionMetadata?.functionARN else { return nil }
        let stage = live == nil ? CloudFront.FunctionStage.development : .live
        let question = CloudFront.GetFunctionRequest(name: name, stage: stage)
        // Between the two looks it may have gone.
        guard let code = try await work.lookIfThere(question, in: .global)?.functionCode else { return nil }
        return (FunctionSettings(summary, code: code.bytes, isPublished: stage == .live), arn)
    }

    private static func summary(
        _ name: String, _ stage: CloudFront.FunctionStage, _ work: Work
    ) async throws -> CloudFront.FunctionSummary? {
        try await work.lookIfThere(CloudFront.DescribeFunctionRequest(name: name, stage: stage), in: .global)?
            .functionSummary
    }

    static func create(_ order: Order<FunctionSettings>) async throws -> Observed {
        let settings = order.settings
        let request = CloudFront.CreateFunctionRequest(
            name: settings.name.text, functionConfig: settings.configuration, functionCode: settings.blob,
            tags: CloudFront.Tags(items: CloudFront.Tag.list(order.tags)))
        do {
            let answer = try await order.work.call(request, in: .global)
            let arn = try (answer.functionSummary?.functionMetadata?.functionARN).orUnreadable(
                "CloudFront.CreateFunction", "FunctionARN")
            try await publish(order)
            return order.done(facts: [.name: settings.name.text, .arn: arn])
        } catch let error as AWSError where error.kind == .alreadyExists {
            return try await update(order, from: adopt(order, named: settings.name.text))
        }
    }

    static func update(_ order: Order<FunctionSettings>, from observed: Observed) async throws -> Observed {
        guard case .function(let found) = observed.settings, let arn = observed.facts[.arn] else { return observed }
        if found != order.settings { try await write(order) }
        try await order.work.perform(CloudFrontTags.calls(arn, order.tags, from: observed.tags), in: .global)
        return order.done(facts: observed.facts)
    }

    private static func write(_ order: Order<FunctionSettings>) async throws {
        let settings = order.settings
        try await naming(settings.name.text, order.work) { version in
            CloudFront.UpdateFunctionRequest(
                name: settings.name.text, ifMatch: version, functionConfig: settings.configuration,
                functionCode: settings.blob)
        }
        try await publish(order)
    }

    private static func publish(_ order: Order<FunctionSettings>) async throws {
        let name = order.settings.name.text
        try await naming(name, order.work) { CloudFront.PublishFunctionRequest(name: name, ifMatch: $0) }
    }

    /// How often somebody else may change it between our look and our write.
    private static let tries = 5

    /// A write names the version that it changes. What an update itself answers is not it: its header is called otherwise than the
    /// service model says.
    private static func naming<Request: WireRequest>(
        _ name: String, _ work: Work, _ request: (String) -> Request
    ) async throws {
        for attempt in 1... {
            let question = CloudFront.DescribeFunctionRequest(name: name, stage: .development)
            let version = try await work.call(question, in: .global).eTag.orUnreadable(
                "CloudFront.DescribeFunction", "ETag")
            do {
                try await work.call(request(version), in: .global)
                return
            } catch let error as AWSError
                where ["PreconditionFailed", "InvalidIfMatchVersion"].contains(error.code) && attempt < tries
            {
                continue
            }
        }
    }

    /// Both stages go. A distribution that was just deleted may hold it for a while (`HeldAnswer`).
    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let name = observed.facts[.name] else { return }
        let question = CloudFront.DescribeFunctionRequest(name: name, stage: .development)
        guard let version = try await work.callIfThere(question, in: .global)?.eTag else { return }
        try await work.gone(CloudFront.DeleteFunctionRequest(name: name, ifMatch: version), in: .global)
    }
}

extension FunctionSettings {
    fileprivate init(_ summary: CloudFront.FunctionSummary, code: [UInt8], isPublished: Bool) {
        self.init(
            name: Value(summary.name ?? ""), comment: summary.functionConfig?.comment ?? "",
            code: String(decoding: code, as: UTF8.self), runtime: summary.functionConfig?.runtime?.rawValue ?? "",
            isPublished: isPublished)
    }

    fileprivate var configuration: CloudFront.FunctionConfig {
        CloudFront.FunctionConfig(comment: comment, runtime: CloudFront.FunctionRuntime(rawValue: runtime))
    }

    fileprivate var blob: Blob { Blob(Array(code.utf8)) }
}
