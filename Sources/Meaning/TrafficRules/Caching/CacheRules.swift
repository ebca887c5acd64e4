package import Stacks

/// The manifest's `edge.cache`, ready to be asked for every answer. The first pattern that matches counts.
package struct CacheRules: Sendable {
    private let rules: [(pattern: WildcardPattern, rule: CacheRule)]

    package init(_ rules: [CacheRule] = []) {
        self.rules = rules.map { (WildcardPattern($0.path), $0) }
    }

    package func rule(for path: Substring) -> CacheRule? {
        rules.first { $0.pattern.matches(path) }?.rule
    }

    /// What `terrace invalidate PATTERN` means: the pattern, and for one that has a query also what the rule for its path makes of
    /// that, for the cache knows answers by it.
    package func patterns(_ pattern: RoutePattern) -> [WildcardPattern] {
        let selected = rule(for: pattern.text.withoutQuery).map { QuerySelection.target(pattern.text, $0.query) }
        guard let selected, selected != pattern.text else { return [WildcardPattern(pattern)] }
        return [WildcardPattern(pattern), WildcardPattern(RoutePattern(unchecked: selected))]
    }

    /// The key of a target, with as much of its query as the rule for its path puts into it.
    package func key(scheme: String, authority: String, target: String) -> CacheKey {
        let rule = rules.isEmpty ? nil : rule(for: target.withoutQuery)
        let selected = rule.map { QuerySelection.target(target, $0.query) } ?? target
        return CacheKey(scheme: scheme, authority: authority, target: selected)
    }
}
