package import Resources

/// The handler of each kind. Without a `default`, so that a new kind that is forgotten here does not compile.
package func handler(for kind: ResourceKind) -> any KindHandler.Type {
    switch kind {
    case .vpc: VPCHandler.self
    case .internetGateway: InternetGatewayHandler.self
    case .subnet: SubnetHandler.self
    case .elasticAddress: ElasticAddressHandler.self
    case .natGateway: NATGatewayHandler.self
    case .routeTable: RouteTableHandler.self
    case .networkACL: NetworkACLHandler.self
    case .endpoint: EndpointHandler.self
    case .securityGroup: SecurityGroupHandler.self
    case .securityGroupRules: SecurityGroupRulesHandler.self
    case .flowLog: FlowLogHandler.self
    case .subnetGroup: SubnetGroupHandler.self
    case .clusterParameterGroup: ClusterParameterGroupHandler.self
    case .databaseCluster: DatabaseClusterHandler.self
    case .databaseInstance: DatabaseInstanceHandler.self
    case .databaseRole: DatabaseRoleHandler.self
    case .secret: SecretHandler.self
    case .eventSubscription: EventSubscriptionHandler.self
    case .role: RoleHandler.self
    case .logGroup: LogGroupHandler.self
    case .repository: RepositoryHandler.self
    case .ecsCluster: ClusterHandler.self
    case .taskDefinition: TaskDefinitionHandler.self
    case .release: ReleaseHandler.self
    case .ecsService: ServiceHandler.self
    case .scalableTarget: ScalableTargetHandler.self
    case .scalingPolicy: ScalingPolicyHandler.self
    case .scheduleGroup: ScheduleGroupHandler.self
    case .schedule: ScheduleHandler.self
    case .stateMachine: StateMachineHandler.self
    case .bucket: BucketHandler.self
    case .loadBalancer: LoadBalancerHandler.self
    case .targetGroup: TargetGroupHandler.self
    case .listener: ListenerHandler.self
    case .listenerRule: ListenerRuleHandler.self
    case .certificate: CertificateHandler.self
    case .dnsRecord: DNSRecordHandler.self
    case .vpcOrigin: VPCOriginHandler.self
    case .cachePolicy: CachePolicyHandler.self
    case .function: FunctionHandler.self
    case .ipSet: IPSetHandler.self
    case .webACL: WebACLHandler.self
    case .webACLLogging: WebACLLoggingHandler.self
    case .distribution: DistributionHandler.self
    case .logDelivery: LogDeliveryHandler.self
    case .encryptionKey: EncryptionKeyHandler.self
    case .topic: TopicHandler.self
    case .topicSubscription: TopicSubscriptionHandler.self
    case .alarm: AlarmHandler.self
    case .dashboard: DashboardHandler.self
    }
}
