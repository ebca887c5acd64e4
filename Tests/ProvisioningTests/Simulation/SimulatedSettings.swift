import Resources

/// Real settings of a few kinds, reduced to two values: one that is the resource's identity, and one that can change.
enum SimulatedSettings {
    /// Kinds that come first may be held by later ones.
    static let kinds: [ResourceKind] = [
        .role, .routeTable, .networkACL, .endpoint, .subnetGroup, .databaseCluster, .databaseInstance,
        .securityGroupRules, .ecsService, .loadBalancer, .listener, .topic, .dashboard,
    ]

    static func make(_ kind: ResourceKind, identity: Value, changeable: Value) -> Settings {
        switch kind {
        case .role:
            RoleSettings(
                name: identity, path: "/", description: "", trust: PolicyDocument([]), policies: [:],
                managedPolicies: [changeable]
            ).settings
        case .routeTable: RouteTableSettings(vpc: identity, routes: [], subnets: [changeable]).settings
        case .networkACL: NetworkACLSettings(vpc: identity, entries: [], subnets: [changeable]).settings
        case .endpoint:
            EndpointSettings(vpc: identity, service: "s3", shape: .gateway(routeTables: [changeable])).settings
        case .subnetGroup:
            SubnetGroupSettings(name: identity, description: "", vpc: identity, subnets: [changeable]).settings
        case .databaseCluster:
            DatabaseClusterSettings(
                identifier: identity, version: "17.7", versionIsPinned: false, database: "app", masterUser: "master",
                subnetGroup: "group", groups: [], parameterGroup: changeable, port: 5432, backupDays: 7
            ).settings
        case .databaseInstance:
            DatabaseInstanceSettings(
                identifier: identity, cluster: "cluster", instanceClass: "db.t4g.medium", zone: "a", promotionTier: 0,
                monitoringRole: changeable
            ).settings
        case .securityGroupRules:
            SecurityGroupRulesSettings(
                group: identity, ingress: [],
                egress: [GroupRule(ports: .all, peer: .cidr(changeable), description: "out")]
            ).settings
        case .ecsService:
            ECSServiceSettings(
                name: identity, cluster: "cluster", taskDefinition: changeable, desiredCount: 2, capacity: [],
                subnets: [], groups: []
            ).settings
        case .loadBalancer:
            LoadBalancerSettings(
                name: identity, scheme: .internal, vpc: identity, subnets: [changeable], groups: []
            ).settings
        case .listener:
            ListenerSettings(loadBalancer: identity, port: 443, tls: ListenerTLS(certificate: changeable)).settings
        case .topic: TopicSettings(name: identity, key: changeable, policy: PolicyDocument([])).settings
        default: DashboardSettings(name: identity, body: changeable).settings
        }
    }

    /// The two values as they came.
    static func values(of settings: Settings) -> (identity: Value, changeable: Value) {
        switch settings {
        case .role(let settings): (settings.name, settings.managedPolicies[0])
        case .routeTable(let settings): (settings.vpc, settings.subnets[0])
        case .networkACL(let settings): (settings.vpc, settings.subnets[0])
        case .endpoint(let settings): (settings.vpc, settings.values.last ?? "")
        case .subnetGroup(let settings): (settings.name, settings.subnets[0])
        case .databaseCluster(let settings): (settings.identifier, settings.parameterGroup)
        case .databaseInstance(let settings): (settings.identifier, settings.monitoringRole)
        case .securityGroupRules(let settings): (settings.group, settings.egress[0].peer.value)
        case .ecsService(let settings): (settings.name, settings.taskDefinition)
        case .loadBalancer(let settings): (settings.name, settings.subnets[0])
        case .listener(let settings): (settings.loadBalancer, settings.tls?.certificate ?? "")
        case .topic(let settings): (settings.name, settings.key ?? "")
        case .dashboard(let settings): (settings.name, settings.body)
        default: ("", "")
        }
    }
}
