package import Stacks

/// Which service answers a path: the first of the stack's ordered routes that matches.
package struct RouteTable: Sendable {
    package struct Match: Sendable, Equatable {
        /// Index into the services that the table was made of.
        package var service: Int
        /// `offset + 1` for the route that is looked at first, as in an ALB's `matched_rule_priority`.
        package var priority: Int
    }

    private let routes: [(pattern: WildcardPattern, service: Int)]
    private let offset: Int

    /// - Parameter offset: the highest priority that stands before the routes.
    package init(services: [Service], after offset: Int = 0) {
        routes = services.orderedRoutes.map { (pattern: WildcardPattern($0.pattern), service: $0.service) }
        self.offset = offset
    }

    /// The first route whose pattern matches `RequestHead.path`.
    package func match(_ path: Substring) -> Match? {
        routes.firstIndex { $0.pattern.matches(path) }
            .map { Match(service: routes[$0].service, priority: offset + $0 + 1) }
    }
}
