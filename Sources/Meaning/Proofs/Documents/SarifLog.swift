import Resources
package import Stacks

/// What was found, in the form in which code scanning services take it: `terrace verify --sarif`.
/// Source: SARIF 2.1.0, OASIS, 2020.
package struct SarifLog: Sendable, Encodable {
    package struct Run: Sendable, Encodable {
        package var tool: Tool
        package var results: [Result]
    }

    package struct Tool: Sendable, Encodable {
        package var driver: Driver
    }

    package struct Driver: Sendable, Encodable {
        package var name = "terrace"
        package var version: String
        package var rules: [Rule]
    }

    package struct Rule: Sendable, Encodable {
        package var id: String
        package var shortDescription: Message
    }

    package struct Message: Sendable, Encodable {
        package var text: String
    }

    package struct Result: Sendable, Encodable {
        package var ruleId: String
        /// `error`, `warning`, `note`
        package var level: String
        package var message: Message
        package var locations: [Location]
        package var partialFingerprints: Fingerprints
        /// Empty for what counts.
        package var suppressions: [Suppression]

        init(
            _ rule: String, _ level: String, _ text: String, at location: Location, suppressions: [Suppression] = []
        ) {
            ruleId = rule
            self.level = level
            message = Message(text: text)
            locations = [location]
            partialFingerprints = Fingerprints(of: "\(rule) \(text)")
            self.suppressions = suppressions
        }
    }

    /// By what a service knows that it has seen a finding before, wherever its line has gone: two of one rule that are about
    /// one line stay two. The name is the one that code scanning services compare.
    package struct Fingerprints: Sendable, Encodable {
        package var primaryLocationLineHash: String

        /// FNV-1a, 64 bits.
        init(of text: String) {
            let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
            let digits = String(hash, radix: 16)
            primaryLocationLineHash = String(repeating: "0", count: 16 - digits.count) + digits + ":1"
        }
    }

    package struct Location: Sendable, Encodable {
        package var physicalLocation: Physical
        package var logicalLocations: [Logical]
    }

    package struct Physical: Sendable, Encodable {
        package var artifactLocation: Artifact
        /// Without one, code scanning services show nothing.
        package var region: Region
    }

    package struct Artifact: Sendable, Encodable {
        /// Relative to where the program ran, unless the manifest was named by an absolute path.
        package var uri: String
    }

    package struct Region: Sendable, Encodable {
        /// From 1.
        package var startLine: Int
    }

    /// A resource's address, or a party of the network.
    package struct Logical: Sendable, Encodable {
        package var fullyQualifiedName: String
    }

    package struct Suppression: Sendable, Encodable {
        package var kind = "external"
        package var justification: String
    }

    package var version = "2.1.0"
    package var schema = "https://json.schemastore.org/sarif-2.1.0.json"
    package var runs: [Run]

    private enum CodingKeys: String, CodingKey {
        case version, runs
        case schema = "$schema"
    }

    /// `manifest` says where a person changes what was found.
    package init(_ proof: Proof, _ controls: Controls, manifest: ManifestLines, version: String) {
        let claims = Claim.allCases.map { Rule(id: $0.rawValue, shortDescription: Message(text: $0.sentence)) }
        let judged = controls.results
        let titles = Dictionary(judged.map { ($0.id, $0.title) }) { first, _ in first }
        let rules =
            claims
            + titles.sorted { $0.key < $1.key }.map {
                Rule(id: $0.key, shortDescription: Message(text: $0.value))
            }
        let results =
            proof.verdicts.flatMap { Result.of($0, manifest) } + judged.compactMap { Result.of($0, manifest) }
        runs = [Run(tool: Tool(driver: Driver(version: version, rules: rules)), results: results)]
    }
}

extension SarifLog.Result {
    fileprivate static func of(_ verdict: Verdict, _ manifest: ManifestLines) -> [SarifLog.Result] {
        let rule = verdict.claim.rawValue
        let network = SarifLog.Location(manifest, "network", keys: ["network"])
        switch verdict.outcome {
        case .holds: return []
        case .waived(let reason):
            return [
                SarifLog.Result(
                    rule, "error", verdict.claim.sentence, at: network,
                    suppressions: [SarifLog.Suppression(justification: reason)])
            ]
        case .unproven(let reason):
            return [SarifLog.Result(rule, "error", "not proven that \(verdict.claim.sentence): \(reason)", at: network)]
        case .broken(let breaches):
            return breaches.map { breach in
                let packet = breach.packet.map { ": \($0)" } ?? ""
                return SarifLog.Result(
                    rule, "error", "\(breach.what)\(packet). Change: \(breach.change)",
                    at: SarifLog.Location(manifest, "\(breach.about)", keys: breach.about.manifestKeys))
            }
        }
    }

    fileprivate static func of(_ control: Control, _ manifest: ManifestLines) -> SarifLog.Result? {
        if control.outcome == .passes { return nil }
        return SarifLog.Result(
            control.id, control.isWaived ? "note" : "warning",
            "\(control.address): \(control.title): \(control.reason)",
            at: SarifLog.Location(manifest, control.address.text, keys: control.address.manifestKeys),
            suppressions: control.isWaived ? [SarifLog.Suppression(justification: control.reason)] : [])
    }
}

extension SarifLog.Location {
    init(_ manifest: ManifestLines, _ about: String, keys: [String]) {
        let line = manifest.line(of: keys)
        self.init(
            physicalLocation: SarifLog.Physical(
                artifactLocation: SarifLog.Artifact(uri: Self.uri(line.file)),
                region: SarifLog.Region(startLine: line.number)),
            logicalLocations: [SarifLog.Logical(fullyQualifiedName: about)])
    }

    /// A path as a reference of RFC 3986; an absolute one needs its scheme.
    private static func uri(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF")
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
        let encoded = path.utf8.map { byte in
            plain.contains(byte)
                ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }.joined()
        return encoded.hasPrefix("/") ? "file://\(encoded)" : encoded
    }
}

// MARK: What a person changes

extension Party.Role {
    /// The manifest's keys that speak of it, the nearest first.
    fileprivate var manifestKeys: [String] {
        switch self {
        case .service(let name): ["services.\(name)", "services"]
        case .database: ["database"]
        case .loadBalancer, .cloudFront: ["edge"]
        case .internet, .interfaceEndpoint, .gatewayEndpoint, .foreign, .beyond: ["network"]
        }
    }
}

extension Address {
    /// The manifest's keys that speak of it, the nearest first. Where each service has a resource of its own, the third word is the
    /// service's name.
    fileprivate var manifestKeys: [String] {
        let service = text.split(separator: ".").dropFirst(2).first.map { ["services.\($0)"] } ?? []
        return switch group {
        case .application: service + ["services"]
        case .edge: service + ["edge"]
        case .data: ["database"]
        case .network: ["network"]
        case .operations: ["alarms"]
        }
    }
}
