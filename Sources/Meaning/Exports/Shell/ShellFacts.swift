import Resources

/// How a script knows a fact: a name that the settings say, an ARN that follows from it, or a variable that a call fills.
struct ShellFacts {
    let graph: ResourceGraph

    /// For inside double quotes.
    func substitute(_ part: Value.Part) -> String {
        switch part {
        case .text(let text): text
        case .lookup(let lookup): substitute(lookup)
        case .reference(let reference):
            metric(reference) ?? known(reference).map { value in value.parts.map(substitute).joined() }
                ?? "${\(variable(reference))}"
        }
    }

    private func substitute(_ lookup: Lookup) -> String {
        switch lookup {
        case .account: "${account}"
        case .partition: "${partition}"
        case .region: "${region}"
        case .zoneID(let index): "${zone_ids[\(index)]}"
        case .zoneName(let index): "${zone_names[\(index)]}"
        case .cloudFrontPrefixList: "${cloudfront_list}"
        case .s3PrefixList: "${s3_list}"
        case .engineVersion: "${aurora_version}"
        case .engineFamily: "${aurora_family}"
        case .hostedZone: "${HOSTED_ZONE_ID}"
        case .image(let service): "${IMAGE_\(ShellFacts.capitals(service))}"
        }
    }

    /// CloudWatch's dimensions are the ends of ARNs.
    private func metric(_ reference: Reference) -> String? {
        guard reference.fact == .metricName else { return nil }
        let arn = variable(Reference(reference.address, .arn))
        return graph[reference.address]?.kind == .loadBalancer ? "${\(arn)#*:loadbalancer/}" : "${\(arn)##*:}"
    }

    static func capitals(_ word: String) -> String { word.uppercased().map { $0 == "-" ? "_" : String($0) }.joined() }

    /// `subnet_public_a_id`
    func variable(_ reference: Reference) -> String {
        guard let resource = graph[reference.address] else { return "unknown" }
        let name = reference.address.terraformName(resource.kind)
        let words = [resource.kind.rawValue] + (name == "main" ? [] : [name]) + [reference.fact.rawValue]
        return words.joined(separator: "_").map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// Nil for what only AWS can tell.
    func known(_ reference: Reference) -> Value? {
        guard let resource = graph[reference.address] else { return nil }
        return reference.fact == .name
            ? resource.settings.ownName : reference.fact == .arn ? resource.settings.ownARN : nil
    }
}

extension Settings {
    /// The name under which AWS knows it, where it has one.
    var ownName: Value? {
        switch self {
        case .subnetGroup(let settings): settings.name
        case .clusterParameterGroup(let settings): settings.name
        case .databaseCluster(let settings): settings.identifier
        case .databaseInstance(let settings): settings.identifier
        case .eventSubscription(let settings): settings.name
        case .secret(let settings): settings.name
        case .role(let settings): settings.name
        case .logGroup(let settings): settings.name
        case .repository(let settings): settings.name
        case .ecsCluster(let settings): settings.name
        case .ecsService(let settings): settings.name
        case .scheduleGroup(let settings): settings.name
        case .schedule(let settings): settings.name
        case .stateMachine(let settings): settings.name
        case .bucket(let settings): settings.name
        case .topic(let settings): settings.name
        case .alarm(let settings): settings.name
        case .dashboard(let settings): settings.name
        case .loadBalancer(let settings): settings.name
        case .targetGroup(let settings): settings.name
        case .function(let settings): settings.name
        default: nil
        }
    }

    /// An ARN that follows from the name alone.
    var ownARN: Value? {
        let arn = { (service: String, rest: Value) -> Value in
            "arn:\(Lookup.partition):\(service):\(Lookup.region):\(Lookup.account):\(rest)"
        }
        switch self {
        case .role(let role): return "arn:\(Lookup.partition):iam::\(Lookup.account):role\(role.path)\(role.name)"
        case .bucket(let bucket): return "arn:\(Lookup.partition):s3:::\(bucket.name)"
        case .function(let function):
            return "arn:\(Lookup.partition):cloudfront::\(Lookup.account):function/\(function.name)"
        case .logGroup(let group):
            // The firewall's stands where CloudFront takes it from; its name tells.
            let isEdge = group.name.literal?.hasPrefix("aws-waf-logs-") ?? false
            return isEdge
                ? "arn:\(Lookup.partition):logs:us-east-1:\(Lookup.account):log-group:\(group.name)"
                : arn("logs", "log-group:\(group.name)")
        case .topic(let topic): return arn("sns", topic.name)
        case .ecsCluster(let cluster): return arn("ecs", "cluster/\(cluster.name)")
        case .databaseCluster(let cluster): return arn("rds", "cluster:\(cluster.identifier)")
        case .repository(let repository): return arn("ecr", "repository/\(repository.name)")
        case .stateMachine(let machine): return arn("states", "stateMachine:\(machine.name)")
        default: return nil
        }
    }
}
