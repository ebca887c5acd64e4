import Resources

extension TerraformExport {
    /// How Terraform names a fact. Where it has no name for one, which no resource asks for, the resource itself is named, and
    /// `terraform validate` says so.
    func expression(_ part: Value.Part) -> String {
        switch part {
        case .text(let text): HCLText.quoted(text)
        case .lookup(let lookup): expression(lookup)
        case .reference(let reference): expression(reference)
        }
    }

    private func expression(_ lookup: Lookup) -> String {
        switch lookup {
        case .account: "local.account"
        case .partition: "local.partition"
        case .region: "local.region"
        case .zoneID(let index): "local.zone_ids[\(index)]"
        case .zoneName(let index): "local.zone_names[\(index)]"
        case .cloudFrontPrefixList: "data.aws_ec2_managed_prefix_list.cloudfront.id"
        case .s3PrefixList: "data.aws_ec2_managed_prefix_list.s3.id"
        case .engineVersion: "data.aws_rds_engine_version.aurora.version_actual"
        case .engineFamily: "data.aws_rds_engine_version.aurora.parameter_group_family"
        case .hostedZone: "var.hosted_zone_id"
        case .image(let service): "var.image_\(service.map { $0 == "-" ? "_" : String($0) }.joined())"
        }
    }

    private func expression(_ reference: Reference) -> String {
        guard let resource = graph[reference.address] else { return reference.address.text }
        let name = reference.address.terraformName(resource.kind)
        switch (resource.settings, reference.fact) {
        case (.secret, .secretValue):
            return "\(world == nil ? "" : "data.")aws_secretsmanager_secret_version.\(name).secret_string"
        case (.certificate, .arn) where reference.moment == .ready && world == nil:
            return "aws_acm_certificate_validation.\(name).certificate_arn"
        case (.certificate(let settings), .validationName): return proof(settings, name, "resource_record_name")
        // ACM ends it with a dot, which a record need not have and Terrace's has not.
        case (.certificate(let settings), .validationValue):
            return "trimsuffix(\(proof(settings, name, "resource_record_value")), \".\")"
        default: return "\(resource.kind.terraformType).\(name).\(attribute(resource.kind, reference.fact))"
        }
    }

    /// A certificate has a proof for each of its names.
    private func proof(_ settings: CertificateSettings, _ name: String, _ attribute: String) -> String {
        let options = "aws_acm_certificate.\(name).domain_validation_options"
        return "[for proof in \(options) : proof.\(attribute) if proof.domain_name == \"\(settings.domain)\"][0]"
    }

    private func attribute(_ kind: ResourceKind, _ fact: Fact) -> String {
        switch (kind, fact) {
        case (.databaseCluster, .name): "cluster_identifier"
        case (.databaseCluster, .masterSecret): "master_user_secret[0].secret_arn"
        case (.databaseInstance, .name): "identifier"
        case (.bucket, .name): "bucket"
        case (.ecsService, .arn): "id"
        case (.encryptionKey, .id): "key_id"
        case (.alarm, .name): "alarm_name"
        case (.dashboard, .name): "dashboard_name"
        case (.distribution, .dnsName): "domain_name"
        case (_, .readerEndpoint): "reader_endpoint"
        case (_, .dnsName): "dns_name"
        case (_, .dnsZone): "zone_id"
        case (_, .metricName): "arn_suffix"
        case (_, .url): "repository_url"
        case (_, .defaultSecurityGroup): "default_security_group_id"
        case (_, .defaultNetworkACL): "default_network_acl_id"
        case (_, .publicAddress): "public_ip"
        case (_, .revision): "etag"
        case (_, .id), (_, .arn), (_, .name), (_, .endpoint), (_, .port): fact.rawValue
        case (_, .masterSecret), (_, .secretValue), (_, .validationName), (_, .validationValue): fact.rawValue
        }
    }
}

extension ResourceKind {
    /// The type of the resource that others refer to; a kind may need several.
    var terraformType: String {
        switch self {
        case .vpc: "aws_vpc"
        case .internetGateway: "aws_internet_gateway"
        case .subnet: "aws_subnet"
        case .elasticAddress: "aws_eip"
        case .natGateway: "aws_nat_gateway"
        case .routeTable: "aws_route_table"
        case .networkACL: "aws_network_acl"
        case .endpoint: "aws_vpc_endpoint"
        case .securityGroup: "aws_security_group"
        case .securityGroupRules: "aws_vpc_security_group_ingress_rule"
        case .flowLog: "aws_flow_log"
        case .subnetGroup: "aws_db_subnet_group"
        case .clusterParameterGroup: "aws_rds_cluster_parameter_group"
        case .databaseCluster: "aws_rds_cluster"
        case .databaseInstance: "aws_rds_cluster_instance"
        case .databaseRole: "aws_rds_cluster"
        case .eventSubscription: "aws_db_event_subscription"
        case .secret: "aws_secretsmanager_secret"
        case .role: "aws_iam_role"
        case .logGroup: "aws_cloudwatch_log_group"
        case .repository: "aws_ecr_repository"
        case .ecsCluster: "aws_ecs_cluster"
        case .taskDefinition: "aws_ecs_task_definition"
        case .release: "aws_ecs_task_definition"
        case .ecsService: "aws_ecs_service"
        case .scalableTarget: "aws_appautoscaling_target"
        case .scalingPolicy: "aws_appautoscaling_policy"
        case .scheduleGroup: "aws_scheduler_schedule_group"
        case .schedule: "aws_scheduler_schedule"
        case .stateMachine: "aws_sfn_state_machine"
        case .bucket: "aws_s3_bucket"
        case .loadBalancer: "aws_lb"
        case .targetGroup: "aws_lb_target_group"
        case .listener: "aws_lb_listener"
        case .listenerRule: "aws_lb_listener_rule"
        case .certificate: "aws_acm_certificate"
        case .dnsRecord: "aws_route53_record"
        case .vpcOrigin: "aws_cloudfront_vpc_origin"
        case .cachePolicy: "aws_cloudfront_cache_policy"
        case .function: "aws_cloudfront_function"
        case .ipSet: "aws_wafv2_ip_set"
        case .webACL: "aws_wafv2_web_acl"
        case .webACLLogging: "aws_wafv2_web_acl_logging_configuration"
        case .distribution: "aws_cloudfront_distribution"
        case .logDelivery: "aws_cloudwatch_log_delivery"
        case .encryptionKey: "aws_kms_key"
        case .topic: "aws_sns_topic"
        case .topicSubscription: "aws_sns_topic_subscription"
        case .alarm: "aws_cloudwatch_metric_alarm"
        case .dashboard: "aws_cloudwatch_dashboard"
        }
    }
}
