import AWSServices
import AWSWire
import Provisioning
import Resources
import Stacks

/// Buckets of S3 with all that is set on them.
enum BucketHandler: KindHandler {
    static func find(_ search: Search<BucketSettings>) async throws -> [Observed] {
        let work = search.work
        return try await work.seek(search.items.compactMap(\.settings.name.literal)) {
            try await work.taggedARNs(of: "s3:::", in: .region).compactMap { $0.arn.components(after: ":s3:::") }
        } _: { wanted in
            let pages = try await work.lookAll(S3.ListBucketsRequest())
            let names = pages.flatMap(\.buckets).compactMap(\.name).filter(wanted.contains)
            return try await names.concurrentCompactMap { try await observed($0, search) }
        }
    }

    private static func observed(_ name: String, _ search: Search<BucketSettings>) async throws -> Observed? {
        let work = search.work
        let item = search.items.first { $0.settings.name.literal == name }
        let answers = try await answers(of: name, wanted: item?.tags, work)
        guard let address = search.address(tags: answers.tags, orOf: item) else { return nil }
        return Observed(address, .bucket(BucketSettings(answers)), facts: facts(name, work), tags: answers.tags)
    }

    private static func answers(
        of name: String, wanted: [String: String]?, _ work: Work
    ) async throws -> BucketAnswers {
        guard !work.isForRemoval else {
            var answers = BucketAnswers(name: name)
            answers.tags = try await tags(of: name, wanted: wanted, work)
            return answers
        }
        async let policy = work.lookIfThere(S3.GetBucketPolicyRequest(bucket: name))?.policy
        async let encryption = work.lookIfThere(S3.GetBucketEncryptionRequest(bucket: name))
        async let access = work.lookIfThere(S3.GetPublicAccessBlockRequest(bucket: name))
        async let ownership = work.lookIfThere(S3.GetBucketOwnershipControlsRequest(bucket: name))
        async let versioning = work.lookIfThere(S3.GetBucketVersioningRequest(bucket: name))
        async let lifecycle = work.lookIfThere(S3.GetBucketLifecycleConfigurationRequest(bucket: name))
        async let tags = tags(of: name, wanted: wanted, work)
        var answers = BucketAnswers(name: name)
        answers.policy = try await policy
        answers.encryption = try await encryption?.serverSideEncryptionConfiguration
        answers.publicAccess = try await access?.publicAccessBlockConfiguration
        answers.ownership = try await ownership?.ownershipControls
        answers.versioning = try await versioning?.status?.rawValue
        answers.lifecycle = try await lifecycle?.rules ?? []
        answers.tags = try await tags
        return answers
    }

    private static func tags(
        of name: String, wanted: [String: String]?, _ work: Work
    ) async throws -> [String: String] {
        try await work.tags(of: arn(name, work), wanted: wanted) {
            let answer = try await work.lookIfThere(S3.GetBucketTaggingRequest(bucket: name))
            return [String: String](answer?.tagSet ?? [])
        }
    }

    private static func arn(_ name: String, _ work: Work) -> String {
        "arn:\(work.connection.partition.rawValue):s3:::\(name)"
    }

    private static func facts(_ name: String, _ work: Work) -> [Fact: String] {
        [
            .name: name, .arn: arn(name, work),
            .dnsName: "\(name).s3.\(work.connection.region).amazonaws.com",
        ]
    }

    /// In us-east-1 S3 lets an owner make a bucket a second time, whoever of the account made it first: so it looks first.
    static func create(_ order: Order<BucketSettings>) async throws -> Observed {
        let (name, work) = (order.settings.name.text, order.work)
        if try await isThere(name, work.beforeCreation) { return try await adopt(order, named: name) }
        do {
            try await work.call(
                BucketCalls.create(order.settings, tags: order.tags, region: work.connection.region))
        } catch let error as AWSError where error.kind == .alreadyExists || error.code == "BucketAlreadyExists" {
            return try await adopt(order, named: name)
        }
        var bare = order.settings
        bare.policy = PolicyDocument([])
        bare.encryption = .s3
        bare.isVersioned = false
        bare.blocksPublicAccess = false
        bare.expireDays = nil
        bare.abortUploadDays = nil
        return order.born(bare, facts: facts(name, work))
    }

    private static func isThere(_ name: String, _ work: Work) async throws -> Bool {
        try await work.lookAll(S3.ListBucketsRequest()).flatMap(\.buckets).contains { $0.name == name }
    }

    private static func retag(_ name: String, _ tags: [String: String]) -> S3.PutBucketTaggingRequest {
        S3.PutBucketTaggingRequest(bucket: name, tagging: S3.Tagging(tagSet: S3.Tag.list(tags)))
    }

    static func update(_ order: Order<BucketSettings>, from observed: Observed) async throws -> Observed {
        guard case .bucket(let found) = observed.settings else { return observed }
        let tags = order.tags == observed.tags ? [] : [retag(order.settings.name.text, order.tags)]
        try await order.work.perform(BucketCalls.changes(order.settings, from: found) + tags, in: .region)
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let name = observed.facts[.name] else { return }
        if policy == .deleteData { try await empty(name, work) }
        do {
            try await work.gone(S3.DeleteBucketRequest(bucket: name), in: .region)
        } catch let error as AWSError where error.code == "BucketNotEmpty" && policy == .keepData {
            throw KeptData(holding: "objects")
        }
    }

    /// Every version and every mark of a deletion; a call takes what a page of the list has, at most 1000.
    private static func empty(_ name: String, _ work: Work) async throws {
        while let page = try await work.callIfThere(S3.ListObjectVersionsRequest(bucket: name)) {
            let versions =
                page.versions.map { ($0.key, $0.versionId) } + page.deleteMarkers.map { ($0.key, $0.versionId) }
            let objects = versions.compactMap { key, version in
                key.map { S3.ObjectIdentifier(key: $0, versionId: version == "null" ? nil : version) }
            }
            guard !objects.isEmpty else { return }
            let answer = try await work.call(
                S3.DeleteObjectsRequest(bucket: name, delete: S3.Delete(objects: objects, quiet: true)))
            if let error = answer.errors.first {
                throw AWSError(
                    service: "S3", operation: "DeleteObjects", region: work.connection.region,
                    kind: AWSError.Kind(code: error.code ?? "", status: nil), code: error.code ?? "",
                    message: error.message ?? "")
            }
        }
    }
}
