import AWSServices
import AWSWire
import Provisioning
import Resources

/// Distributions of CloudFront.
enum DistributionHandler: KindHandler {
    static var lingers: Bool { true }
    static var schedule: PollSchedule { .slow }

    static func find(_ search: Search<DistributionSettings>) async throws -> [Observed] {
        let work = search.work
        async let tagged = work.taggedARNs(of: "distribution/", in: .global)
        if search.items.isEmpty, try await tagged.isEmpty { return [] }
        let comments = Set(search.items.map(\.settings.comment))
        let pages = try await work.lookAll(CloudFront.ListDistributionsRequest(), in: .global)
        let all: [CloudFront.DistributionSummary] = pages.flatMap { $0.distributionList?.items ?? [] }
        let arns = Set(try await tagged.map(\.arn))
        let listed = all.filter { comments.contains($0.comment?.reveal() ?? "") || arns.contains($0.arn ?? "") }
        return try await listed.concurrentCompactMap { distribution in
            guard let arn = distribution.arn, let settings = DistributionSettings(distribution) else { return nil }
            let item = search.items.first { $0.settings.comment == distribution.comment?.reveal() }
            let tags = try await work.cloudFrontTags(of: arn, wanted: item?.tags)
            guard let address = search.address(tags: tags, orOf: item) else { return nil }
            return Observed(
                address, .distribution(settings), facts: facts(distribution.id, arn, distribution.domainName),
                state: DistributionCalls.state(distribution.status), tags: tags)
        }
    }

    private static func facts(_ id: String?, _ arn: String?, _ domain: String?) -> [Fact: String] {
        var facts: [Fact: String] = [.dnsZone: DistributionCalls.dnsZone]
        facts[.id] = id
        facts[.arn] = arn
        facts[.dnsName] = domain
        return facts
    }

    /// References of distributions that are gone may be refused; so many are tried.
    private static let references = 5

    static func create(_ order: Order<DistributionSettings>) async throws -> Observed {
        if let found = try await earlier(order) { return found }
        for generation in 1... {
            let reference = order.token(String(generation))
            do {
                let request = DistributionCalls.create(order.settings, tags: order.tags, reference: reference)
                let answer = try await order.work.call(request, in: .global)
                let made = try answer.distribution.orUnreadable("CloudFront.CreateDistributionWithTags", "Distribution")
                return order.done(
                    facts: facts(made.id, made.arn, made.domainName), state: DistributionCalls.state(made.status))
            } catch let error as AWSError where error.code == "DistributionAlreadyExists" {
                if let found = try await existing(order) { return found }
                guard generation < references else { throw error }
            }
        }
        return try await adopt(order, named: order.settings.comment)
    }

    static func update(_ order: Order<DistributionSettings>, from observed: Observed) async throws -> Observed {
        guard case .distribution(let found) = observed.settings, let id = observed.facts[.id],
            let arn = observed.facts[.arn]
        else { return observed }
        var state = observed.state
        if found != order.settings {
            try await change(id, order.work) { DistributionCalls.changed($0, to: order.settings) }
            state = DistributionCalls.state(nil)
        }
        try await order.work.perform(CloudFrontTags.calls(arn, order.tags, from: observed.tags), in: .global)
        return order.done(facts: observed.facts, state: state)
    }

    /// How often somebody else may change it between our look and our write.
    private static let tries = 5

    /// - Parameter known: what a look has just told.
    private static func change(
        _ id: String, from known: (CloudFront.DistributionConfig?, String?)? = nil, _ work: Work,
        _ change: (CloudFront.DistributionConfig) -> CloudFront.DistributionConfig
    ) async throws {
        for attempt in 1... {
            let (found, revision) = attempt == 1 && known != nil ? known ?? (nil, nil) : try await config(of: id, work)
            let config = try found.orUnreadable("CloudFront.GetDistributionConfig", "DistributionConfig")
            do {
                try await work.call(
                    CloudFront.UpdateDistributionRequest(
                        distributionConfig: change(config), id: id, ifMatch: revision), in: .global)
                return
            } catch let error as AWSError
                where ["PreconditionFailed", "InvalidIfMatchVersion"].contains(error.code) && attempt < tries
            {
                continue
            }
        }
    }

    private static func config(
        of id: String, _ work: Work
    ) async throws -> (CloudFront.DistributionConfig?, String?) {
        let answer = try await work.call(CloudFront.GetDistributionConfigRequest(id: id), in: .global)
        return (answer.distributionConfig, answer.eTag)
    }

    /// One look for itself: the list of all distributions shows a change late.
    static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed? {
        guard let id = observed.facts[.id],
            let answer = try await work.lookIfThere(CloudFront.GetDistributionRequest(id: id), in: .global),
            let distribution = answer.distribution
        else { return nil }
        var seen = observed
        let isDisabled = distribution.distributionConfig?.enabled == false
        // It goes by itself only as far as being switched off everywhere; then it can be deleted.
        seen.state =
            isDisabled && distribution.status != "Deployed" ? .deleting : DistributionCalls.state(distribution.status)
        return seen
    }

    /// The first call switches it off, a later one deletes it: the wait for its end asks again and again.
    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let id = observed.facts[.id],
            let answer = try await work.callIfThere(CloudFront.GetDistributionRequest(id: id), in: .global),
            let distribution = answer.distribution
        else { return }
        if distribution.distributionConfig?.enabled != false {
            try await change(id, from: (distribution.distributionConfig, answer.eTag), work) { config in
                var config = config
                config.enabled = false
                return config
            }
        } else if distribution.status == "Deployed" {
            try await work.gone(CloudFront.DeleteDistributionRequest(id: id, ifMatch: answer.eTag), in: .global)
        }
    }
}
