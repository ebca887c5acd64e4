import Plans
import Resources

/// Carries a plan out on a `World`, as a cloud would that takes no time and never fails.
struct ImaginedCloud {
    var world: World
    private var made = 0

    static let lookups: [Lookup: String] = [
        .account: "123456789012", .partition: "aws", .region: "eu-west-1", .zoneID(0): "euw1-az1",
        .zoneID(1): "euw1-az2", .zoneID(2): "euw1-az3", .zoneName(0): "eu-west-1a", .zoneName(1): "eu-west-1b",
        .zoneName(2): "eu-west-1c", .cloudFrontPrefixList: "pl-cf", .s3PrefixList: "pl-s3",
        .engineVersion("auto"): "17.7", .engineFamily: "aurora-postgresql17",
        .hostedZone("shop.example.com"): "Z1", .image("web"): "web@sha256:1", .image("mailer"): "mailer@sha256:2",
    ]

    init(_ world: World = World(lookups: lookups)) { self.world = world }

    mutating func apply(_ plan: ResourcePlan) {
        for change in plan.changes where change.action.name == .delete {
            if let stray = world.strays.firstIndex(where: { $0 == change.observed }) {
                world.strays.remove(at: stray)
            } else {
                world.resources[change.address] = nil
            }
        }
        for change in plan.changes {
            guard let desired = change.desired else { continue }
            let settings = desired.settings.resolved(knowing: KnownFacts(world))
            switch change.action {
            case .create, .replace: make(desired, settings)
            case .update, .adopt: update(desired, settings, from: change.observed)
            case .delete: break
            }
        }
    }

    private mutating func make(_ resource: Resource, _ settings: Settings) {
        made += 1
        var facts: [Fact: String] = [:]
        for fact in resource.kind.facts { facts[fact] = "\(resource.address)#\(made)/\(fact.rawValue)" }
        world.resources[resource.address] = Observed(
            resource.address, settings, facts: facts, tags: resource.tags, place: resource.place)
    }

    private mutating func update(_ resource: Resource, _ settings: Settings, from observed: Observed?) {
        made += 1
        var facts = observed?.facts ?? [:]
        for fact in resource.kind.factsOfUpdate { facts[fact] = "\(resource.address)#\(made)/\(fact.rawValue)" }
        let tags = (observed?.tags ?? [:]).merging(resource.tags) { $1 }
        world.resources[resource.address] = Observed(
            resource.address, settings, facts: facts, state: observed?.state ?? .ready, tags: tags,
            place: resource.place)
    }
}
