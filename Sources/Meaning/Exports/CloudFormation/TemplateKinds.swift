import Resources

extension Template {
    /// What a resource is in CloudFormation; without a `default`, so that a kind that is forgotten does not compile. Empty for
    /// what CloudFormation does by itself or cannot name.
    func items(of resource: Resource) -> [TemplateResource] {
        let name = name(resource.address)
        return switch resource.settings {
        case .vpc(let settings): vpc(settings)
        case .internetGateway(let settings): internetGateway(settings, name)
        case .subnet(let settings): subnet(settings)
        case .elasticAddress: [TemplateResource("AWS::EC2::EIP", ["Domain": "vpc"])]
        case .natGateway(let settings): natGateway(settings)
        case .routeTable(let settings): routeTable(settings, name)
        case .networkACL(let settings): networkACL(settings, name)
        case .endpoint(let settings): endpoint(settings)
        case .securityGroup(let settings): securityGroup(settings)
        case .securityGroupRules(let settings): securityGroupRules(settings)
        case .flowLog(let settings): flowLog(settings)
        case .subnetGroup(let settings): subnetGroup(settings)
        case .clusterParameterGroup(let settings): clusterParameterGroup(settings)
        case .databaseCluster(let settings): databaseCluster(settings)
        case .databaseInstance(let settings): databaseInstance(settings)
        case .databaseRole: []
        case .eventSubscription(let settings): eventSubscription(settings)
        case .secret(let settings): secret(settings, name)
        case .role(let settings): role(settings)
        case .logGroup(let settings): logGroup(settings)
        case .repository(let settings): repository(settings)
        case .ecsCluster(let settings): ecsCluster(settings)
        case .taskDefinition(let settings): taskDefinition(settings)
        case .release: []
        case .ecsService(let settings): ecsService(settings)
        case .scalableTarget(let settings): scalableTarget(settings)
        case .scalingPolicy(let settings): scalingPolicy(settings)
        case .scheduleGroup(let settings): scheduleGroup(settings)
        case .schedule(let settings): schedule(settings)
        case .stateMachine(let settings): stateMachine(settings)
        case .bucket(let settings): bucket(settings, name)
        case .loadBalancer(let settings): loadBalancer(settings)
        case .targetGroup(let settings): targetGroup(settings)
        case .listener(let settings): listener(settings)
        case .listenerRule(let settings): listenerRule(settings)
        case .certificate(let settings): certificate(settings)
        case .dnsRecord(let settings): isProof(resource) ? [] : dnsRecord(settings)
        case .vpcOrigin(let settings): vpcOrigin(settings)
        case .cachePolicy(let settings): cachePolicy(settings)
        case .function(let settings): function(settings)
        case .ipSet(let settings): ipSet(settings)
        case .webACL(let settings): webACL(settings)
        case .webACLLogging(let settings): webACLLogging(settings)
        case .distribution(let settings): distribution(settings)
        case .logDelivery(let settings): logDelivery(settings, name)
        case .encryptionKey(let settings): encryptionKey(settings, name)
        case .topic(let settings): topic(settings, name)
        case .topicSubscription(let settings): topicSubscription(settings)
        case .alarm(let settings): alarm(settings)
        case .dashboard(let settings): dashboard(settings)
        }
    }

    /// Whether a record proves a certificate's domain.
    func isProof(_ resource: Resource) -> Bool {
        guard case .dnsRecord(let record) = resource.settings else { return false }
        return record.values.flatMap(\.references).contains { $0.fact == .validationName }
    }

    func ref(_ name: String) -> Tree { .expression("!Ref \(name)") }
    func att(_ name: String, _ attribute: String) -> Tree { .expression("!GetAtt \(name).\(attribute)") }

    /// The region's zones in the order of their names: CloudFormation cannot look at their ids.
    func zone(_ value: Value) -> Tree {
        switch value.lookups.first {
        case .zoneID(let index), .zoneName(let index): .expression("!Select [\(index), !GetAZs \"\"]")
        default: .text(value)
        }
    }
}
