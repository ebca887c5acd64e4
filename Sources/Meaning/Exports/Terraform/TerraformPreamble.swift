import Resources
import Stacks

/// What stands before the resources: provider, what the user must say, and what the account must tell.
extension TerraformExport {
    var preamble: [String] { [head] + (variables + data + [locals]).map(writer.text) }

    private var lookups: Set<Lookup> {
        Set(graph.resources.flatMap { $0.settings.values.flatMap(\.lookups) })
    }

    private var head: String {
        let edge =
            stack.region == "us-east-1"
            ? ""
            : """

            # CloudFront takes its certificate, its firewall and its logs from this region only.
            provider "aws" {
              alias  = "edge"
              region = "us-east-1"
            }

            """
        return """
            # The stack \(stack.fullName). It is a copy: Terrace does not read it back, and what is changed here Terrace does not know.
            # \(warning)

            terraform {
              # 1.11 for passwords that pass through without staying in the state.
              required_version = ">= 1.11"

              required_providers {
                aws = {
                  source  = "hashicorp/aws"
                  version = "~> 5.98"
                }
              }
            }

            provider "aws" {
              region = "\(stack.region)"
            }
            \(edge)
            """
    }

    private var warning: String {
        world == nil
            ? "In an account where Terrace runs the stack already it would make everything a second time."
            : "imports.tf takes over what Terrace runs; from then on change the stack with one of the two only."
    }

    /// What the account told Terrace, for the variables.
    var valuesFile: ExportedFile {
        let known = world?.lookups ?? [:]
        let told = variableLookups.compactMap { lookup, name in known[lookup].map { (name, $0) } }
        let width = told.map(\.0.count).max() ?? 0
        let values = told.map { name, text in
            "\(name)\(String(repeating: " ", count: width - name.count)) = \(HCLText.quoted(text))\n"
        }
        let mark = "\(ExportedFile.mark) terraform`; the next export replaces it.\n"
        return ExportedFile(name: "terraform.tfvars", text: mark + "\n" + values.joined())
    }

    private var variableLookups: [(Lookup, String)] {
        lookups.compactMap { lookup in
            switch lookup {
            case .image, .hostedZone: (lookup, String(writer.expression(.lookup(lookup)).dropFirst("var.".count)))
            default: nil
            }
        }.sorted { $0.1 < $1.1 }
    }

    // MARK: What the user says

    private var variables: [TerraformBlock] {
        let images = lookups.compactMap { if case .image(let service) = $0 { service } else { nil } }.sorted()
        let secrets = graph.resources.compactMap { resource -> (name: String, word: String)? in
            guard world == nil, case .secret(let settings) = resource.settings, case .given(let word) = settings.content
            else {
                return nil
            }
            return (resource.address.terraformName(resource.kind), word)
        }
        let hosted = lookups.contains { if case .hostedZone = $0 { true } else { false } }
        return images.map { service in
            variable(
                "image_\(service.map { $0 == "-" ? "_" : String($0) }.joined())",
                "Image of \(service) by digest: 123456789012.dkr.ecr.\(stack.region).amazonaws.com/…@sha256:…")
        }
            + secrets.map { name, word in
                TerraformBlock(
                    "variable", "secret_\(name)",
                    body: [
                        "description": .word("\(word), as the application finds it in its environment"),
                        "type": .expression("string"), "sensitive": true, "ephemeral": true,
                    ])
            }
            + (hosted ? [variable("hosted_zone_id", "Route 53 zone that holds \(stack.edge.domain ?? "")")] : [])
    }

    private func variable(_ name: String, _ description: String) -> TerraformBlock {
        TerraformBlock(
            "variable", name, body: ["description": .word(description), "type": .expression("string")])
    }

    // MARK: What the account tells

    private var data: [TerraformBlock] {
        [
            TerraformBlock("data", "aws_caller_identity", "current", body: [:]),
            TerraformBlock("data", "aws_partition", "current", body: [:]), zones,
        ] + prefixLists + engine
    }

