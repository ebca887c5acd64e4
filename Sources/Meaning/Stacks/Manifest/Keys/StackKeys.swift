/// The top level.
enum StackKeys {
    static let stack = Field("stack", .text(.name), required: "", "The name of the stack; part of every name on AWS.")
    static let region = Field(
        "region", .text(.region), default: "us-east-1", "The AWS region; nothing on this machine depends on it.")
    static let zones = Field(
        "zones", .integer(in: 2...3), default: 2,
        "How many availability zones the stack spans. On this machine a zone is a fault domain of its own.")
    static let network = Field(
        "network", NetworkKeys.shape, default: Network(), "Addresses and ways out of the network.")
    static let edge = Field(
        "edge", EdgeKeys.shape, default: Edge(), "What stands before the load balancer: domain, cache, firewall.")
    static let balancer = Field(
        "balancer", BalancerKeys.shape, default: Balancer(), "What the load balancer does before it follows routes.")
    static let services = Field(
        "services", .mapping(named: .name, to: ServiceKeys.shape, atLeast: 1, atMost: 50), required: [],
        "What runs in the application tier, by name.")
    static let jobs = Field(
        "jobs", .mapping(named: .name, to: JobKeys.shape, atMost: 50), default: [],
        "Commands that run at certain times, by name.")
    static let database = Field(
        "database", DatabaseKeys.shape.optional, default: nil,
        "A PostgreSQL writer and its readers. `{}` takes every default; without the key there is no database.")
    static let alarms = Field(
        "alarms", AlarmKeys.shape, default: Alarms(), "What is watched, and who hears when something is wrong.")
    static let local = Field(
        "local", LocalKeys.shape, default: LocalPorts(), "Where the stack listens on this machine.")
    static let tags = Field(
        "tags", .mapping(named: .tagName, to: .text(.tagValue), atMost: 40), default: [],
        "Tags for everything that can be tagged on AWS.")
    static let usage = Field(
        "usage", UsageKeys.shape, default: Usage(),
        "What a month brings: assumptions of `terrace cost`, which change nothing that runs.")
    static let budget = Field(
        "budget", Shape<Dollars>.money.optional, default: nil,
        "Dollars a month; above it `terrace cost` and `terrace plan` end with 1.")

    static let drill = Field(
        "drill", DrillKeys.shape, default: DrillTraffic(), "What `terrace drill` asks of the application meanwhile.")

    static let all: [any ManifestKey] = [
        stack, region, zones, network, edge, balancer, services, jobs, database, alarms, local, tags, usage, budget,
        drill,
    ]

    static let shape: Shape<Stack> = .section(all) { section, report in
        let zones = section.read(StackKeys.zones, &report)
        let network = section.read(StackKeys.network, &report)
        refuseBlockWithoutRoom(network, zones: zones, section, &report)
        let balancer = section.read(StackKeys.balancer, &report)
        let named = Set(balancer.rules.flatMap(\.services))
        let stack = Stack(
            name: section.read(StackKeys.stack, &report), region: section.read(region, &report), zones: zones,
            network: network,
            edge: section.read(edge, &report), balancer: balancer,
            services: section.read(services, &report).map { name, service in
                var service = service
                service.name = name
                service.isNamedByRule = named.contains(name)
                return service
            },
            // `database:` with nothing behind it asks for one with every default.
            database: section.found.child(database.name).map { $0.value.isNull } == true
                ? Database() : section.read(database, &report),
            alarms: section.read(alarms, &report), local: section.read(local, &report),
            tags: Dictionary(section.read(tags, &report).map { ($0.key, $0.value) }) { first, _ in first },
            usage: section.read(usage, &report), budget: section.read(budget, &report),
            drill: section.read(drill, &report),
            jobs: jobs(section, &report))
        refuseRepeatedRoutes(section, &report)
        refuseTheDatabasesName(section, &report)
        let names = section.found.child(services.name)?.children.map(\.key) ?? []
        BalancerKeys.refuseUnknownServices(in: section.found.child(StackKeys.balancer.name), services: names, &report)
        UsageKeys.refuseImpossible(stack, section.found.child(usage.name), &report)
        AlarmKeys.refuseImpossible(stack, section.found.child(alarms.name), &report)
        return stack
    }

    private static func jobs(_ section: Section, _ report: inout MistakeList) -> [ScheduledJob] {
        JobKeys.complete(
            section.read(jobs, &report), services: section.found.child(services.name)?.children.map(\.key) ?? [],
            in: section.found.child(jobs.name), &report)
    }

    /// The alarms of a service are called after it, those of the database after the database.
    private static func refuseTheDatabasesName(_ section: Section, _ report: inout MistakeList) {
        for (name, service) in section.found.child(services.name)?.children ?? [] where name == database.name {
            report.error(
                at: service.keyPlace, path: service.path, "the service `\(name)` has the database's name",
                allowed: "any other name")
        }
    }

    /// One path can only lead to one service.
    private static func refuseRepeatedRoutes(_ section: Section, _ report: inout MistakeList) {
        guard let services = section.found.child(services.name) else { return }
        let standard = Found(
            ManifestValue(content: .scalar(RoutePattern.everything.text, isPlain: false), place: services.value.place),
            path: "")
        var owners: [String: String] = [:]
        for (name, service) in services.children {
            let routes = service.child(ServiceKeys.routes.name)
            // Without `routes:` a service takes everything; the mistake then stands at its name.
            let isStandard = routes?.value.isNull ?? true
            for route in isStandard ? [standard] : routes?.elements ?? [] {
                guard let text = route.text else { continue }
                guard let owner = owners[text], owner != name else {
                    owners[text] = name
                    continue
                }
                let place = isStandard ? service.keyPlace : route.value.place
                let path = isStandard ? service.path(to: ServiceKeys.routes.name) : route.path
                report.error(
                    at: place, path: path, "\(Excerpt.quoted(text)) is \(owner)'s route already",
                    allowed: "each route once; `routes: []` for a service that takes no requests")
            }
        }
    }

    private static func refuseBlockWithoutRoom(
        _ network: Network, zones: Int, _ section: Section, _ report: inout MistakeList
    ) {
        guard network.cidr.layout(zones: zones) == nil else { return }
        let place = section.place(of: self.network).child(NetworkKeys.cidr.name) ?? section.found
        report.error(
            place, "\(network.cidr) has no room for \(zones * 3) /24 subnets",
            allowed: zones == 2 ? "a prefix from /16 to /21" : "a prefix from /16 to /20, or `zones: 2`")
    }
}
