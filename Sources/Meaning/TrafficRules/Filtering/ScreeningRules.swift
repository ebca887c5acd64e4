package import Stacks

/// What of the manifest's `edge.firewall` is decided by a request's head alone, in the order of an AWS web ACL: allowed
/// addresses, denied addresses, the rate, sizes, then the groups of rules. A class, because every request asks it: as a struct it would
/// be counted list by list.
package final class ScreeningRules: Sendable {
    package enum Step: Sendable, Equatable {
        /// The client is in `allow`: nothing more is asked.
        case pass
        case refuse(FirewallRefusal)
        /// The rate limit is next, then `sizeFinding`, then the groups of rules.
        case goOn
    }

    package let firewall: Firewall

    package init(_ firewall: Firewall) { self.firewall = firewall }

    package func client(peer: NetworkAddress, _ fields: HeaderFields) -> NetworkAddress {
        ClientIdentity.resolve(peer: peer, fields, trusted: firewall.trustedProxies)
    }

    /// - Parameter announcedBody: what `Content-Length` says; nil when the length is not known.
    package func decide(_ client: NetworkAddress, announcedBody: Int?) -> Step {
        if firewall.allow.contains(where: { $0.contains(client) }) { return .pass }
        if firewall.deny.contains(where: { $0.contains(client) }) { return .refuse(.denied) }
        if let largest = firewall.largestBody, let announcedBody, announcedBody > largest.bytes {
            return .refuse(.bodyTooLarge)
        }
        return .goOn
    }

    /// The sizes that AWS's common group refuses, less its 8 KB for bodies, which no upload survives: `largest-body`
    /// bounds those. Source: AWSManagedRulesCommonRuleSet, SizeRestrictions, read 2026-11.
    package static let longestPath = 1024
    package static let longestQuery = 2048
    package static let longestCookies = 10_240

    /// Nil when `common` is off or all is short enough.
    package func sizeFinding(_ request: RequestHead) -> RuleFinding? {
        guard firewall.rules.contains(.common) else { return nil }
        let path = request.path.utf8.count
        if path > Self.longestPath {
            return RuleFinding(rule: "SizeRestrictions_URIPATH", message: "the path has \(path) bytes", part: "path")
        }
        let query = request.target.utf8.count - path - 1
        if query > Self.longestQuery {
            return RuleFinding(
                rule: "SizeRestrictions_QUERYSTRING", message: "the query has \(query) bytes", part: "query")
        }
        let cookies = request.fields.values(.cookie).reduce(0) { $0 + $1.count }
        if cookies > Self.longestCookies {
            return RuleFinding(
                rule: "SizeRestrictions_Cookie_HEADER", message: "the cookies have \(cookies) bytes",
                part: "header:cookie")
        }
        return nil
    }
}
