package import Stacks

/// Which service answers a path. Where patterns overlap, one without wildcards comes first, then the one with the longer
/// literal beginning, then the manifest's order: the same order becomes the priorities of the listener's rules on AWS.
package struct RouteTable: Sendable {
    package struct Match: Sendable, Equatable {
        /// Index into the services that the table was made of.
        package var service: Int
        /// 1 for the rule that is looked at first, as in an ALB's `matched_rule_priority`.
        package var priority: Int
    }

    private let rules: [(pattern: WildcardPattern, service: Int)]

    package init(services: [Service]) {
        let listed = services.enumerated().flatMap { index, service in
            service.routes.map { (pattern: WildcardPattern($0), service: index) }
        }
        // Sorting by offset last keeps the manifest's order whatever the sort algorithm does.
        rules = listed.enumerated().sorted { left, right in
            let (first, second) = (left.element.pattern, right.element.pattern)
            if first.isLiteral != second.isLiteral { return first.isLiteral }
            if first.literalPrefix != second.literalPrefix { return first.literalPrefix > second.literalPrefix }
            return left.offset < right.offset
        }.map(\.element)
    }

    /// The first rule whose pattern matches `RequestHead.path`; nil is answered with 404, as by a listener whose default
    /// action is a fixed response.
    package func match(_ path: Substring) -> Match? {
        rules.firstIndex { $0.pattern.matches(path) }.map { Match(service: rules[$0].service, priority: $0 + 1) }
    }
}
