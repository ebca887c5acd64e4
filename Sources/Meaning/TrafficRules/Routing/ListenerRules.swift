package import Stacks

/// What a listener does with a request: the manifest's rules by priority, then the services' routes, then 404.
package struct ListenerRules: Sendable {
    package enum Action: Sendable, Equatable {
        /// Index into the services that the rules were made of.
        case forward(service: Int)
        /// One of several, by weight. `rule` tells rules apart, for whoever keeps turns.
        case split(rule: Int, [(service: Int, weight: Int)])
        case redirect(Redirect)
        case answer(FixedAnswer)

        package static func == (left: Action, right: Action) -> Bool {
            switch (left, right) {
            case (.forward(let one), .forward(let other)): one == other
            case (.split(let one, let shares), .split(let other, let others)):
                one == other && shares.elementsEqual(others) { $0 == $1 }
            case (.redirect(let one), .redirect(let other)): one == other
            case (.answer(let one), .answer(let other)): one == other
            default: false
            }
        }
    }

    package struct Decision: Sendable, Equatable {
        package var action: Action
        /// As an ALB's `matched_rule_priority`.
        package var priority: Int
        /// The request's fields that led here: another value might have led elsewhere (RFC 9110 §12.5.5), which a cache before
        /// us has to know.
        package var varyingBy: [FieldName]
    }

    private struct Rule: Sendable {
        var priority: Int
        var condition: ConditionMatch
        var action: Action
    }

    private let rules: [Rule]
    private let routes: RouteTable
    /// How many rules split requests between services.
    package let splits: Int

    /// A rule that names no service of these leads nowhere and is left out; `ManifestCheck` lets none through.
    package init(_ balancer: Balancer = Balancer(), services: [Service]) {
        let indexes = Dictionary(services.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
        var splits = 0
        rules = balancer.rules.sorted { $0.priority < $1.priority }.compactMap { rule in
            let action: Action
            switch rule.action {
            case .redirect(let redirect): action = .redirect(redirect)
            case .answer(let answer): action = .answer(answer)
            case .forward(let targets):
                let known = targets.compactMap { target in
                    indexes[target.service].map { (service: $0, weight: target.weight) }
                }
                let used = known.filter { $0.weight > 0 }
                guard let first = used.first else { return nil }
                action = used.count == 1 ? .forward(service: first.service) : .split(rule: splits, used)
                if used.count > 1 { splits += 1 }
            }
            return Rule(priority: rule.priority, condition: ConditionMatch(rule.condition), action: action)
        }
        self.splits = splits
        routes = RouteTable(services: services, after: balancer.routesFollow)
    }

    /// Nil is answered with 404, as by a listener whose default action is a fixed response.
    package func decide(_ head: RequestHead) -> Decision? {
        var varyingBy: [FieldName] = []
        for rule in rules where rule.condition.matchesLine(head) {
            varyingBy += rule.condition.fields.filter { !varyingBy.contains($0) }
            if rule.condition.matchesHeaders(head) {
                return Decision(action: rule.action, priority: rule.priority, varyingBy: varyingBy)
            }
        }
        return routes.match(head.path).map {
            Decision(action: .forward(service: $0.service), priority: $0.priority, varyingBy: varyingBy)
        }
    }
}
