/// How a new version takes the old one's place. Ranges are an ECS service's own where it has the setting.
/// Source: ECS DeploymentConfiguration, read 2026-11.
enum DeployKeys {
    private static let standard = DeployRules()

    static let minimumHealthy = Field(
        "minimum-healthy", .integer(in: 0...100), default: standard.minimumHealthy,
        "Never fewer healthy tasks than so many per cent of those wanted, rounded up.")
    static let maximum = Field(
        "maximum", .integer(in: 100...400), default: standard.maximum,
        "Never more tasks at a time than so many per cent of those wanted, rounded down.")
    static let failures = Field(
        "failures", Shape<Int>.integer(in: 1...200).optional, default: nil,
        "So many failed tasks end a deployment and bring the old version back; half of the tasks, at least 3, without it."
    )
    static let canary = Field(
        "canary", CanaryKeys.shape.optional, default: nil,
        "A share of the requests that a new version gets first, compared with the old one by errors and p99.")

    static let all: [any ManifestKey] = [minimumHealthy, maximum, failures, canary]

    static let shape: Shape<DeployRules> = {
        var shape = Shape<DeployRules>.section(all) { section, report in
            let (fewest, most) = (section.read(minimumHealthy, &report), section.read(maximum, &report))
            if fewest == 100, most == 100 {
                report.error(
                    section.place(of: maximum),
                    "100 with a minimum-healthy of 100 leaves no task that may end or start",
                    allowed: "a maximum above 100, or a minimum-healthy below 100", nearest: "200")
            }
            return DeployRules(
                minimumHealthy: fewest, maximum: most, failures: section.read(failures, &report),
                canary: section.found.child(canary.name).map { $0.value.isNull } == true
                    ? DeployRules.Canary() : section.read(canary, &report))
        }
        shape.literal = {
            .object([("minimum-healthy", .number($0.minimumHealthy)), ("maximum", .number($0.maximum))])
        }
        return shape
    }()
}

enum CanaryKeys {
    private static let standard = DeployRules.Canary()

    static let share = Field(
        "share", .integer(in: 1...50), default: standard.share, "Per cent of the requests that the new version gets.")
    static let bake = Field(
        "bake", .duration(.seconds(5)...(.seconds(86_400))), default: standard.bake, "How long both are compared.")

    static let all: [any ManifestKey] = [share, bake]

    static let shape: Shape<DeployRules.Canary> = .section(all) { section, report in
        DeployRules.Canary(share: section.read(share, &report), bake: section.read(bake, &report))
    }
}
