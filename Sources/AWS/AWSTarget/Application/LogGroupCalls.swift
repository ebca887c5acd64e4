import AWSServices
import AWSWire
import Resources

extension LogGroupSettings {
    /// As CloudWatch Logs tells it; no retention at all means for ever.
    init(_ group: Logs.LogGroup) {
        self.init(name: Value(group.logGroupName ?? ""), retentionDays: group.retentionInDays ?? 0)
    }
}

/// What is said to CloudWatch Logs about a group.
enum LogGroupCalls {
    static func create(_ group: LogGroupSettings, tags: [String: String]) -> Logs.CreateLogGroupRequest {
        Logs.CreateLogGroupRequest(logGroupName: group.name.text, tags: tags)
    }

    static func changes(_ desired: LogGroupSettings, from observed: LogGroupSettings) -> [any WireRequest] {
        guard desired.retentionDays != observed.retentionDays else { return [] }
        return [Logs.PutRetentionPolicyRequest(logGroupName: desired.name.text, retentionInDays: desired.retentionDays)]
    }

    /// The fewest lists that have every name in them. One will do where all names hold the same word, but a list by a word says
    /// nothing of a group but its name.
    ///
    /// Source: DescribeLogGroups' `logGroupNamePattern`, read 2026-11.
    static func lists(of names: [String], holding word: String?) -> [Logs.DescribeLogGroupsRequest] {
        if let word, names.allSatisfy({ $0.contains(word) }) {
            return [Logs.DescribeLogGroupsRequest(logGroupNamePattern: word)]
        }
        return prefixes(of: names).map { Logs.DescribeLogGroupsRequest(logGroupNamePrefix: $0) }
    }

    /// The fewest prefixes that together list every name: one for each family of names, such as `/terrace/guestbook/`.
    static func prefixes(of names: [String]) -> [String] {
        let families = names.map { name in
            name.lastIndex(of: "/").map { String(name[...$0]) }.flatMap { $0 == "/" ? nil : $0 } ?? name
        }
        return Set(families).sorted().reduce(into: []) { kept, family in
            if !kept.contains(where: { family.hasPrefix($0) }) { kept.append(family) }
        }
    }
}
