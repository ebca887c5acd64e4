import Resources

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
        /// Empty for what counts.
        package var suppressions: [Suppression]
    }

    package struct Location: Sendable, Encodable {
        package var physicalLocation: Physical
        package var logicalLocations: [Logical]
    }

    package struct Physical: Sendable, Encodable {
        package var artifactLocation: Artifact
    }

    package struct Artifact: Sendable, Encodable {
        package var uri: String
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

    /// `manifest` is the file that a person changes, relative to the repository.
    package init(_ proof: Proof, _ controls: Controls, manifest: String, version: String) {
        let claims = Claim.allCases.map { Rule(id: $0.rawValue, shortDescription: Message(text: $0.sentence)) }
        let judged = controls.results
        let titles = Dictionary(judged.map { ($0.id, $0.title) }) { first, _ in first }
        let rules =
            claims
            + titles.sorted { $0.key < $1.key }.map {
                Rule(id: $0.key, shortDescription: Message(text: $0.value))
            }
        let results =
            proof.verdicts.flatMap { Result.of($0, manifest: manifest) }
            + judged.compactMap { Result.of($0, manifest: manifest) }
        runs = [Run(tool: Tool(driver: Driver(version: version, rules: rules)), results: results)]
    }
}

extension SarifLog.Result {
    fileprivate static func of(_ verdict: Verdict, manifest: String) -> [SarifLog.Result] {
        func result(_ text: String, _ about: String, _ suppressions: [SarifLog.Suppression]) -> SarifLog.Result {
            SarifLog.Result(
                ruleId: verdict.claim.rawValue, level: "error", message: SarifLog.Message(text: text),
                locations: [SarifLog.Location(manifest, about)], suppressions: suppressions)
        }
        switch verdict.outcome {
        case .holds: return []
        case .waived(let reason):
            return [result(verdict.claim.sentence, "network", [SarifLog.Suppression(justification: reason)])]
        case .unproven(let reason):
            return [result("not proven that \(verdict.claim.sentence): \(reason)", "network", [])]
        case .broken(let breaches):
            return breaches.map { breach in
                let packet = breach.packet.map { ": \($0)" } ?? ""
                return result("\(breach.what)\(packet). Change: \(breach.change)", "\(breach.about)", [])
            }
        }
    }
}

extension SarifLog.Result {
    fileprivate static func of(_ control: Control, manifest: String) -> SarifLog.Result? {
        if control.outcome == .passes { return nil }
        return SarifLog.Result(
            ruleId: control.id, level: control.isWaived ? "note" : "warning",
            message: SarifLog.Message(text: "\(control.address): \(control.title): \(control.reason)"),
            locations: [SarifLog.Location(manifest, control.address.text)],
            suppressions: control.isWaived ? [SarifLog.Suppression(justification: control.reason)] : [])
    }
}

extension SarifLog.Location {
    init(_ manifest: String, _ about: String) {
        self.init(
            physicalLocation: SarifLog.Physical(artifactLocation: SarifLog.Artifact(uri: manifest)),
            logicalLocations: [SarifLog.Logical(fullyQualifiedName: about)])
    }
}
