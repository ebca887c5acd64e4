import Resources
import Stacks

extension ShellExport {
    /// How a resource is made; without a `default`, so that a kind that is forgotten does not compile.
    func steps(of resource: Resource) -> [ShellStep] {
        let tag = tags(resource)
        return switch resource.settings {
        case .vpc(let settings): vpc(settings, tag, resource.address)
        case .internetGateway(let settings): internetGateway(settings, tag, resource.address)
        case .subnet(let settings): subnet(settings, tag)
        case .elasticAddress: elasticAddress(tag)
        case .natGateway(let settings): natGateway(settings, tag, resource.address)
        case .routeTable(let settings): routeTable(settings, tag, resource.address)
        case .networkACL(let settings): networkACL(settings, tag, resource.address)
        case .endpoint(let settings): endpoint(settings, tag, resource.address)
        case .securityGroup(let settings): securityGroup(settings, tag, resource.address)
        case .securityGroupRules(let settings): securityGroupRules(settings)
        case .flowLog(let settings): flowLog(settings, tag, resource.address)
        case .subnetGroup(let settings): subnetGroup(settings)
        case .clusterParameterGroup(let settings): clusterParameterGroup(settings)
        case .databaseCluster(let settings): databaseCluster(settings)
        case .databaseInstance(let settings): databaseInstance(settings)
        case .databaseRole(let settings): databaseRole(settings)
        case .eventSubscription(let settings): eventSubscription(settings)
        case .secret(let settings): secret(settings)
        case .role(let settings): role(settings)
        case .logGroup(let settings): logGroup(settings)
        case .repository(let settings): repository(settings)
        case .ecsCluster(let settings): ecsCluster(settings)
        case .taskDefinition(let settings): taskDefinition(settings)
        case .release(let settings): release(settings)
        case .ecsService(let settings): ecsService(settings)
        case .scalableTarget(let settings): scalableTarget(settings)
        case .scalingPolicy(let settings): scalingPolicy(settings)
        case .scheduleGroup(let settings): scheduleGroup(settings)
        case .schedule(let settings): schedule(settings)
        case .stateMachine(let settings): stateMachine(settings)
        case .bucket(let settings): bucket(settings)
        case .loadBalancer(let settings): loadBalancer(settings, resource.address)
        case .targetGroup(let settings): targetGroup(settings, resource.address)
        case .listener(let settings): listener(settings)
        case .listenerRule(let settings): listenerRule(settings)
        case .certificate(let settings): certificate(settings, resource)
        case .dnsRecord(let settings): dnsRecord(settings, resource)
        case .vpcOrigin(let settings): vpcOrigin(settings, resource.address)
        case .cachePolicy(let settings): cachePolicy(settings)
        case .function(let settings): function(settings)
        case .ipSet(let settings): ipSet(settings)
        case .webACL(let settings): webACL(settings)
        case .webACLLogging(let settings): webACLLogging(settings)
        case .distribution(let settings): distribution(settings, resource.address)
        case .logDelivery(let settings): logDelivery(settings)
        case .encryptionKey(let settings): encryptionKey(settings, resource.address)
        case .topic(let settings): topic(settings)
        case .topicSubscription(let settings): topicSubscription(settings)
        case .alarm(let settings): alarm(settings)
        case .dashboard(let settings): dashboard(settings)
        }
    }

    /// The user's, the name, and by what the script finds it again; not Terrace's own, by which it would take the copy for its
    /// own.
    private func tags(_ resource: Resource) -> [(key: String, value: String)] {
        resource.tags.filter { !$0.key.hasPrefix("terrace:") }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            + [("exported", "\(stack.fullName)/\(resource.address)")]
    }

    /// The variable of one of the resource's own facts, as it stands in a command.
    func own(_ address: Address, _ fact: Fact = .id) -> Value { Value(Reference(address, fact)) }

    /// How to ask for a fact that making the resource did not give; nil for what nobody can ask for.
    func question(_ fact: Fact, _ resource: Resource) -> ShellCall? {
        switch (resource.settings, fact) {
        case (.databaseCluster(let settings), let fact):
            let field = [
                Fact.endpoint: "Endpoint", .readerEndpoint: "ReaderEndpoint",
                .masterSecret: "MasterUserSecret.SecretArn",
            ]
            return field[fact].map { name in
                ShellCall(
                    "rds describe-db-clusters", [("db-cluster-identifier", .word(settings.identifier))],
                    query: "DBClusters[0].\(name)")
            }
        case (.secret(let settings), .arn):
            return ShellCall("secretsmanager describe-secret", [("secret-id", .word(settings.name))], query: "ARN")
        case (.secret(let settings), .secretValue):
            return ShellCall(
                "secretsmanager get-secret-value", [("secret-id", .word(settings.name))], query: "SecretString")
        case (.loadBalancer(let settings), let fact):
            let field = [Fact.arn: "LoadBalancerArn", .dnsName: "DNSName", .dnsZone: "CanonicalHostedZoneId"]
            return field[fact].map { name in
                ShellCall(
                    "elbv2 describe-load-balancers", [("names", .word(settings.name))],
                    query: "LoadBalancers[0].\(name)")
            }
        case (.targetGroup(let settings), .arn):
            return ShellCall(
                "elbv2 describe-target-groups", [("names", .word(settings.name))],
                query: "TargetGroups[0].TargetGroupArn")
        case (.listener(let settings), .arn):
            return ShellCall(
                "elbv2 describe-listeners", [("load-balancer-arn", .word(settings.loadBalancer))],
                query: "Listeners[0].ListenerArn")
        case (.listenerRule(let settings), .arn):
            return ShellCall(
                "elbv2 describe-rules", [("listener-arn", .word(settings.listener))],
                query: "Rules[?Priority==`\"\(settings.priority)\"`].RuleArn | [0]")
        case (.repository(let settings), .url):
            return ShellCall(
                "ecr describe-repositories", [("repository-names", .word(settings.name))],
                query: "repositories[0].repositoryUri")
        case (.taskDefinition(let settings), .arn):
            return ShellCall(
                "ecs describe-task-definition", [("task-definition", .word(settings.family))],
                query: "taskDefinition.taskDefinitionArn")
        case (.encryptionKey(let settings), .id):
            return ShellCall("kms describe-key", [("key-id", .word(settings.alias))], query: "KeyMetadata.KeyId")
        case (.ipSet(let settings), .arn):
            return ShellCall(
                "wafv2 list-ip-sets", [("scope", .word("CLOUDFRONT"))],
                query: "IPSets[?Name==`\"\(settings.name.literal ?? "")\"`].ARN | [0]")
        case (.webACL(let settings), .arn):
            return ShellCall(
                "wafv2 list-web-acls", [("scope", .word("CLOUDFRONT"))],
                query: "WebACLs[?Name==`\"\(settings.name.literal ?? "")\"`].ARN | [0]")
        case (.cachePolicy(let settings), .id):
            let name =
                "CachePolicyList.Items[?CachePolicy.CachePolicyConfig.Name==`\"\(settings.name.literal ?? "")\"`]"
            return ShellCall(
                "cloudfront list-cache-policies", [("type", .word("custom"))], query: "\(name).CachePolicy.Id | [0]")
        case (.distribution, .dnsName):
            return ShellCall(
                "cloudfront get-distribution", [("id", .word(own(resource.address)))], query: "Distribution.DomainName")
        case (.distribution, .arn):
            return ShellCall(
                "cloudfront get-distribution", [("id", .word(own(resource.address)))], query: "Distribution.ARN")
        default: return nil
        }
    }
}
