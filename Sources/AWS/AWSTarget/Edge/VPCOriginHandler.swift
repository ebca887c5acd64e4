import AWSServices
import AWSWire
import Provisioning
import Resources

/// CloudFront's ways into the network.
enum VPCOriginHandler: KindHandler {
    static var lingers: Bool { true }
    static var schedule: PollSchedule { .slow }

    static func find(_ search: Search<VPCOriginSettings>) async throws -> [Observed] {
        let work = search.work
        async let tagged = work.taggedARNs(of: "vpcorigin/", in: .global)
        if search.items.isEmpty, try await tagged.isEmpty { return [] }
        let names = Set(search.items.map(\.settings.name.text))
        let pages = try await work.lookAll(CloudFront.ListVpcOriginsRequest(), in: .global)
        let arns = Set(try await tagged.map(\.arn))
        let listed = pages.flatMap { $0.vpcOriginList?.items ?? [] }.filter {
            names.contains($0.name ?? "") || arns.contains($0.arn ?? "")
        }
        return try await listed.concurrentCompactMap { try await observed($0, search) }
    }

    private static func observed(
        _ summary: CloudFront.VpcOriginSummary, _ search: Search<VPCOriginSettings>
    ) async throws -> Observed? {
        guard let id = summary.id, let arn = summary.arn else { return nil }
        let work = search.work
        let item = search.items.first { $0.settings.name.text == summary.name }
        // A removal need not know where it leads.
        var (settings, status) = (work.isForRemoval ? item?.settings : nil, summary.status)
        if settings == nil {
            guard let (origin, _) = try await detail(id, work) else { return nil }
            (settings, status) = (VPCOriginSettings(origin), origin.status)
        }
        let tags = try await work.cloudFrontTags(of: arn, wanted: item?.tags)
        guard let settings, let address = search.address(tags: tags, orOf: item) else { return nil }
        return Observed(
            address, .vpcOrigin(settings), facts: [.id: id, .arn: arn], state: VPCOriginCalls.state(status), tags: tags)
    }

    /// One look for itself, without its tags.
    static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed? {
        guard let id = observed.facts[.id], let (origin, _) = try await detail(id, work) else { return nil }
        var seen = observed
        seen.state = VPCOriginCalls.state(origin.status)
        return seen
    }

    private static func detail(_ id: String, _ work: Work) async throws -> (CloudFront.VpcOrigin, String)? {
        let answer = try await work.lookIfThere(CloudFront.GetVpcOriginRequest(id: id), in: .global)
        return answer?.vpcOrigin.map { ($0, answer?.eTag ?? "") }
    }

    static func create(_ order: Order<VPCOriginSettings>) async throws -> Observed {
        // An earlier run's; one that is being replaced leads to another load balancer or in another way.
        if let found = try await earlier(order), case .vpcOrigin(let settings) = found.settings,
            settings == order.settings
        {
            return found
        }
        do {
            let answer = try await order.work.call(VPCOriginCalls.create(order.settings, tags: order.tags), in: .global)
            let origin = try answer.vpcOrigin.orUnreadable("CloudFront.CreateVpcOrigin", "VpcOrigin")
            let id = try origin.id.orUnreadable("CloudFront.CreateVpcOrigin", "Id")
            return order.done(
                facts: [.id: id, .arn: origin.arn ?? ""], state: VPCOriginCalls.state(origin.status))
        } catch let error as AWSError where error.kind == .alreadyExists {
            return try await adopt(order, named: order.settings.name.text)
        }
    }

    /// CloudFront refuses every change while a distribution uses it; what differs is replaced.
    static func update(_ order: Order<VPCOriginSettings>, from observed: Observed) async throws -> Observed { observed }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let id = observed.facts[.id], let (_, revision) = try await detail(id, work.fresh()) else { return }
        try await work.gone(CloudFront.DeleteVpcOriginRequest(id: id, ifMatch: revision), in: .global)
    }
}
