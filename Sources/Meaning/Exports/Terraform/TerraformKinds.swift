import Resources

extension TerraformExport {
    /// What a resource is in Terraform; without a `default`, so that a kind that is forgotten does not compile.
    func blocks(of resource: Resource) -> [TerraformBlock] {
        let name = resource.address.terraformName(resource.kind)
        return switch resource.settings {
        case .vpc(let settings): vpc(settings, name, tags: resource.tags)
        case .internetGateway(let settings): internetGateway(settings, name)
        case .subnet(let settings): subnet(settings, name)
        case .elasticAddress: elasticAddress(name)
        case .natGateway(let settings): natGateway(settings, name)
        case .routeTable(let settings): routeTable(settings, name)
        case .networkACL(let settings): networkACL(settings, name)
        case .endpoint(let settings): endpoint(settings, name)
        case .securityGroup(let settings): securityGroup(settings, name)
        case .securityGroupRules(let settings): securityGroupRules(settings, name)
        case .flowLog(let settings): flowLog(settings, name)
        case .subnetGroup(let settings): subnetGroup(settings, name)
        case .clusterParameterGroup(let settings): clusterParameterGroup(settings, name)
        case .databaseCluster(let settings): databaseCluster(settings, name)
        case .databaseInstance(let settings): databaseInstance(settings, name)
        case .databaseRole(let settings): databaseRole(settings)
        case .eventSubscription(let settings): eventSubscription(settings, name)
        case .secret(let settings): secret(settings, name)
        case .role(let settings): role(settings, name)
        case .logGroup(let settings): logGroup(settings, name)
        case .repository(let settings): repository(settings, name)
        case .ecsCluster(let settings): ecsCluster(settings, name)
        case .taskDefinition(let settings): taskDefinition(settings, name)
        case .release(let settings): release(settings, name)
        case .ecsService(let settings): ecsService(settings, name)
        case .scalableTarget(let settings): scalableTarget(settings, name)
        case .scalingPolicy(let settings): scalingPolicy(settings, name)
        case .scheduleGroup(let settings): scheduleGroup(settings, name)
        case .schedule(let settings): schedule(settings, name)
        case .stateMachine(let settings): stateMachine(settings, name)
        case .bucket(let settings): bucket(settings, name)
        case .loadBalancer(let settings): loadBalancer(settings, name)
        case .targetGroup(let settings): targetGroup(settings, name)
        case .listener(let settings): listener(settings, name)
        case .listenerRule(let settings): listenerRule(settings, name)
        case .certificate(let settings): certificate(settings, name)
        case .dnsRecord(let settings): dnsRecord(settings, name)
        case .vpcOrigin(let settings): vpcOrigin(settings, name)
        case .cachePolicy(let settings): cachePolicy(settings, name)
        case .function(let settings): function(settings, name)
        case .ipSet(let settings): ipSet(settings, name)
        case .webACL(let settings): webACL(settings, name)
        case .webACLLogging(let settings): webACLLogging(settings, name)
        case .distribution(let settings): distribution(settings, name)
        case .logDelivery(let settings): logDelivery(settings, name)
        case .encryptionKey(let settings): encryptionKey(settings, name)
        case .topic(let settings): topic(settings, name)
        case .topicSubscription(let settings): topicSubscription(settings, name)
        case .alarm(let settings): alarm(settings, name)
        case .dashboard(let settings): dashboard(settings, name)
        }
    }

    func resource(
        _ type: String, _ name: String, notes: [String] = [], completes: Bool = false, _ body: Tree
    ) -> TerraformBlock {
        TerraformBlock("resource", type, name, notes: notes, completes: completes, body: body)
    }
}
