extension Value: CustomStringConvertible {
    /// What is still to be learnt stands in `‹ ›`: `arn:‹partition›:s3:::‹operations.bucket.logs name›`.
    package var description: String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .reference(let reference): "‹\(reference)›"
            case .lookup(let lookup): "‹\(lookup)›"
            }
        }.joined()
    }
}

extension Reference: CustomStringConvertible {
    package var description: String { "\(address) \(fact.rawValue)" }
}

extension Lookup: CustomStringConvertible {
    package var description: String {
        switch self {
        case .account: "account"
        case .partition: "partition"
        case .region: "region"
        case .zoneID(let index): "id of zone \(Character(UnicodeScalar(UInt8(97 + index))))"
        case .zoneName(let index): "name of zone \(Character(UnicodeScalar(UInt8(97 + index))))"
        case .cloudFrontPrefixList: "CloudFront's prefix list"
        case .s3PrefixList: "S3's prefix list"
        case .engineVersion(let wanted): "Aurora version \(wanted)"
        case .engineFamily: "Aurora family"
        case .hostedZone(let domain): "zone of \(domain)"
        case .image(let service): "image of \(service)"
        }
    }
}

extension FieldValue: CustomStringConvertible {
    /// On one line; secrets are `•••`.
    package var description: String {
        switch self {
        case .none: "none"
        case .text(let value), .version(let value, isPinned: _): value.parts.isEmpty ? "\"\"" : value.description
        case .secret: "•••"
        case .number(let number): String(number)
        case .decimal(let number): number == number.rounded() ? String(Int(number)) : String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .list(let values), .set(let values): "[\(values.map(\.description).joined(separator: ", "))]"
        case .map(let values):
            "{\(values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
        }
    }
}

extension ResourceGraph {
    /// For people and for the eye of a reviewer: every resource with its settings and with what it waits for. Ends with a
    /// newline.
    package var text: String { resources.map(\.text).joined(separator: "\n") }
}

extension Resource {
    fileprivate var text: String {
        let head = "\(address)\(place == kind.place ? "" : " (us-east-1)")\n"
        let width = settings.fields.map(\.name.count).max() ?? 0
        let rows = settings.fields.map { field in
            "  \(field.name)\(String(repeating: " ", count: width - field.name.count))  \(field.value.lines)\n"
        }
        let waits = Moment.allCases.compactMap { moment -> String? in
            let addresses = dependencies.filter { $0.moment == moment }.map(\.address.text)
            return addresses.isEmpty ? nil : "  after \(moment.rawValue): \(addresses.joined(separator: ", "))\n"
        }
        return head + rows.joined() + waits.joined()
    }
}

extension FieldValue {
    /// A list that has no room on the line gets a line for each element.
    fileprivate var lines: String {
        let line = description
        guard line.count > 100 else { return line }
        switch self {
        case .list(let values), .set(let values): return values.map { "\n      \($0)" }.joined()
        default: return line
        }
    }
}
