import AWSServices
import AWSWire
import Resources

extension DNSRecordSettings {
    /// As Route 53 tells it; nil for a record of another type.
    init?(_ record: Route53.ResourceRecordSet, zone: String) {
        guard let type = record.type.flatMap({ Kind(rawValue: $0.rawValue) }) else { return nil }
        let target: Target =
            if let alias = record.aliasTarget {
                .alias(
                    name: Value((alias.dnsName ?? "").withoutFinalDot), zone: Value(alias.hostedZoneId ?? ""))
            } else {
                .text(Value((record.resourceRecords?.first?.value ?? "").withoutFinalDot))
            }
        self.init(
            zone: Value(zone), name: Value(DNSRecordCalls.plain(record.name ?? "")), type: type, target: target,
            ttl: record.ttl)
    }
}

/// What is said to Route 53 about a record.
enum DNSRecordCalls {
    static func change(_ record: DNSRecordSettings, _ action: Route53.ChangeAction)
        -> Route53.ChangeResourceRecordSetsRequest
    {
        var set = Route53.ResourceRecordSet(
            name: record.name.text, type: Route53.RRType(rawValue: record.type.rawValue))
        switch record.target {
        case .text(let value):
            set.ttl = record.ttl
            set.resourceRecords = [Route53.ResourceRecord(value: value.text)]
        case .alias(let name, let zone):
            set.aliasTarget = Route53.AliasTarget(
                hostedZoneId: zone.text, dnsName: name.text, evaluateTargetHealth: false)
        }
        return Route53.ChangeResourceRecordSetsRequest(
            hostedZoneId: record.zone.text,
            changeBatch: Route53.ChangeBatch(changes: [Route53.Change(action: action, resourceRecordSet: set)]))
    }

    /// Route 53 begins its list with the record that is asked for, or with the one after it.
    static func lookup(_ record: DNSRecordSettings) -> Route53.ListResourceRecordSetsRequest {
        Route53.ListResourceRecordSetsRequest(
            hostedZoneId: record.zone.text, startRecordName: record.name.text,
            startRecordType: Route53.RRType(rawValue: record.type.rawValue), maxItems: "1")
    }

    static func isSame(_ found: Route53.ResourceRecordSet, as wanted: DNSRecordSettings) -> Bool {
        plain(found.name ?? "").lowercased() == plain(wanted.name.text).lowercased()
            && found.type?.rawValue == wanted.type.rawValue
    }

    /// Without the dot at the end and with `*` as it is, which Route 53 writes as an octal escape.
    static func plain(_ name: String) -> String { name.withoutFinalDot.replacing("\\052", with: "*") }
}
