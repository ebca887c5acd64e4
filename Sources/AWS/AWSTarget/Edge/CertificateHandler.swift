import AWSServices
import AWSWire
import Provisioning
import Resources
import Stacks

/// Certificates of ACM, in the stack's region and in the one of the edge.
enum CertificateHandler: KindHandler {
    static var schedule: PollSchedule { .slow }

    /// ACM lists only RSA of 2048 bits when nothing is said.
    private static let algorithms: [ACM.KeyAlgorithm] = [
        "RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1",
    ]

    static func find(_ search: Search<CertificateSettings>) async throws -> [Observed] {
        try await search.byPlace.concurrentMap { place, items in
            let work = search.work
            async let tagged = work.taggedARNs(of: "certificate/", in: place)
            let pages = try await work.lookAll(
                ACM.ListCertificatesRequest(includes: ACM.Filters(keyTypes: algorithms)), in: place)
            let arns = Set(try await tagged.map(\.arn))
            let listed = pages.flatMap(\.certificateSummaryList).filter { certificate in
                arns.contains(certificate.certificateArn ?? "")
                    || items.contains { $0.settings.domain == certificate.domainName }
            }
            return try await listed.compactMap(\.certificateArn).concurrentCompactMap { arn in
                try await observed(arn, in: place, items, work)
            }
        }.flatMap { $0 }
    }

    /// A domain may have other certificates: only those with the stack's tags count.
    private static func observed(
        _ arn: String, in place: Place, _ items: [Search<CertificateSettings>.Item], _ work: Work
    ) async throws -> Observed? {
        async let detail = work.lookIfThere(ACM.DescribeCertificateRequest(certificateArn: arn), in: place)
        let listed = try await work.listedTags(of: arn, in: place)
        let item = items.first { $0.address == work.scope.address(in: listed ?? [:]) }
        let tags = try await work.tags(of: arn, wanted: item?.tags, in: place) {
            let answer = try await work.lookIfThere(ACM.ListTagsForCertificateRequest(certificateArn: arn), in: place)
            return [String: String](answer?.tags ?? [])
        }
        guard let certificate = try await detail?.certificate, let address = work.scope.address(in: tags) else {
            return nil
        }
        return Observed(
            address, .certificate(CertificateSettings(certificate)), facts: CertificateCalls.facts(certificate),
            state: CertificateCalls.state(certificate), tags: tags, place: place)
    }

    /// Longest time until ACM says which records prove the domain, and the pause between two looks.
    private static let recordsLimit = Duration.seconds(120)
    private static let recordsPause = Duration.milliseconds(500)

    /// Returns once the records that prove the domain are known: whoever needs the certificate sets them.
    static func create(_ order: Order<CertificateSettings>) async throws -> Observed {
        if let found = try await earlier(order), found.facts[.validationName] != nil { return found }
        let request = CertificateCalls.request(order.settings, tags: order.tags, token: order.token())
        let answer = try await order.work.call(request, in: order.place)
        let arn = try answer.certificateArn.orUnreadable("ACM.RequestCertificate", "CertificateArn")
        let start = order.work.time.elapsed()
        while order.work.time.elapsed() - start < recordsLimit {
            let answer = try await order.work.callIfThere(
                ACM.DescribeCertificateRequest(certificateArn: arn), in: order.place)
            if let certificate = answer?.certificate, !CertificateCalls.records(certificate).isEmpty {
                return order.done(
                    facts: CertificateCalls.facts(certificate), state: CertificateCalls.state(certificate))
            }
            try await order.work.time.sleep(recordsPause)
        }
        throw Report(
            "cannot create \(order.address): ACM has not said within \(recordsLimit.components.seconds) s which record proves \(order.settings.domain)",
            state: "the certificate exists", next: "run the same command again: it continues")
    }

    static func update(_ order: Order<CertificateSettings>, from observed: Observed) async throws -> Observed {
        guard let arn = observed.facts[.arn] else { return observed }
        let tags = TagChange(order.tags, from: observed.tags).calls {
            ACM.AddTagsToCertificateRequest(certificateArn: arn, tags: ACM.Tag.list($0))
        } untag: {
            ACM.RemoveTagsFromCertificateRequest(certificateArn: arn, tags: $0.map { ACM.Tag(key: $0) })
        }
        try await order.work.perform(tags, in: order.place)
        return order.done(facts: observed.facts, state: observed.state)
    }

    static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed? {
        guard let arn = observed.facts[.arn],
            let answer = try await work.lookIfThere(
                ACM.DescribeCertificateRequest(certificateArn: arn), in: observed.place),
            let certificate = answer.certificate
        else { return nil }
        var seen = observed
        seen.state = CertificateCalls.state(certificate)
        return seen
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let arn = observed.facts[.arn] else { return }
        try await work.gone(ACM.DeleteCertificateRequest(certificateArn: arn), in: observed.place)
    }
}
