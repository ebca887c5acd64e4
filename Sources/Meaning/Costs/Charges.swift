import Resources
import Stacks

extension Estimator {
    /// Without a `default`: a new kind of resource that nobody put a price to does not compile. Empty for what is free by itself.
    func charges(for settings: Settings, at address: Address) -> [Charge] {
        switch settings {
        case .elasticAddress: [publicAddresses(1)]
        case .natGateway: natGateway
        case .endpoint(let endpoint): charges(for: endpoint, at: address)
        case .flowLog(let log): charges(for: log)
        case .databaseCluster(let cluster): charges(for: cluster)
        case .databaseInstance(let instance): charges(for: instance)
        case .secret: [Self.secret("secret")]
        case .logGroup(let group): charges(for: group, at: address)
        case .repository:
            [Charge("images", .imageGigabyte, assumptions.images)]
        case .ecsCluster(let cluster): charges(for: cluster)
        case .ecsService(let service): charges(for: service, at: address)
        case .stateMachine: stateMachine(at: address)
        case .bucket(let bucket): charges(for: bucket)
        case .loadBalancer(let balancer): charges(for: balancer)
        case .webACL(let list): charges(for: list)
        case .distribution: distribution
        case .function: [function]
        case .encryptionKey: [Charge("encryption key", .encryptionKey, Quantity(1))]
        case .alarm(let alarm): charges(for: alarm)
        case .dashboard: [Charge("dashboard", .dashboard, Quantity(1))]
        // Certificates are public ones; records that point at AWS are answered for nothing, the zone is not the stack's; the
        // delivery of CloudFront's log into a bucket is free; a topic's first million messages are, and a month's first fourteen
        // million starts of schedules: a job of every minute has 44 000.
        case .vpc, .internetGateway, .subnet, .routeTable, .networkACL, .securityGroup, .securityGroupRules,
            .subnetGroup, .clusterParameterGroup, .databaseRole, .eventSubscription, .role, .taskDefinition, .release,
            .scalableTarget, .scalingPolicy, .scheduleGroup, .schedule, .targetGroup, .listener, .listenerRule,
            .certificate, .dnsRecord, .vpcOrigin, .cachePolicy, .ipSet, .webACLLogging, .logDelivery, .topic,
            .topicSubscription:
            []
        }
    }

    func publicAddresses(_ count: Int) -> Charge {
        .hourly(count == 1 ? "public IPv4 address" : "\(count) public IPv4 addresses", .publicAddressHour, count)
    }

    static func secret(_ what: String) -> Charge { Charge(what, .secret, Quantity(1)) }

    /// Resources of the kind, as the estimate has them.
    func count(where matches: (Settings) -> Bool) -> Int { resources.count { matches($0.settings) } }
}
