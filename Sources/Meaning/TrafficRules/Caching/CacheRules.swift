package import Stacks

/// The manifest's `edge.cache`, ready to be asked for every answer. The first pattern that matches counts.
package struct CacheRules: Sendable {
    private let rules: [(pattern: WildcardPattern, lifetime: Duration)]

    package init(_ rules: [CacheRule]) {
        self.rules = rules.map { (WildcardPattern($0.path), $0.ttl) }
    }

    /// How long an answer for `path` is kept when it has no freshness of its own.
    package func lifetime(for path: Substring) -> Duration? {
        rules.first { $0.pattern.matches(path) }?.lifetime
    }
}
