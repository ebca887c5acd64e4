package import Resources

/// In which order AWS lets go. By kind, not by reference: what is left of a stack may be a stray whose manifest nobody has.
package enum DeletionOrder {
    /// The kinds that must outlive the given one.
    package static func outliving(_ kind: ResourceKind) -> Set<ResourceKind> {
        switch kind {
        // What acts on others goes first.
        case .dashboard: [.ecsCluster, .ecsService, .databaseCluster, .loadBalancer]
        case .alarm:
            [.topic, .loadBalancer, .targetGroup, .ecsCluster, .databaseCluster, .natGateway, .certificate]
        // Else it would start a task in what is being taken down.
        case .schedule: [.scheduleGroup, .stateMachine, .role]
        // Its last run ends with it.
        case .stateMachine: [.ecsService, .taskDefinition, .ecsCluster, .role, .subnet, .securityGroup]
        case .eventSubscription: [.topic, .databaseCluster, .databaseInstance]
        case .topicSubscription: [.topic]
        case .topic: [.encryptionKey]
        case .scalingPolicy: [.scalableTarget, .ecsService, .ecsCluster, .loadBalancer, .targetGroup, .listenerRule]
        // A service that goes while its target lives leaves one that a service of the same name inherits.
        case .scalableTarget: [.ecsService, .ecsCluster]
        default: outlivingTiers(kind)
        }
    }

    private static func outlivingTiers(_ kind: ResourceKind) -> Set<ResourceKind> {
        switch kind {
        // From the edge inwards.
        case .logDelivery: [.distribution, .bucket]
        case .dnsRecord: [.certificate, .distribution, .loadBalancer]
        case .distribution: [.vpcOrigin, .cachePolicy, .function, .webACL, .certificate, .secret, .loadBalancer]
        case .webACL: [.ipSet]
        case .webACLLogging: [.webACL, .logGroup]
        // Its interfaces stand in the network, which it keeps from going.
        case .vpcOrigin: [.loadBalancer, .internetGateway, .subnet, .securityGroup, .vpc]
        case .release: [.taskDefinition, .ecsCluster, .subnet, .securityGroup]
        case .ecsService:
            [
                .release, .ecsCluster, .taskDefinition, .targetGroup, .listenerRule, .subnet, .securityGroup,
                .securityGroupRules, .networkACL, .natGateway, .routeTable, .endpoint, .logGroup, .secret,
                .databaseRole, .alarm,
            ]
        case .taskDefinition: [.role, .databaseCluster, .secret, .logGroup, .repository]
        case .listenerRule: [.listener, .targetGroup, .secret]
        case .listener: [.loadBalancer, .certificate]
        case .loadBalancer: [.targetGroup, .subnet, .securityGroup, .bucket, .internetGateway, .vpc]
        case .targetGroup: [.vpc]
        case .databaseRole: [.databaseInstance, .databaseCluster, .secret]
        case .databaseInstance: [.databaseCluster, .role]
        // RDS makes the group of its log again if it can still write.
        case .databaseCluster: [.subnetGroup, .clusterParameterGroup, .securityGroup, .logGroup]
        default: outlivingNetwork(kind)
        }
    }

    private static func outlivingNetwork(_ kind: ResourceKind) -> Set<ResourceKind> {
        switch kind {
        case .subnetGroup: [.subnet, .vpc]
        case .role: [.secret, .logGroup, .repository]
        case .flowLog: [.bucket, .vpc, .logGroup, .role]
        case .endpoint: [.subnet, .securityGroup, .routeTable, .vpc]
        case .natGateway: [.elasticAddress, .subnet, .internetGateway]
        // Groups that refer to each other can only go when no rule does.
        case .securityGroupRules: [.securityGroup]
        case .securityGroup: [.vpc]
        case .networkACL: [.subnet, .vpc]
        case .routeTable: [.subnet, .internetGateway, .natGateway, .vpc]
        case .subnet, .internetGateway: [.vpc]
        default: []
        }
    }

    /// Whether AWS lets one of the kind go while one of the other kind refers to it, and ends the tie by itself. Where both
    /// go, the one that refers goes last: then no tie has to be undone, which would be a call for each.
    ///
    /// Source: "Delete your VPC" with the command line, which deletes subnets before route tables, read 2026-11.
    package static func isLetGo(_ kind: ResourceKind, by other: ResourceKind) -> Bool {
        switch other {
        case .routeTable: kind == .subnet || kind == .natGateway
        case .networkACL: kind == .subnet
        default: false
        }
    }

    /// Everything that must be gone before one of the given kind may go: what the engine waits for.
    package static func before(_ kind: ResourceKind) -> Set<ResourceKind> { predecessors[kind] ?? [] }

    private static let predecessors: [ResourceKind: Set<ResourceKind>] = {
        var found: [ResourceKind: Set<ResourceKind>] = [:]
        for kind in ResourceKind.allCases {
            for other in outliving(kind) { found[other, default: []].insert(kind) }
        }
        return found
    }()

    /// All kinds, each after those that must be gone before it.
    package static let kinds: [ResourceKind] = {
        var result: [ResourceKind] = []
        var open = ResourceKind.allCases
        while let next = open.first(where: { kind in before(kind).isSubset(of: result) }) {
            result.append(next)
            open.removeAll { $0 == next }
        }
        return result + open
    }()

    static func sorted(_ changes: [ResourceChange]) -> [ResourceChange] {
        let ranks = Dictionary(kinds.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        return changes.sorted { left, right in
            let (first, second) = (left.kind.flatMap { ranks[$0] } ?? 0, right.kind.flatMap { ranks[$0] } ?? 0)
            return first == second ? left.address < right.address : first < second
        }
    }
}
