import Resources

/// Blocks by which Terraform takes over what Terrace runs.
extension TerraformExport {
    /// In the order of the resources; empty without a world. Security groups' rules have ids that only AWS knows: Terraform asks
    /// for them while it plans.
    func imports(_ blocks: [Address: [TerraformBlock]]) -> [TerraformBlock] {
        guard let world else { return [] }
        return graph.resources.flatMap { resource -> [TerraformBlock] in
            guard world.resources[resource.address] != nil else { return [] }
            if case .securityGroupRules(let settings) = resource.settings {
                return ruleImports(settings, resource, blocks[resource.address] ?? [])
            }
            return (blocks[resource.address] ?? []).compactMap { block in
                guard block.keyword == "resource", let id = importID(block, resource), let text = known(id) else {
                    return nil
                }
                return importing(block, .word(text))
            }
        }
    }

    /// What stays to be made though Terrace runs the stack: of a stack that is not wholly up. By its name in Terraform.
    func withoutImport(_ blocks: [Address: [TerraformBlock]]) -> [String] {
        guard world != nil else { return [] }
        let taken = Set(
            imports(blocks).compactMap { block -> String? in
                guard case .expression(let name)? = block.body.members.first(where: { $0.key == "to" })?.value else {
                    return nil
                }
                return name
            })
        return graph.resources.flatMap { blocks[$0.address] ?? [] }.filter { $0.keyword == "resource" }
            .map(\.address).filter { !taken.contains($0) }
    }

    private func importing(_ block: TerraformBlock, _ id: Tree) -> TerraformBlock {
        var provider: Tree = [:]
        if block.body.members.contains(where: { $0.key == "provider" }) {
            provider = ["provider": .expression("aws.edge")]
        }
        return TerraformBlock("import", body: ["to": .expression(block.address), "id": id] + provider)
    }

    private func known(_ value: Value) -> String? { world.flatMap { KnownFacts($0).text(value) } }

    // MARK: Ids

    /// Each type's own form. Source: the provider's documentation of `import`, version 5.100.
    private func importID(_ block: TerraformBlock, _ resource: Resource) -> Value? {
        let fact = { (fact: Fact) in Value(Reference(resource.address, fact)) }
        switch block.labels[0] {
        case "aws_default_security_group": return fact(.defaultSecurityGroup)
        case "aws_default_network_acl": return fact(.defaultNetworkACL)
        case "aws_route_table_association": return joined(["subnet_id"], of: block).map { "\($0)/\(fact(.id))" }
        case "aws_iam_role_policy":
            return joined(["name"], of: block).map { "\(resource.settings.ownName ?? ""):\($0)" }
        case "aws_iam_role_policy_attachment":
            return joined(["policy_arn"], of: block).map { "\(resource.settings.ownName ?? "")/\($0)" }
        case "aws_ecs_service": return ecsServiceID(resource)
        case "aws_appautoscaling_target":
            return joined(["service_namespace", "resource_id", "scalable_dimension"], of: block)
        case "aws_appautoscaling_policy":
            return joined(["service_namespace", "resource_id", "scalable_dimension", "name"], of: block)
        case "aws_scheduler_schedule": return joined(["group_name", "name"], of: block)
        case "aws_route53_record": return joined(["zone_id", "name", "type"], of: block, by: "_")
        case "aws_wafv2_web_acl", "aws_wafv2_ip_set":
            return joined(["name", "scope"], of: block).map { "\(fact(.id))/\($0)" }
        case "aws_wafv2_web_acl_logging_configuration": return joined(["resource_arn"], of: block)
        case "aws_kms_alias", "aws_cloudwatch_log_delivery_source", "aws_cloudwatch_log_delivery_destination":
            return joined(["name"], of: block)
        case "aws_sns_topic_policy": return resource.settings.ownARN.map { _ in fact(.arn) }
        default: return plainID(resource).map(fact)
        }
    }

    private func ecsServiceID(_ resource: Resource) -> Value? {
        guard case .ecsService(let settings) = resource.settings, let cluster = settings.cluster.references.first else {
            return nil
        }
        return "\(Reference(cluster.address, .name))/\(settings.name)"
    }

    /// The attributes' values, as far as they are texts.
    private func joined(_ keys: [String], of block: TerraformBlock, by separator: String = "/") -> Value? {
        let values = keys.compactMap { key -> Value? in
            guard case .text(let value)? = block.body.members.first(where: { $0.key == key })?.value else { return nil }
            return value
        }
        return values.count == keys.count ? Value.joined(values, by: separator) : nil
    }

    /// Which fact is the id of a type that has no form of its own.
    private func plainID(_ resource: Resource) -> Fact? {
        switch resource.kind {
        case .secret, .taskDefinition, .loadBalancer, .targetGroup, .listener, .listenerRule, .certificate, .topic,
            .topicSubscription, .stateMachine:
            .arn
        case .databaseRole, .release, .securityGroupRules: nil
        default: resource.kind.facts.contains(.name) ? .name : .id
        }
    }

    // MARK: Rules of security groups

    private func ruleImports(
        _ settings: SecurityGroupRulesSettings, _ resource: Resource, _ blocks: [TerraformBlock]
    ) -> [TerraformBlock] {
        guard let group = known(settings.group) else { return [] }
        let name = resource.address.terraformName(resource.kind)
        let all = TerraformBlock(
            "data", "aws_vpc_security_group_rules", name,
            body: ["filter": .block(["name": "group-id", "values": .words([group])])])
        let each = TerraformBlock(
            "data", "aws_vpc_security_group_rule", name,
            body: [
                "for_each": .expression("toset(data.aws_vpc_security_group_rules.\(name).ids)"),
                "security_group_rule_id": .expression("each.value"),
            ])
        let found = "data.aws_vpc_security_group_rule.\(name)"
        return [all, each]
            + blocks.map { block in
                let isEgress = block.labels[0].contains("egress")
                let from = number("from_port", of: block).map { " && rule.from_port == \($0)" } ?? ""
                return importing(
                    block,
                    .expression(
                        "one([for rule in \(found) : rule.id if rule.is_egress == \(isEgress)\(from)\(peer(of: block))])"
                    ))
            }
    }

    private func number(_ key: String, of block: TerraformBlock) -> Int? {
        guard case .number(let number)? = block.body.members.first(where: { $0.key == key })?.value else { return nil }
        return number
    }

    private func peer(of block: TerraformBlock) -> String {
        for key in ["cidr_ipv4", "referenced_security_group_id", "prefix_list_id"] {
            guard case .text(let value)? = block.body.members.first(where: { $0.key == key })?.value,
                let text = known(value)
            else { continue }
            return " && rule.\(key) == \(HCLText.quoted(text))"
        }
        return ""
    }
}
