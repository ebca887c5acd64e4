import AWSServices
import AWSWire
import Provisioning
import Resources
import Stacks

/// Repositories of ECR.
enum RepositoryHandler: KindHandler {
    /// ECR's own limit.
    private static let pageSize = 1000

    static func find(_ search: Search<RepositorySettings>) async throws -> [Observed] {
        let work = search.work
        return try await work.seek(search.items.map(\.settings.name.text)) {
            try await work.taggedARNs(of: "repository/", in: .region).compactMap {
                $0.arn.components(after: ":repository/")
            }
        } _: { names in
            // One that is missing would fail a call that names several.
            let pages = try await work.lookAll(ECR.DescribeRepositoriesRequest(maxResults: pageSize))
            return try await pages.flatMap(\.repositories).filter { names.contains($0.repositoryName ?? "") }
                .concurrentCompactMap { try await observed($0, search) }
        }
    }

    private static func observed(
        _ repository: ECR.Repository, _ search: Search<RepositorySettings>
    ) async throws -> Observed? {
        let work = search.work
        let (name, arn) = (repository.repositoryName ?? "", repository.repositoryArn ?? "")
        let item = search.items.first { $0.settings.name.text == name }
        async let lifecycle = work.lookIfThere(ECR.GetLifecyclePolicyRequest(repositoryName: name))
        let tags = try await work.tags(of: arn, wanted: item?.tags) {
            let answer = try await work.lookIfThere(ECR.ListTagsForResourceRequest(resourceArn: arn))
            return [String: String](answer?.tags ?? [])
        }
        guard let address = search.address(tags: tags, orOf: item) else { return nil }
        let settings = RepositorySettings(repository, lifecycle: try await lifecycle?.lifecyclePolicyText)
        return Observed(address, .repository(settings), facts: facts(repository), tags: tags)
    }

    private static func facts(_ repository: ECR.Repository) -> [Fact: String] {
        var facts: [Fact: String] = [:]
        facts[.name] = repository.repositoryName
        facts[.arn] = repository.repositoryArn
        facts[.url] = repository.repositoryUri
        return facts
    }

    static func create(_ order: Order<RepositorySettings>) async throws -> Observed {
        do {
            let answer = try await order.work.call(RepositoryCalls.create(order.settings, tags: order.tags))
            let repository = try answer.repository.orUnreadable("ECR.CreateRepository", "repository")
            var bare = order.settings
            bare.keepImages = 0
            bare.untaggedDays = 0
            return order.born(bare, facts: facts(repository))
        } catch let error as AWSError where error.kind == .alreadyExists {
            return try await adopt(order, named: order.settings.name.text)
        }
    }

    static func update(_ order: Order<RepositorySettings>, from observed: Observed) async throws -> Observed {
        guard case .repository(let found) = observed.settings, let arn = observed.facts[.arn] else { return observed }
        let tags = TagChange(order.tags, from: observed.tags).calls {
            ECR.TagResourceRequest(resourceArn: arn, tags: ECR.Tag.list($0))
        } untag: {
            ECR.UntagResourceRequest(resourceArn: arn, tagKeys: $0)
        }
        try await order.work.perform(RepositoryCalls.changes(order.settings, from: found) + tags, in: .region)
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let name = observed.facts[.name] else { return }
        do {
            try await work.gone(
                ECR.DeleteRepositoryRequest(repositoryName: name, force: policy == .deleteData), in: .region)
        } catch let error as AWSError where error.code == "RepositoryNotEmptyException" {
            throw KeptData(holding: "images")
        }
    }
}

extension Work {
    /// A call that ends something; what is not there any more has ended.
    func gone(_ request: some WireRequest, in place: Place) async throws {
        do { try await call(request, in: place) } catch let error as AWSError where error.kind == .notFound { return }
    }
}
