package import Resources

/// One security control, judged over one resource.
package struct Control: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case passes
        /// What was found instead.
        case fails(String)
        /// It does not hold, and why that is as it should be.
        case waived(String)
    }

    /// AWS Foundational Security Best Practices' id where there is one, such as `EC2.2`; else a scanner's.
    package var id: String
    /// What Checkov (`CKV…`) and Trivy (`AWS-…`) call it.
    package var also: [String]
    /// What holds when it passes.
    package var title: String
    package var address: Address
    package var outcome: Outcome
}

/// How much is asked of a stack.
package enum ControlProfile: String, Sendable, Hashable, CaseIterable {
    /// All that costs nothing; what costs money or changes behaviour is waived with its reason.
    case standard
    /// Everything that can be had.
    case fsbp
}

/// The question that a control asks of a resource. Where `holds` is a constant, Terrace's resources know no other case: the
/// waiver says why.
struct Check {
    var id: String
    var also: [String]
    var title: String
    var holds: Bool
    var found: String
    /// Whether a waiver of the resource may excuse it; what is nobody's choice fails.
    var isWaivable: Bool
    /// Whether it is so because of what Terrace makes, and nothing of what runs is read to see it.
    var isByConstruction = false

    init(
        _ id: String, _ also: [String], _ title: String, _ holds: Bool, found: String = "it is not so",
        waivable isWaivable: Bool = false
    ) {
        self.id = id
        self.also = also
        self.title = title
        self.holds = holds
        self.found = found
        self.isWaivable = isWaivable
    }

    init(
        _ id: String, _ title: String, _ holds: Bool, found: String = "it is not so", waivable: Bool = false
    ) {
        self.init(id, [], title, holds, found: found, waivable: waivable)
    }

    var byConstruction: Check {
        var check = self
        check.isByConstruction = true
        return check
    }

    func control(_ resource: Resource, _ profile: ControlProfile) -> Control {
        Control(
            id: id, also: also, title: title, address: resource.address,
            outcome: outcome(Waiver.all(of: resource), profile))
    }

    private func outcome(_ waivers: [Waiver], _ profile: ControlProfile) -> Control.Outcome {
        guard !holds else { return .passes }
        let waiver = waivers.first { $0.checks.contains(id) && $0.ground != .unseen }
        guard isWaivable, let waiver else { return .fails(found) }
        return waiver.ground == .option && profile == .fsbp
            ? .fails("\(found); \(waiver.reason)") : .waived(waiver.reason)
    }
}
