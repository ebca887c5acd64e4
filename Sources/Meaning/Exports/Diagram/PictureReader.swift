import Resources
import Stacks

/// Finds in the resources what a drawing shows.
struct PictureReader {
    let graph: ResourceGraph
    let zones: Int

    /// What stands for itself; kinds that only complete another one, or that nobody looks for in a drawing, add nothing.
    func add(_ resource: Resource, to picture: inout Picture) {
        let word = resource.address.lastWord
        switch resource.settings {
        case .vpc(let settings): picture.cidr = settings.cidr
        case .subnet(let settings):
            guard let tier = Tier.allCases.first(where: { word.hasPrefix($0.subnets + "-") }) else { return }
            picture.cells.append(
                Picture.Cell(tier: tier, zone: zone(of: settings.zone), cidr: settings.cidr))
        case .natGateway(let settings):
            guard let subnet = settings.subnet.references.first,
                case .subnet(let place)? = graph[subnet.address]?.settings
            else { return }
            picture.gateways.append(zone(of: place.zone))
        case .endpoint: picture.endpoints.append(word)
        case .loadBalancer(let settings):
            picture.balancer = Picture.Balancer(isPublic: settings.scheme == .public, listener: "", port: 0)
        case .listener(let settings):
            picture.balancer?.port = settings.port
            picture.balancer?.listener =
                settings.tls == nil ? "HTTP, port \(settings.port)" : "HTTPS, port \(settings.port)"
        case .databaseCluster(let settings): picture.cluster = cluster(settings)
        case .databaseInstance(let settings):
            picture.cluster?.servers.append(
                Picture.Server(
                    name: word, zone: zone(of: settings.zone), instanceClass: settings.instanceClass,
                    isFirst: settings.promotionTier == 0))
        case .distribution(let settings): picture.edge = edge(settings)
        case .webACL(let settings): picture.edge?.rules = settings.rules.map(\.words)
        case .internetGateway, .elasticAddress, .routeTable, .networkACL, .securityGroup, .securityGroupRules, .flowLog,
            .subnetGroup, .clusterParameterGroup, .databaseRole, .eventSubscription, .secret, .role, .logGroup,
            .repository, .ecsCluster, .taskDefinition, .release, .ecsService, .scalableTarget, .scalingPolicy,
            .scheduleGroup,
            .schedule, .stateMachine, .bucket,
            .targetGroup, .listenerRule, .certificate, .dnsRecord, .vpcOrigin, .cachePolicy, .ipSet,
            .function, .webACLLogging, .logDelivery, .encryptionKey, .topic, .topicSubscription, .alarm, .dashboard:
            break
        }
    }

    private func zone(of value: Value) -> Int {
        switch value.lookups.first {
        case .zoneID(let index), .zoneName(let index): index
        default: 0
        }
    }

    private func cluster(_ settings: DatabaseClusterSettings) -> Picture.Cluster {
        let version: String =
            switch settings.version.lookups.first {
            case .engineVersion("auto"): "\(AccountFacts.longTermSupport.first ?? ""), long-term support"
            case .engineVersion(let word): word
            default: settings.version.literal ?? ""
            }
        var facts = ["port \(settings.port), TLS only"]
        if settings.isEncrypted { facts.append("encrypted") }
        facts.append("backups of \(settings.backupDays) days")
        if let serverless = settings.serverless {
            facts.append("\(plainNumber(serverless.min))–\(plainNumber(serverless.max)) ACU")
        }
        return Picture.Cluster(version: version, port: settings.port, facts: facts, servers: [])
    }

    private func edge(_ settings: DistributionSettings) -> Picture.EdgeBox {
        var isPrivate = false
        if case .private = settings.origin.way { isPrivate = true }
        let rules = settings.webACL?.references.first.flatMap { graph[$0.address] }.flatMap { resource -> [String]? in
            if case .webACL(let acl) = resource.settings { acl.rules.map(\.words) } else { nil }
        }
        let caching =
            settings.behaviors.isEmpty ? [] : ["caches \(settings.behaviors.map(\.path).joined(separator: ", "))"]
        return Picture.EdgeBox(
            host: settings.aliases.first ?? "under a name of cloudfront.net",
            hasOwnName: !settings.aliases.isEmpty,
            facts: ["HTTPS only, HTTP/2 and HTTP/3"] + caching,
            rules: rules ?? [], isPrivateOrigin: isPrivate)
    }

    // MARK: Services

