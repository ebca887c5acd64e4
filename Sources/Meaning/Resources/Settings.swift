/// What a resource is made of, whatever its kind. Exporters, prices, proofs and the AWS target switch over it without a
/// `default`, so that a new kind that one of them forgets does not compile.
package enum Settings: Sendable, Equatable {
    case vpc(VPCSettings)
    case internetGateway(InternetGatewaySettings)
    case subnet(SubnetSettings)
    case elasticAddress(ElasticAddressSettings)
    case natGateway(NATGatewaySettings)
    case routeTable(RouteTableSettings)
    case networkACL(NetworkACLSettings)
    case endpoint(EndpointSettings)
    case securityGroup(SecurityGroupSettings)
    case securityGroupRules(SecurityGroupRulesSettings)
    case flowLog(FlowLogSettings)
    case subnetGroup(SubnetGroupSettings)
    case clusterParameterGroup(ClusterParameterGroupSettings)
    case databaseCluster(DatabaseClusterSettings)
    case databaseInstance(DatabaseInstanceSettings)
    case databaseRole(DatabaseRoleSettings)
    case eventSubscription(EventSubscriptionSettings)
    case secret(SecretSettings)
    case role(RoleSettings)
    case logGroup(LogGroupSettings)
    case repository(RepositorySettings)
    case ecsCluster(ECSClusterSettings)
    case taskDefinition(TaskDefinitionSettings)
    case release(ReleaseSettings)
    case ecsService(ECSServiceSettings)
    case scalableTarget(ScalableTargetSettings)
    case scalingPolicy(ScalingPolicySettings)
    case scheduleGroup(ScheduleGroupSettings)
    case schedule(ScheduleSettings)
    case stateMachine(StateMachineSettings)
    case bucket(BucketSettings)
    case loadBalancer(LoadBalancerSettings)
    case targetGroup(TargetGroupSettings)
    case listener(ListenerSettings)
    case listenerRule(ListenerRuleSettings)
    case certificate(CertificateSettings)
    case dnsRecord(DNSRecordSettings)
    case vpcOrigin(VPCOriginSettings)
    case cachePolicy(CachePolicySettings)
    case function(FunctionSettings)
    case ipSet(IPSetSettings)
    case webACL(WebACLSettings)
    case webACLLogging(WebACLLoggingSettings)
    case distribution(DistributionSettings)
    case logDelivery(LogDeliverySettings)
    case encryptionKey(EncryptionKeySettings)
    case topic(TopicSettings)
    case topicSubscription(TopicSubscriptionSettings)
    case alarm(AlarmSettings)
    case dashboard(DashboardSettings)

    package var base: any ResourceSettings {
        switch self {
        case .vpc(let settings): settings
        case .internetGateway(let settings): settings
        case .subnet(let settings): settings
        case .elasticAddress(let settings): settings
        case .natGateway(let settings): settings
        case .routeTable(let settings): settings
        case .networkACL(let settings): settings
        case .endpoint(let settings): settings
        case .securityGroup(let settings): settings
        case .securityGroupRules(let settings): settings
        case .flowLog(let settings): settings
        case .subnetGroup(let settings): settings
        case .clusterParameterGroup(let settings): settings
        case .databaseCluster(let settings): settings
        case .databaseInstance(let settings): settings
        case .databaseRole(let settings): settings
        case .eventSubscription(let settings): settings
        case .secret(let settings): settings
        case .role(let settings): settings
        case .logGroup(let settings): settings
        case .repository(let settings): settings
        case .ecsCluster(let settings): settings
        case .taskDefinition(let settings): settings
        case .release(let settings): settings
        case .ecsService(let settings): settings
        case .scalableTarget(let settings): settings
        case .scalingPolicy(let settings): settings
        case .scheduleGroup(let settings): settings
        case .schedule(let settings): settings
        case .stateMachine(let settings): settings
        case .bucket(let settings): settings
        case .loadBalancer(let settings): settings
        case .targetGroup(let settings): settings
        case .listener(let settings): settings
        case .listenerRule(let settings): settings
        case .certificate(let settings): settings
        case .dnsRecord(let settings): settings
        case .vpcOrigin(let settings): settings
        case .cachePolicy(let settings): settings
        case .function(let settings): settings
        case .ipSet(let settings): settings
        case .webACL(let settings): settings
        case .webACLLogging(let settings): settings
        case .distribution(let settings): settings
        case .logDelivery(let settings): settings
        case .encryptionKey(let settings): settings
        case .topic(let settings): settings
        case .topicSubscription(let settings): settings
        case .alarm(let settings): settings
        case .dashboard(let settings): settings
        }
    }
}

