import AWSServices
import Resources
import Stacks

/// Which availability zones a stack stands in. By id: names are shuffled from account to account, so the same manifest would
/// stand elsewhere in every account.
struct ZoneChoice {
    struct Zone: Equatable {
        /// `use1-az4`
        var id: String
        /// `us-east-1b`
        var name: String
    }

    static let withoutVPCOrigins = AccountFacts.zonesWithoutVPCOrigins

    var zones: [Zone]
    /// Where subnets stand already, by the zone's index.
    var settled: [Int: String]
    /// Ids of zones that lack something.
    var excluded: Set<String> = []
    /// Names of zones that offer the database's class; nil when that does not matter.
    var orderable: Set<String>?

    init(zones: [Zone], settled: [Int: String]) {
        self.zones = zones
        self.settled = settled
    }

    func lookups(_ count: Int, region: String) throws(Report) -> [Lookup: String] {
        let taken = Set(settled.values)
        var free = zones.filter { zone in
            !taken.contains(zone.id) && !excluded.contains(zone.id) && (orderable?.contains(zone.name) ?? true)
        }.sorted { $0.id < $1.id }[...]
        var found: [Lookup: String] = [:]
        for index in 0..<count {
            let settledZone = settled[index].flatMap { id in zones.first { $0.id == id } }
            guard let zone = settledZone ?? free.popFirst() else { throw tooFew(count, region) }
            found[.zoneID(index)] = zone.id
            found[.zoneName(index)] = zone.name
        }
        return found
    }

    private func tooFew(_ count: Int, _ region: String) -> Report {
        let reasons = zones.sorted { $0.id < $1.id }.map { zone in
            let reason =
                excluded.contains(zone.id)
                ? "no VPC origins" : orderable?.contains(zone.name) == false ? "not this database class" : "suits"
            return "\(zone.id) (\(reason))"
        }
        return Report(
            "\(region) has too few zones for this stack",
            details: [
                Report.Detail("zones", reasons.isEmpty ? "none" : reasons.joined(separator: ", ")),
                Report.Detail("expected", "\(count) zones with everything that the stack needs"),
                Report.Detail("next", "choose another database.instance, origin or region in the manifest"),
            ])
    }
}

extension ZoneChoice {
    /// Which subnet asks for which zone says the graph; where it stands says what was found.
    static func settled(_ subnets: [Observed], _ graph: ResourceGraph) -> [Int: String] {
        var settled: [Int: String] = [:]
        for observed in subnets.sorted(by: { $0.address < $1.address }) {
            guard case .subnet(let found) = observed.settings,
                case .subnet(let wanted)? = graph[observed.address]?.settings,
                case .lookup(.zoneID(let index))? = wanted.zone.parts.first, let id = found.zone.literal
            else { continue }
            settled[index] = settled[index] ?? id
        }
        return settled
    }
}

extension ZoneChoice.Zone {
    /// Nil for what is no ordinary zone, or not for this account.
    init?(_ zone: EC2.AvailabilityZone) {
        guard let id = zone.zoneId, let name = zone.zoneName, zone.state == .available,
            zone.zoneType ?? "availability-zone" == "availability-zone", zone.optInStatus != .notOptedIn
        else { return nil }
        self.init(id: id, name: name)
    }
}
