/// A path pattern as an ALB reads it: `*` stands for any run of characters, `?` for one; case matters; at most 128
/// characters. Source: ELBv2 path conditions, read 2026-11.
package struct RoutePattern: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package static let everything = RoutePattern(unchecked: "/*")

    /// For patterns that `ManifestCheck` has accepted, and literals of our own.
    package init(unchecked text: String) { self.text = text }

    package var description: String { text }
}

extension RoutePattern {
    /// No `*` and no `?`.
    private var isLiteral: Bool { literalPrefix == text.utf8.count }

    /// Bytes before the first wildcard.
    private var literalPrefix: Int {
        text.utf8.prefix { $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "?") }.count
    }

    /// Nil when neither is more exact.
    fileprivate func isMoreExact(than other: RoutePattern) -> Bool? {
        if isLiteral != other.isLiteral { return isLiteral }
        return literalPrefix == other.literalPrefix ? nil : literalPrefix > other.literalPrefix
    }
}

/// A service's route and its place among all routes.
package struct OrderedRoute: Sendable, Equatable {
    package var pattern: RoutePattern
    /// Index into the services.
    package var service: Int
}

extension [Service] {
    /// All routes in the order in which they are tried. Where patterns overlap, one without wildcards comes first, then the
    /// one with the longer literal beginning, then the manifest's order. Locally the balancer's routes, on AWS the
    /// priorities of the listener's rules.
    package var orderedRoutes: [OrderedRoute] {
        let listed = enumerated().flatMap { index, service in
            service.routes.map { OrderedRoute(pattern: $0, service: index) }
        }
        // Sorting by offset last keeps the manifest's order whatever the sort algorithm does.
        return listed.enumerated().sorted { left, right in
            left.element.pattern.isMoreExact(than: right.element.pattern) ?? (left.offset < right.offset)
        }.map(\.element)
    }
}
