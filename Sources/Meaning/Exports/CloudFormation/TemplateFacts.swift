import Resources
import Stacks

extension Template {
    /// For `!Sub`. What another template holds is a parameter here.
    func substitute(_ part: Value.Part) -> String {
        switch part {
        case .text(let text): text
        case .lookup(let lookup): substitute(lookup)
        case .reference(let reference):
            holds(reference.address) ? fact(reference) : "${\(foreignName(reference))}"
        }
    }

    private func substitute(_ lookup: Lookup) -> String {
        switch lookup {
        case .account: "${AWS::AccountId}"
        case .partition: "${AWS::Partition}"
        case .region: region == stack.region ? "${AWS::Region}" : stack.region
        // Written as an expression of its own where a subnet or a server stands.
        case .zoneID(let index), .zoneName(let index): "${Zone\(index + 1)}"
        case .cloudFrontPrefixList: "${CloudFrontPrefixList}"
        case .s3PrefixList: "${S3PrefixList}"
        case .engineVersion: "${AuroraVersion}"
        case .engineFamily: "${AuroraFamily}"
        case .hostedZone: "${HostedZoneId}"
        case .image(let service): "${\(imageName(service))}"
        }
    }

    /// The parameter for a service's image, told apart as its task definition is.
    func imageName(_ service: String) -> String {
        "Image"
            + name(Address(.application, ResourceKind.taskDefinition.rawValue, service)).dropFirst(
                "TaskDefinition".count)
    }

    /// `LoadBalancerArn`: the parameter that carries a fact over, and the other template's output of that name.
    func foreignName(_ reference: Reference) -> String {
        let fact = reference.fact.rawValue.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
        return name(reference.address) + fact.joined()
    }

    /// What a fact of a resource of this template is called.
    func fact(_ reference: Reference) -> String {
        let name = name(reference.address)
        guard let kind = graph[reference.address]?.kind else { return "${\(name)}" }
        let att = { (attribute: String) in "${\(name).\(attribute)}" }
        switch (kind, reference.fact) {
        case (.elasticAddress, .id): return att("AllocationId")
        case (.elasticAddress, .publicAddress): return att("PublicIp")
        case (.securityGroup, .id): return att("GroupId")
        case (.vpc, .defaultSecurityGroup): return att("DefaultSecurityGroup")
        case (.vpc, .defaultNetworkACL): return att("DefaultNetworkAcl")
        case (.databaseCluster, .arn): return att("DBClusterArn")
        case (.databaseCluster, .endpoint): return att("Endpoint.Address")
        case (.databaseCluster, .readerEndpoint): return att("ReadEndpoint.Address")
        case (.databaseCluster, .port): return att("Endpoint.Port")
        case (.databaseCluster, .masterSecret): return att("MasterUserSecret.SecretArn")
        case (.databaseInstance, .arn): return att("DBInstanceArn")
        case (.secret, .secretValue): return "{{resolve:secretsmanager:${\(name)}:SecretString}}"
        // CloudFormation's ends with `:*`.
        case (.logGroup, .arn): return "arn:${AWS::Partition}:logs:\(regionText):${AWS::AccountId}:log-group:${\(name)}"
        case (.distribution, .arn): return "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${\(name)}"
        case (.repository, .url): return att("RepositoryUri")
        case (.ecsService, .name), (.stateMachine, .name): return att("Name")
        case (.topic, .name): return att("TopicName")
        case (.loadBalancer, .dnsZone): return att("CanonicalHostedZoneID")
        case (.loadBalancer, .dnsName): return att("DNSName")
        case (.loadBalancer, .metricName): return att("LoadBalancerFullName")
        case (.loadBalancer, .name): return att("LoadBalancerName")
        case (.targetGroup, .metricName): return att("TargetGroupFullName")
        case (.targetGroup, .name): return att("TargetGroupName")
        case (.distribution, .dnsName): return att("DomainName")
        case (.function, .arn): return att("FunctionARN")
        case (.vpcOrigin, .id), (.webACL, .id), (.ipSet, .id): return att("Id")
        case (.role, .arn), (.repository, .arn), (.ecsCluster, .arn), (.bucket, .arn), (.webACL, .arn), (.ipSet, .arn),
            (.encryptionKey, .arn), (.alarm, .arn), (.scheduleGroup, .arn), (.schedule, .arn),
            (.stateMachine, .arn):
            return att("Arn")
        // The others are what CloudFormation itself calls them: an id, a name or an ARN.
        default: return "${\(name)}"
        }
    }

    private var regionText: String { "${AWS::Region}" }
}
