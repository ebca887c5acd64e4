import AWSServices
import AWSWire
import Provisioning
import Resources

/// Records of Route 53. Where the account has no zone for the domain the user sets them by hand: the plan lists them, and the
/// certificate's wait says which record it is waiting for.
enum DNSRecordHandler: KindHandler {
    static func find(_ search: Search<DNSRecordSettings>) async throws -> [Observed] {
        let search = try await search.knowing([.certificate, .loadBalancer, .distribution])
        let wanted = try await items(of: search)
        let left = try await LeftRecords(search.work)?.records(beside: wanted, search.items.map(\.settings))
        return wanted + (left ?? [])
    }

    private static func items(of search: Search<DNSRecordSettings>) async throws -> [Observed] {
        try await search.items.concurrentCompactMap { item in
            var wanted = item.settings
            if case .hostedZone(let domain)? = wanted.zone.lookups.first {
                wanted.zone = Value(try await search.work.hostedZone(of: domain))
            }
            // Its name comes from a certificate that does not exist yet.
            guard wanted.name.literal != nil, let zone = wanted.zone.literal, !zone.isEmpty else { return nil }
            let answer = try await search.work.lookIfThere(DNSRecordCalls.lookup(wanted), in: .global)
            guard let record = answer?.resourceRecordSets.first(where: { DNSRecordCalls.isSame($0, as: wanted) }),
                let settings = DNSRecordSettings(record, zone: zone)
            else { return nil }
            return Observed(item.address, .dnsRecord(settings), facts: facts(settings))
        }
    }

    static func facts(_ record: DNSRecordSettings) -> [Fact: String] {
        [.name: record.name.text, .id: "\(record.name.text) \(record.type.rawValue)"]
    }

    static func create(_ order: Order<DNSRecordSettings>) async throws -> Observed {
        if !order.settings.zone.text.isEmpty {
            try await order.work.call(DNSRecordCalls.change(order.settings, "UPSERT"), in: .global)
        }
        return order.done(facts: facts(order.settings))
    }

    static func update(_ order: Order<DNSRecordSettings>, from observed: Observed) async throws -> Observed {
        try await create(order)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard case .dnsRecord(let record) = observed.settings, !record.zone.text.isEmpty else { return }
        do {
            try await work.gone(DNSRecordCalls.change(record, "DELETE"), in: .global)
        } catch let error as AWSError
            where error.code == "InvalidChangeBatch" && error.message.contains("not found")
        {
            return
        }
    }

    /// A record that somebody sets by hand is gone when Terrace no longer asks for it.
    static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed? {
        guard case .dnsRecord(let record) = observed.settings, !record.zone.text.isEmpty else { return nil }
        let answer = try await work.lookIfThere(DNSRecordCalls.lookup(record), in: .global)
        return answer?.resourceRecordSets.contains { DNSRecordCalls.isSame($0, as: record) } == true ? observed : nil
    }
}

extension Work {
    /// The zone of the longest name that the domain ends with; empty when the account has none that is public.
    func hostedZone(of domain: String) async throws -> String {
        let labels = domain.split(separator: ".")
        let names = labels.indices.dropLast().map { labels[$0...].joined(separator: ".") }
        let zones = try await names.concurrentMap { name in
            let request = Route53.ListHostedZonesByNameRequest(dnsName: name, maxItems: "1")
            let zone = try await look(request, in: .global).hostedZones.first
            guard let zone, zone.name == "\(name).", zone.config?.privateZone != true, let id = zone.id else {
                return ""
            }
            return String(id.split(separator: "/").last ?? "")
        }
        return zones.first { !$0.isEmpty } ?? ""
    }
}
