/// Every kind of resource that Terrace can make; the architecture is closed, which is what lets it do without a state file.
package enum ResourceKind: String, Sendable, Hashable, CaseIterable, Codable {
    // network
    case vpc
    case internetGateway = "internet-gateway"
    case subnet
    case elasticAddress = "elastic-address"
    case natGateway = "nat-gateway"
    /// With its routes and associations.
    case routeTable = "route-table"
    /// With its entries and associations.
    case networkACL = "network-acl"
    /// Gateway or interface.
    case endpoint
    /// The group alone; groups refer to each other, so their rules are resources of their own.
    case securityGroup = "security-group"
    /// All rules of one group.
    case securityGroupRules = "security-group-rules"
    case flowLog = "flow-log"
    // data
    case subnetGroup = "subnet-group"
    case clusterParameterGroup = "cluster-parameter-group"
    case databaseCluster = "database-cluster"
    case databaseInstance = "database-instance"
    /// The application's role inside PostgreSQL, made through the RDS Data API.
    case databaseRole = "database-role"
    case eventSubscription = "event-subscription"
    // application
    case secret
    case role
    case logGroup = "log-group"
    case repository
    /// With its capacity providers.
    case ecsCluster = "cluster"
    case taskDefinition = "task-definition"
    /// One task of a new version that must succeed before the service gets it.
    case release
    case ecsService = "service"
    case scalableTarget = "scalable-target"
    case scalingPolicy = "scaling-policy"
    /// The schedules of a stack, whose tags it carries.
    case scheduleGroup = "schedule-group"
    /// Starts a job's runs at their times.
    case schedule
    /// Runs a job's task and ends it at its timeout.
    case stateMachine = "state-machine"
    // edge
    case bucket
    case loadBalancer = "load-balancer"
    case targetGroup = "target-group"
    case listener
    case listenerRule = "listener-rule"
    /// With the validation of its domain.
    case certificate
    case dnsRecord = "dns-record"
    case vpcOrigin = "vpc-origin"
    case cachePolicy = "cache-policy"
    /// A script that CloudFront runs at its edge locations, in both of its stages.
    case function
    /// Addresses of one family that rules of the firewall refer to.
    case ipSet = "ip-set"
    case webACL = "web-acl"
    case webACLLogging = "web-acl-logging"
    case distribution
    /// CloudFront's standard logs, version 2: source, destination and delivery.
    case logDelivery = "log-delivery"
    // operations
    /// With its alias.
    case encryptionKey = "encryption-key"
    case topic
    case topicSubscription = "topic-subscription"
    case alarm
    case dashboard
}

extension ResourceKind {
    /// Where resources of this kind live unless they say otherwise: a certificate or a log group may stand at the edge too.
    package var place: Place {
        switch self {
        case .role, .distribution, .vpcOrigin, .cachePolicy, .function, .dnsRecord: .global
        case .ipSet, .webACL, .webACLLogging, .logDelivery: .edge
        default: .region
        }
    }

    /// When tags can be written.
    package enum Tagging: Sendable, Equatable {
        case always
        /// A VPC origin's tags are frozen while a distribution uses it.
        case onlyAtCreation
        /// Found through its parent or by its name.
        case never
    }

    package var tagging: Tagging {
        switch self {
        case .vpcOrigin: .onlyAtCreation
        case .securityGroupRules, .databaseRole, .release, .scalingPolicy, .schedule, .dnsRecord, .cachePolicy,
            .webACLLogging, .topicSubscription, .dashboard:
            .never
        default: .always
        }
    }

    /// Whether something of the user's would be lost with it. A secret is not among them: AWS gives it back for days.
    package var holdsData: Bool {
        switch self {
        case .databaseCluster, .bucket, .repository: true
        default: false
        }
    }

    /// What is told about a resource once it is identified.
    package var facts: Set<Fact> {
        switch self {
        case .vpc: [.id, .arn, .defaultSecurityGroup, .defaultNetworkACL]
        case .elasticAddress: [.id, .arn, .publicAddress]
        case .natGateway: [.id, .arn, .publicAddress]
        case .internetGateway, .subnet, .routeTable, .networkACL, .endpoint, .securityGroup, .flowLog: [.id, .arn]
        case .securityGroupRules, .scalableTarget, .webACLLogging, .databaseRole, .dnsRecord, .release: [.id]
        case .subnetGroup, .clusterParameterGroup, .eventSubscription, .databaseInstance: [.name, .arn]
        case .databaseCluster: [.name, .arn, .endpoint, .readerEndpoint, .port, .masterSecret]
        case .secret: [.name, .arn, .secretValue]
        case .role, .logGroup, .ecsCluster, .ecsService, .bucket, .topic, .alarm, .dashboard, .scalingPolicy,
            .scheduleGroup, .schedule, .stateMachine, .function:
            [.name, .arn]
        case .repository: [.name, .arn, .url]
        case .taskDefinition: [.arn, .revision]
        case .loadBalancer: [.name, .arn, .dnsName, .dnsZone, .metricName]
        case .targetGroup: [.name, .arn, .metricName]
        case .listener, .listenerRule, .topicSubscription: [.arn]
        case .certificate: [.arn, .validationName, .validationValue]
        case .vpcOrigin, .cachePolicy: [.id, .revision]
        case .webACL: [.id, .arn, .revision]
        case .ipSet: [.id, .arn]
        case .distribution: [.id, .arn, .dnsName, .revision]
        case .logDelivery: [.id, .arn]
        case .encryptionKey: [.id, .arn]
        }
    }

    /// What is another one after an update: a task definition is never changed, it gets a new revision.
    package var factsOfUpdate: Set<Fact> { self == .taskDefinition ? [.arn, .revision] : [] }
}
