import AWSServices
import AWSWire
import Resources

/// Records of Route 53 that the manifest speaks of no more: another domain stands in it, or none. A record has no tags; the
/// certificates that are still there say which domains were the stack's, and a record is the stack's own when it proves one of
/// them or leads to the stack's own distribution or load balancer.
struct LeftRecords {
    private let work: Work
    private let board: FindBoard

    /// Nil while something is waited for.
    init?(_ work: Work) {
        guard let board = work.board else { return nil }
        self.work = work
        self.board = board
    }

    /// - Parameters:
    ///   - found: what the manifest asks for and Route 53 has.
    ///   - wanted: what the manifest asks for.
    func records(beside found: [Observed], _ wanted: [DNSRecordSettings]) async throws -> [Observed] {
        let names = Set(wanted.compactMap(\.name.literal))
        let targets = try await targets()
        let seen = try await board.found(.certificate).concurrentMap { certificate in
            try await proofs(of: certificate) + aliases(of: certificate, but: names, to: targets)
        }
        return Self.left(seen.flatMap { $0 }, beside: found)
    }

    /// Each once, without what the manifest asks for: two certificates of one domain have one proof.
    static func left(_ seen: [Observed], beside found: [Observed]) -> [Observed] {
        let known = Set(found.compactMap { $0.facts[.id] })
        return seen.reduce(into: [Observed]()) { left, record in
            let id = record.facts[.id] ?? ""
            if !known.contains(id), !left.contains(where: { $0.facts[.id] == id }) { left.append(record) }
        }
    }

    private func proofs(of certificate: Observed) async throws -> [Observed] {
        guard case .certificate(let settings) = certificate.settings,
            let proof = Self.proof(of: certificate, in: try await work.hostedZone(of: settings.domain))
        else { return [] }
        return try await [seen(proof) { $0.target == proof.target }].compactMap { $0 }
    }

    /// The record that ACM asks for; nil when it has not said it yet.
    static func proof(of certificate: Observed, in zone: String) -> DNSRecordSettings? {
        guard let name = certificate.facts[.validationName], let value = certificate.facts[.validationValue] else {
            return nil
        }
        return DNSRecordSettings(zone: Value(zone), name: Value(name), type: .cname, target: .text(Value(value)))
    }

    private func aliases(
        of certificate: Observed, but names: Set<String>, to targets: Set<String>
    ) async throws -> [Observed] {
        guard !targets.isEmpty else { return [] }
        return try await Self.questions(of: certificate, but: names).concurrentCompactMap { domain, type in
            let zone = Value(try await work.hostedZone(of: domain))
            let record = DNSRecordSettings(zone: zone, name: Value(domain), type: type, target: .text(""))
            return try await seen(record) { Self.leads($0, to: targets) }
        }
    }

    /// Names of the certificate that the manifest asks for no record of, each as both kinds of address.
    static func questions(
        of certificate: Observed, but names: Set<String>
    ) -> [(domain: String, type: DNSRecordSettings.Kind)] {
        guard case .certificate(let settings) = certificate.settings else { return [] }
        let domains = ([settings.domain] + settings.alternativeNames).filter { !names.contains($0) }
        return domains.flatMap { domain in [DNSRecordSettings.Kind.a, .aaaa].map { (domain, $0) } }
    }

    /// A record that somebody else has put there since leads elsewhere.
    static func leads(_ record: DNSRecordSettings, to targets: Set<String>) -> Bool {
        if case .alias(let name, _) = record.target { targets.contains(name.text.lowercased()) } else { false }
    }

    /// DNS names of what the stack's records lead to.
    private func targets() async throws -> Set<String> {
        async let distributions = board.found(.distribution)
        async let balancers = board.found(.loadBalancer)
        let all = try await distributions + balancers
        return Set(all.compactMap { $0.facts[.dnsName]?.lowercased() })
    }

    private func seen(
        _ record: DNSRecordSettings, _ isOwn: (DNSRecordSettings) -> Bool
    ) async throws -> Observed? {
        guard !record.zone.text.isEmpty else { return nil }
        let answer = try await work.lookIfThere(DNSRecordCalls.lookup(record), in: .global)
        guard let found = answer?.resourceRecordSets.first(where: { DNSRecordCalls.isSame($0, as: record) }),
            let settings = DNSRecordSettings(found, zone: record.zone.text), isOwn(settings)
        else { return nil }
        let address = Address(.edge, ResourceKind.dnsRecord.rawValue, "left", record.type.rawValue.lowercased())
        return Observed(address, .dnsRecord(settings), facts: DNSRecordHandler.facts(settings))
    }
}
