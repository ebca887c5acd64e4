import Stacks

/// A rule's condition, ready to be asked for every request. As an ALB: host names and header values whatever their case, paths and
/// methods as written; of several fields of one name, one that matches suffices. Source: "Condition types for listener
/// rules", read 2026-11.
struct ConditionMatch: Sendable {
    private let hosts: [WildcardPattern]
    private let paths: [WildcardPattern]
    private let headers: [(name: FieldName, values: [WildcardPattern])]
    private let methods: [Method]

    init(_ condition: RequestCondition) {
        hosts = condition.hosts.map { WildcardPattern(ignoringCase: $0) }
        paths = condition.paths.map { WildcardPattern($0) }
        headers = condition.headers.map { (FieldName($0.name), $0.values.map { WildcardPattern(ignoringCase: $0) }) }
        methods = condition.methods.map { Method($0) }
    }

    /// The header fields that it asks for.
    var fields: [FieldName] { headers.map(\.name) }

    /// All but the headers.
    func matchesLine(_ head: RequestHead) -> Bool {
        if !methods.isEmpty, !methods.contains(head.method) { return false }
        if !paths.isEmpty {
            let path = head.path
            guard paths.contains(where: { $0.matches(path) }) else { return false }
        }
        guard !hosts.isEmpty else { return true }
        let host = head.hostName
        return hosts.contains { $0.matches(host) }
    }

    func matchesHeaders(_ head: RequestHead) -> Bool {
        headers.allSatisfy { name, patterns in
            head.fields.values(name).contains { value in patterns.contains { $0.matches(value) } }
        }
    }
}

extension RequestHead {
    /// The authority without its port.
    package var hostName: Substring {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") { return authority[...end] }
        return authority.prefix { $0 != ":" }
    }

    /// What follows the `?`; nil without one.
    package var query: Substring? {
        target.firstIndex(of: "?").map { target[target.index(after: $0)...] }
    }
}
