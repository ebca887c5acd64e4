import Resources
import Stacks

/// What a script begins and ends with.
extension ShellExport {
    private var lookups: Set<Lookup> { Set(graph.resources.flatMap { $0.settings.values.flatMap(\.lookups) }) }

    var head: String {
        let lines =
            [
                "#!/usr/bin/env bash",
                "\(ExportedFile.mark) shell`; the next export replaces it.",
                "#",
                "# The stack \(stack.fullName) in \(stack.region), command by command: to read, or to run once in an empty account. What is there",
                "# already is found and kept, but nothing is compared, changed or taken away: `terrace up --on aws` does that. Needs aws, jq,",
                "# and an identity that may do all of it.",
                "set -euo pipefail",
                "export AWS_PAGER=\"\" AWS_REGION=\(stack.region) AWS_DEFAULT_REGION=\(stack.region)",
                "",
            ] + inputs + functions + told
        return lines.joined(separator: "\n") + "\n"
    }

    var tail: String {
        let url = graph.resources.compactMap { resource -> String? in
            guard case .distribution(let settings) = resource.settings else { return nil }
            return settings.aliases.first
                ?? "$(aws cloudfront get-distribution --id \"$distribution_id\" --query Distribution.DomainName --output text)"
        }.first
        return url.map { "echo \"https://\($0)\"\n" } ?? "echo \"\(stack.fullName) is there\"\n"
    }

    /// What only the user knows: the script stops where one is missing.
    private var inputs: [String] {
        let images = lookups.compactMap { if case .image(let service) = $0 { service } else { nil } }.sorted()
        let secrets = graph.resources.compactMap { resource -> String? in
            guard case .secret(let settings) = resource.settings, case .given(let word) = settings.content else {
                return nil
            }
            return word
        }
        let zone = lookups.contains { if case .hostedZone = $0 { true } else { false } }
        let lines =
            images.map { ": \"${IMAGE_\(ShellFacts.capitals($0)):?image of \($0), by digest}\"" }
            + secrets.map { ": \"${\($0):?what the application finds in \($0)}\"" }
            + (zone
                ? [": \"${HOSTED_ZONE_ID:?the Route 53 zone that holds \(stack.edge.domain ?? "the domain")}\""] : [])
        return lines.isEmpty ? [] : lines + [""]
    }

    private var functions: [String] {
        [
            "# Id of what was made of a type under an address; fails when there is none.",
            "tagged() {",
            "  local id",
            "  id=$(aws ec2 describe-tags --filters Name=resource-type,Values=\"$1\" Name=key,Values=exported \\",
            "    Name=value,Values=\"$2\" --query 'Tags[0].ResourceId' --output text)",
            "  [[ $id != None ]] && echo \"$id\"",
            "}",
            "",
            "# Runs a command; that the thing is there already is as good.",
            "once() {",
            "  local answer",
            "  answer=$(\"$@\" 2>&1) && return 0",
            "  [[ $answer =~ [Ee]xist|Duplicate|InUse|OwnedByYou|AlreadyAssociated ]] && return 0",
            "  printf '%s\\n' \"$answer\" >&2",
            "  return 1",
            "}",
            "",
        ]
    }

    /// What the account tells.
    private var told: [String] {
        var lines = [
            "region=\(stack.region)", "account=$(aws sts get-caller-identity --query Account --output text)",
            "partition=$(aws sts get-caller-identity --query Arn --output text | cut -d: -f2)",
        ]
        let excluded = stack.edge.origin == .private ? AccountFacts.zonesWithoutVPCOrigins.sorted() : []
        lines += [
            "# Zones by id: their names are shuffled from account to account.",
            "read -ra zone_ids <<<\"$(aws ec2 describe-availability-zones --filters Name=opt-in-status,Values=opt-in-not-required \\",
            "  --query 'AvailabilityZones[].ZoneId' --output text | tr '\\t' '\\n' | sort"
                + (excluded.isEmpty ? "" : " | grep -vxE '\(excluded.joined(separator: "|"))'") + " | tr '\\n' ' ')\"",
            "zone_names=()",
            "for id in \"${zone_ids[@]:0:\(stack.zones)}\"; do",
            "  zone_names+=(\"$(aws ec2 describe-availability-zones --zone-ids \"$id\" --query 'AvailabilityZones[0].ZoneName' --output text)\")",
            "done",
        ]
        let list = { (name: String) in
            "$(aws ec2 describe-managed-prefix-lists --query 'PrefixLists[0].PrefixListId' --output text \\\n"
                + "  --filters Name=prefix-list-name,Values=\(name))"
        }
        if lookups.contains(.cloudFrontPrefixList) {
            lines.append("cloudfront_list=\(list("com.amazonaws.global.cloudfront.origin-facing"))")
        }
        if lookups.contains(.s3PrefixList) { lines.append("s3_list=\(list("com.amazonaws.\(stack.region).s3"))") }
        for case .engineVersion(let word) in lookups {
            let version = AccountFacts.longTermSupport.first { word == "auto" || $0.hasPrefix("\(word).") } ?? word
            lines.append("aurora_version=\(version) aurora_family=aurora-postgresql${aurora_version%%.*}")
        }
        return lines
    }
}