    var services: [Picture.ServiceBar] {
        graph.resources.compactMap { resource in
            guard case .ecsService(let service) = resource.settings,
                let reference = service.taskDefinition.references.first,
                case .taskDefinition(let task)? = graph[reference.address]?.settings
            else { return nil }
            let range =
                graph.resources.compactMap { other -> (Int, Int)? in
                    guard case .scalableTarget(let target) = other.settings,
                        other.address.lastWord == resource.address.lastWord
                    else { return nil }
                    return (target.min, target.max)
                }.first ?? (service.desiredCount, service.desiredCount)
            let spot = service.capacity.first { $0.provider == "FARGATE_SPOT" }?.weight ?? 0
            let weights = service.capacity.reduce(0) { $0 + $1.weight }
            return Picture.ServiceBar(
                name: resource.address.lastWord, port: service.target?.port, min: range.0, max: range.1,
                size: "\(plainNumber(Double(task.cpu) / 1024)) vCPU, \(plainNumber(Double(task.memory) / 1024)) GiB",
                spot: weights == 0 ? 0 : 100 * spot / weights)
        }
    }

    func runsJob(_ name: String) -> Bool {
        graph.resources.contains { $0.kind == .stateMachine && $0.address.lastWord == name }
    }

    // MARK: Groups

    var groups: [Picture.Group] {
        graph.resources.compactMap { resource in
            guard case .securityGroupRules(let rules) = resource.settings else { return nil }
            return Picture.Group(
                name: resource.address.lastWord,
                ingress: rules.ingress.map { "\($0.ports.short) from \(peer($0.peer))" },
                egress: rules.egress.map { "\($0.ports.short) to \(peer($0.peer))" })
        }
    }

    private func peer(_ peer: GroupRule.Peer) -> String {
        switch peer {
        case .group(let id): id.references.first?.address.lastWord ?? "a group"
        case .prefixList(let list): list.lookups.first == .s3PrefixList ? "S3" : "CloudFront"
        case .cidr(let block): block.literal == "0.0.0.0/0" ? "the internet" : block.description
        }
    }

    // MARK: Beside the network

    var sections: [Picture.Section] {
        let names = { (kind: ResourceKind) in
            self.graph.resources.filter { $0.kind == kind }.map(\.address)
        }
        let images = names(.repository).map(\.lastWord)
        let secrets = graph.resources.compactMap { resource -> String? in
            guard case .secret(let settings) = resource.settings else { return nil }
            return settings.name.literal?.split(separator: "/").last.map(String.init)
        }
        let certificates = graph.resources.compactMap { resource -> String? in
            guard case .certificate(let settings) = resource.settings else { return nil }
            return "\(settings.domain)\(resource.place == .edge ? ", us-east-1" : "")"
        }
        let told = graph.resources.compactMap { resource -> String? in
            guard case .topicSubscription(let settings) = resource.settings else { return nil }
            return settings.endpoint
        }
        let alarms = names(.alarm).count
        return [
            Picture.Section(title: "ECR", lines: images), Picture.Section(title: "Secrets Manager", lines: secrets),
            Picture.Section(title: "Certificate Manager", lines: certificates),
            Picture.Section(title: "CloudWatch Logs", lines: logs),
            Picture.Section(title: "S3, logs", lines: buckets),
            Picture.Section(title: "Alarms", lines: alarms == 0 ? [] : ["\(alarms) alarms, one topic"] + told),
        ].filter { !$0.lines.isEmpty }
    }

    /// How long is said once where it is the same for all: behind a long name there is no room.
    private var logs: [String] {
        let groups = graph.resources.compactMap { resource -> (name: String, days: Int)? in
            guard case .logGroup(let settings) = resource.settings else { return nil }
            return (resource.address.lastWord, settings.retentionDays)
        }
        guard let days = groups.first?.days, groups.allSatisfy({ $0.days == days }) else {
            return groups.map { "\($0.name), \($0.days) days" }
        }
        return groups.map(\.name) + ["kept for \(days) days"]
    }

    private var buckets: [String] {
        let kinds = graph.resources.compactMap { resource -> String? in
            switch resource.settings {
            case .flowLog: "flow log of the network"
            case .loadBalancer(let settings): settings.accessLog == nil ? nil : "access log of the load balancer"
            case .logDelivery: "access log of CloudFront"
            case .bucket(let settings): settings.expireDays.map { "kept for \($0) days" }
            default: nil
            }
        }
        return kinds.filter { !$0.hasPrefix("kept") } + kinds.filter { $0.hasPrefix("kept") }
    }
}

extension Address {
    /// `public-a` of `network.subnet.public-a`.
    var lastWord: String { String(text.split(separator: ".").last ?? "") }
}

extension PortRange {
    /// Ports without the protocol, which is TCP all over.
    fileprivate var short: String { description.hasPrefix("tcp ") ? String(description.dropFirst(4)) : description }
}

extension FirewallRule {
    /// As the manifest calls it.
    fileprivate var words: String {
        switch statement {
        case .rate(let limit, let window): "\(limit) requests per \(window) s"
        case .longBody(let limit), .announcedBody(let limit): "bodies up to \(ByteCount(bytes: limit))"
        case .managed, .allowed, .denied, .other: name
        }
    }
}
