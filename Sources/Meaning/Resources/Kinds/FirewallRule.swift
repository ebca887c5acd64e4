/// One rule of a web ACL, with metrics and samples of what it met.
package struct FirewallRule: Sendable, Hashable {
    package enum Statement: Sendable, Hashable {
        /// A group of AWS's own rules: `AWSManagedRulesCommonRuleSet`. Those of its rules that are named only count.
        case managed(String, counted: [String] = [])
        /// Requests of one client address in a window of so many seconds.
        case rate(limit: Int, window: Int)
        /// Clients of an IP set, by its ARN: nothing more is asked of them.
        case allowed(Value)
        /// Clients of an IP set, by its ARN: they are refused.
        case denied(Value)
        /// A body of more bytes than this, which WAF can see: at most `longestSeenBody`. Refused with 413.
        case longBody(over: Int)
        /// A `Content-Length` of more bytes than this, for lengths that WAF does not see. Refused with 413.
        case announcedBody(over: Int)
        /// What Terrace never writes and may find; the text is what it says.
        case other(String)
    }

    /// How much of a body CloudFront shows to WAF, in bytes. Source: body inspection limits, WAF's guide, read 2026-11.
    package static let longestSeenBody = 16_384

    package var name: String
    /// The lowest is looked at first.
    package var priority: Int
    package var statement: Statement
    /// Whether matches are only counted.
    package var onlyCounts: Bool

    package init(name: String, priority: Int, statement: Statement, onlyCounts: Bool = false) {
        self.name = name
        self.priority = priority
        self.statement = statement
        self.onlyCounts = onlyCounts
    }

    mutating func visitValues(_ visit: (inout Value) -> Void) {
        switch statement {
        case .allowed(var set):
            visit(&set)
            statement = .allowed(set)
        case .denied(var set):
            visit(&set)
            statement = .denied(set)
        case .managed, .rate, .longBody, .announcedBody, .other: break
        }
    }
}

extension FirewallRule: FieldConvertible {
    package var fieldValue: FieldValue {
        .text("\(priority) \(name): \(statement.words)\(onlyCounts ? ", only counts" : "")")
    }
}

extension FirewallRule.Statement {
    fileprivate var words: Value {
        switch self {
        case .managed(let group, counted: []): Value(group)
        case .managed(let group, let counted): Value("\(group), counting \(counted.joined(separator: ", "))")
        case .rate(let limit, let window): "\(limit) requests per \(window) s"
        case .allowed(let set): "allow \(set)"
        case .denied(let set): "deny \(set)"
        case .longBody(let limit): "a body over \(limit) bytes"
        case .announcedBody(let limit): "an announced body over \(limit) bytes"
        case .other(let text): Value(text)
        }
    }
}
