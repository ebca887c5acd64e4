package import Stacks

/// Which requests of a listener get what. AWS allows five values in all conditions of a rule together.
package struct ListenerRuleSettings: ResourceSettings {
    package enum Action: Sendable, Hashable {
        /// ARN of a target group.
        case forward(Value)
        /// By weight; a client stays with its group for so many seconds.
        case split([TargetShare], sticky: Int?)
        /// Two target groups take turns: ECS shifts the requests from the one to the other with each canary, so their weights are its own.
        case turns([Value])
        /// A status and no more.
        case answer(Int)
        case fixed(status: Int, type: String, body: String)
        case redirect(RedirectSettings)
    }

    package static let kind = ResourceKind.listenerRule
    package var listener: Value
    /// 1...50000; the lowest that matches decides.
    package var priority: Int
    /// What a request must carry; nil where the network alone decides who gets here.
    package var header: HeaderMatch?
    /// Each empty for everything.
    package var hosts: [String]
    package var paths: [String]
    package var methods: [String]
    /// All of them must be met.
    package var conditions: [HeaderMatch]
    package var action: Action

    package init(
        listener: Value, priority: Int, header: HeaderMatch? = nil, hosts: [String] = [], paths: [String],
        methods: [String] = [], conditions: [HeaderMatch] = [], action: Action
    ) {
        self.listener = listener
        self.priority = priority
        self.header = header
        self.hosts = hosts
        self.paths = paths
        self.methods = methods
        self.conditions = conditions
        self.action = action
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&listener)
        if header != nil { header?.values.visitValues(visit) }
        switch action {
        case .forward(var group):
            visit(&group)
            action = .forward(group)
        case .split(var shares, let sticky):
            for index in shares.indices { visit(&shares[index].group) }
            action = .split(shares, sticky: sticky)
        case .turns(var groups):
            groups.visitValues(visit)
            action = .turns(groups)
        case .answer, .fixed, .redirect: break
        }
    }

    package var fields: [Field] {
        [
            Field("listener", listener, .replace("a rule stays on its listener")), Field("priority", priority),
            Field("header.name", header?.name),
            Field("header.values", .set((header?.values ?? []).map { .secret($0) })), Field("hosts", set: hosts),
            Field("paths", set: paths), Field("methods", set: methods),
            Field("conditions", set: conditions.map(\.words)),
            Field("action", action.words),
        ]
    }
}

extension ListenerRuleSettings.Action {
    package var isTurns: Bool { if case .turns = self { true } else { false } }

    fileprivate var words: Value {
        switch self {
        case .forward(let group): return group
        case .turns(let groups): return "whom ECS chooses of \(Value.joined(groups, by: ", "))"
        case .answer(let status): return "answer \(status)"
        case .fixed(let status, let type, let body): return "answer \(status) \(type) \(body)"
        case .redirect(let redirect): return "redirect \(redirect.words)"
        case .split(let shares, let sticky):
            let first: Value = sticky.map { "sticky \($0)" } ?? "split"
            return shares.reduce(first) { "\($0), \($1.weight) to \($1.group)" }
        }
    }
}

/// A target group's share of a rule's requests.
package struct TargetShare: Sendable, Hashable {
    package var group: Value
    /// 0...999
    package var weight: Int

    package init(group: Value, weight: Int) { (self.group, self.weight) = (group, weight) }

    /// With which groups begin that take turns: the first has all requests.
    package static func beginning(_ groups: [Value]) -> [TargetShare] {
        groups.enumerated().map { TargetShare(group: $0.element, weight: $0.offset == 0 ? 100 : 0) }
    }
}

/// Where a rule sends clients, with AWS's placeholders.
package struct RedirectSettings: Sendable, Hashable {
    package var scheme: String
    package var host: String
    package var port: String
    package var path: String
    package var query: String
    package var status: Int

    package init(_ redirect: Redirect) {
        scheme = redirect.scheme
        host = redirect.host
        port = redirect.port
        path = redirect.path
        query = redirect.query
        status = redirect.status
    }

    var words: String { "\(status) \(scheme)://\(host):\(port)\(path)?\(query)" }
}

/// A header and the values of which it must have one; two while a secret changes.
package struct HeaderMatch: Sendable, Hashable {
    package var name: String
    package var values: [Value]

    package init(name: String, values: [Value]) {
        self.name = name
        self.values = values
    }
}

extension HeaderMatch {
    /// `x-version: 2 or beta*`
    fileprivate var words: Value {
        values.dropFirst().reduce("\(name): \(values.first ?? "")") { "\($0) or \($1)" }
    }
}
