import Resources
import Stacks

/// What a template must be told, and what it tells.
extension Template {
    private var lookups: Set<Lookup> { Set(resources.flatMap { $0.settings.values.flatMap(\.lookups) }) }

    /// What it takes from the other template, in order and each once.
    var foreign: [Reference] {
        var found: [String: Reference] = [:]
        for resource in resources where !isProof(resource) {
            for reference in resource.settings.values.flatMap(\.references) where !holds(reference.address) {
                found[foreignName(reference)] = reference
            }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    var parameters: [Tree.Member] {
        let images = lookups.compactMap { if case .image(let service) = $0 { service } else { nil } }.sorted().map {
            parameter(
                imageName($0),
                "Image of \($0) by digest: 123456789012.dkr.ecr.\(stack.region).amazonaws.com/…@sha256:…")
        }
        let given = resources.compactMap { resource -> Tree.Member? in
            guard case .secret(let settings) = resource.settings, case .given(let word) = settings.content else {
                return nil
            }
            return parameter(
                "\(name(resource.address))Value", "\(word), as the application finds it in its environment",
                ["NoEcho": true])
        }
        return images + given + lookedUp + foreign.map(foreignParameter)
    }

    private func parameter(_ name: String, _ description: String, _ more: Tree = [:]) -> Tree.Member {
        Tree.Member(key: name, value: ["Type": "String", "Description": .word(description)] + more)
    }

    private var lookedUp: [Tree.Member] {
        var found: [Tree.Member] = []
        let list = { (name: String) in
            "aws ec2 describe-managed-prefix-lists --query \"PrefixLists[].PrefixListId\" --output text "
                + "--filters Name=prefix-list-name,Values=\(name)"
        }
        if lookups.contains(.cloudFrontPrefixList) {
            found.append(
                parameter("CloudFrontPrefixList", list("com.amazonaws.global.cloudfront.origin-facing")))
        }
        if lookups.contains(.s3PrefixList) {
            found.append(parameter("S3PrefixList", list("com.amazonaws.\(stack.region).s3")))
        }
        for case .engineVersion(let word) in lookups {
            let version =
                AccountFacts.longTermSupport.first { word == "auto" || $0.hasPrefix("\(word).") } ?? word
            found.append(
                parameter("AuroraVersion", "Aurora PostgreSQL's version", ["Default": .expression("\"\(version)\"")]))
            if lookups.contains(.engineFamily) {
                found.append(
                    parameter(
                        "AuroraFamily", "The parameter group family of that version",
                        ["Default": .word("aurora-postgresql\(version.prefix { $0 != "." })")]))
            }
        }
        // A certificate's records are set where the domain's are.
        if resources.contains(where: { $0.kind == .certificate || $0.kind == .dnsRecord && !isProof($0) }) {
            found.append(
                parameter("HostedZoneId", "Route 53's zone that holds \(stack.edge.domain ?? "the domain")"))
        }
        return found
    }

    private func foreignParameter(_ reference: Reference) -> Tree.Member {
        if reference.fact.isSecret {
            return parameter(
                foreignName(reference),
                "What the secret \(reference.address) of the other template says: aws secretsmanager get-secret-value",
                ["NoEcho": true])
        }
        return parameter(foreignName(reference), "Output of the other template")
    }

    // MARK: Outputs

    var outputs: [Tree.Member] {
        let carried = export.templates.filter { $0.region != region }.flatMap(\.foreign)
            .filter { holds($0.address) && !$0.fact.isSecret }
        return resources.flatMap(told)
            + carried.map { reference in
                output(foreignName(reference), "For the other template", Value(reference))
            }
    }

    private func told(_ resource: Resource) -> [Tree.Member] {
        let address = resource.address
        switch resource.settings {
        case .distribution(let settings):
            let host = settings.aliases.first.map { Value($0) } ?? Value(Reference(address, .dnsName))
            return [output("Url", "The application", "https://\(host)")]
        case .databaseCluster:
            return [
                output("Writer", "Endpoint for writes", Value(Reference(address, .endpoint))),
                output("Reader", "Endpoint for reads", Value(Reference(address, .readerEndpoint))),
                output("ClusterArn", "For the application's role", Value(Reference(address, .arn))),
                output("MasterSecretArn", "For the application's role", Value(Reference(address, .masterSecret))),
            ]
        case .databaseRole(let settings):
            return [output("RoleSecretArn", "For the application's role", settings.secret)]
        case .repository:
            return [
                output("\(name(address))Uri", "Where the image is pushed", Value(Reference(address, .url)))
            ]
        case .bucket: return [output("LogBucket", "Where logs are kept", Value(Reference(address, .name)))]
        default: return []
        }
    }

    private func output(_ name: String, _ description: String, _ value: Value) -> Tree.Member {
        Tree.Member(key: name, value: ["Description": .word(description), "Value": .text(value)])
    }
}