extension Settings: ValueHolding {
    package var kind: ResourceKind { type(of: base).kind }
    package var fields: [Field] { base.fields }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        var copy = base
        copy.visitValues(visit)
        self = copy.settings
    }
}

extension VPCSettings {
    package var settings: Settings { .vpc(self) }
}

extension InternetGatewaySettings {
    package var settings: Settings { .internetGateway(self) }
}

extension SubnetSettings {
    package var settings: Settings { .subnet(self) }
}

extension ElasticAddressSettings {
    package var settings: Settings { .elasticAddress(self) }
}

extension NATGatewaySettings {
    package var settings: Settings { .natGateway(self) }
}

extension RouteTableSettings {
    package var settings: Settings { .routeTable(self) }
}

extension NetworkACLSettings {
    package var settings: Settings { .networkACL(self) }
}

extension EndpointSettings {
    package var settings: Settings { .endpoint(self) }
}

extension SecurityGroupSettings {
    package var settings: Settings { .securityGroup(self) }
}

extension SecurityGroupRulesSettings {
    package var settings: Settings { .securityGroupRules(self) }
}

extension FlowLogSettings {
    package var settings: Settings { .flowLog(self) }
}

extension SubnetGroupSettings {
    package var settings: Settings { .subnetGroup(self) }
}

extension ClusterParameterGroupSettings {
    package var settings: Settings { .clusterParameterGroup(self) }
}

extension DatabaseClusterSettings {
    package var settings: Settings { .databaseCluster(self) }
}

extension DatabaseInstanceSettings {
    package var settings: Settings { .databaseInstance(self) }
}

extension DatabaseRoleSettings {
    package var settings: Settings { .databaseRole(self) }
}

extension EventSubscriptionSettings {
    package var settings: Settings { .eventSubscription(self) }
}

extension SecretSettings {
    package var settings: Settings { .secret(self) }
}

extension RoleSettings {
    package var settings: Settings { .role(self) }
}

extension LogGroupSettings {
    package var settings: Settings { .logGroup(self) }
}

extension RepositorySettings {
    package var settings: Settings { .repository(self) }
}

extension ECSClusterSettings {
    package var settings: Settings { .ecsCluster(self) }
}

extension TaskDefinitionSettings {
    package var settings: Settings { .taskDefinition(self) }
}

extension ReleaseSettings {
    package var settings: Settings { .release(self) }
}

extension ECSServiceSettings {
    package var settings: Settings { .ecsService(self) }
}

extension ScalableTargetSettings {
    package var settings: Settings { .scalableTarget(self) }
}

extension ScalingPolicySettings {
    package var settings: Settings { .scalingPolicy(self) }
}

extension ScheduleGroupSettings {
    package var settings: Settings { .scheduleGroup(self) }
}

extension ScheduleSettings {
    package var settings: Settings { .schedule(self) }
}

extension StateMachineSettings {
    package var settings: Settings { .stateMachine(self) }
}

extension BucketSettings {
    package var settings: Settings { .bucket(self) }
}

extension LoadBalancerSettings {
    package var settings: Settings { .loadBalancer(self) }
}

extension TargetGroupSettings {
    package var settings: Settings { .targetGroup(self) }
}

extension ListenerSettings {
    package var settings: Settings { .listener(self) }
}

extension ListenerRuleSettings {
    package var settings: Settings { .listenerRule(self) }
}

extension CertificateSettings {
    package var settings: Settings { .certificate(self) }
}

extension DNSRecordSettings {
    package var settings: Settings { .dnsRecord(self) }
}

extension VPCOriginSettings {
    package var settings: Settings { .vpcOrigin(self) }
}

extension CachePolicySettings {
    package var settings: Settings { .cachePolicy(self) }
}

extension FunctionSettings {
    package var settings: Settings { .function(self) }
}

extension IPSetSettings {
    package var settings: Settings { .ipSet(self) }
}

extension WebACLSettings {
    package var settings: Settings { .webACL(self) }
}

extension WebACLLoggingSettings {
    package var settings: Settings { .webACLLogging(self) }
}

extension DistributionSettings {
    package var settings: Settings { .distribution(self) }
}

extension LogDeliverySettings {
    package var settings: Settings { .logDelivery(self) }
}

extension EncryptionKeySettings {
    package var settings: Settings { .encryptionKey(self) }
}

extension TopicSettings {
    package var settings: Settings { .topic(self) }
}

extension TopicSubscriptionSettings {
    package var settings: Settings { .topicSubscription(self) }
}

extension AlarmSettings {
    package var settings: Settings { .alarm(self) }
}

extension DashboardSettings {
    package var settings: Settings { .dashboard(self) }
}