    private var zones: TerraformBlock {
        let excluded = stack.edge.origin == .private ? AccountFacts.zonesWithoutVPCOrigins.sorted() : []
        return TerraformBlock(
            "data", "aws_availability_zones", "available",
            notes: excluded.isEmpty ? [] : ["Zones that CloudFront reaches by a VPC origin."],
            body: comments(Waiver.zonesAreAsked) + [
                "state": "available", "exclude_zone_ids": excluded.isEmpty ? .none : .words(excluded),
                "filter": .block(["name": "opt-in-status", "values": ["opt-in-not-required"]]),
            ])
    }

    private var prefixLists: [TerraformBlock] {
        let list = { (name: String, value: Tree) in
            TerraformBlock(
                "data", "aws_ec2_managed_prefix_list", name, body: ["name": value])
        }
        return
            (lookups.contains(.cloudFrontPrefixList)
            ? [list("cloudfront", "com.amazonaws.global.cloudfront.origin-facing")] : [])
            + (lookups.contains(.s3PrefixList) ? [list("s3", .word("com.amazonaws.\(stack.region).s3"))] : [])
    }

    private var engine: [TerraformBlock] {
        let words = lookups.compactMap { if case .engineVersion(let word) = $0 { word } else { nil } }
        guard let word = words.first ?? (lookups.contains(.engineFamily) ? "auto" : nil) else { return [] }
        let supported = AccountFacts.longTermSupport.filter { word == "auto" || $0.hasPrefix("\(word).") }
        let body: Tree =
            supported.isEmpty
            ? ["engine": "aurora-postgresql", "version": .word(word), "latest": true]
            : ["engine": "aurora-postgresql", "preferred_versions": .words(supported)]
        return [
            TerraformBlock(
                "data", "aws_rds_engine_version", "aurora",
                notes: supported.isEmpty ? [] : ["Versions with long-term support, the newest first."], body: body)
        ]
    }

    private var locals: TerraformBlock {
        let ids = "data.aws_availability_zones.available.zone_ids"
        return TerraformBlock(
            "locals",
            notes: ["Zones by id: their names are shuffled from account to account."],
            body: [
                "account": .expression("data.aws_caller_identity.current.account_id"),
                "partition": .expression("data.aws_partition.current.partition"),
                "region": .word(stack.region),
                "zone_ids": .expression("sort(\(ids))"),
                "zone_names": .expression(
                    "[for id in local.zone_ids : data.aws_availability_zones.available.names[index(\(ids), id)]]"),
                "tags": .map(
                    commonTags.sorted { $0.key < $1.key }.map { Tree.Member(key: $0.key, value: .word($0.value)) }),
            ])
    }

    // MARK: What the user wants to know

    var outputs: [TerraformBlock] {
        graph.resources.flatMap { resource -> [TerraformBlock] in
            let name = "\(resource.kind.terraformType).\(resource.address.terraformName(resource.kind))"
            switch resource.settings {
            case .distribution(let settings):
                let host = settings.aliases.first.map { "\"https://\($0)\"" } ?? "\"https://${\(name).domain_name}\""
                return [output("url", "The application", host)]
            case .databaseCluster:
                return [
                    output("writer", "Endpoint for writes", "\(name).endpoint"),
                    output("reader", "Endpoint for reads", "\(name).reader_endpoint"),
                ]
            case .repository:
                let word = resource.address.terraformName(resource.kind)
                return [output("repository_\(word)", "Where the image is pushed", "\(name).repository_url")]
            case .bucket: return [output("log_bucket", "Where logs are kept", "\(name).bucket")]
            default: return []
            }
        }
    }

    private func output(_ name: String, _ description: String, _ value: String) -> TerraformBlock {
        TerraformBlock("output", name, body: ["description": .word(description), "value": .expression(value)])
    }
}
