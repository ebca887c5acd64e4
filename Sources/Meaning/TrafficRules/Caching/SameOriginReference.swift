/// A URI reference of a response, resolved against the request's own URI (RFC 3986 §5.2), when it leads to the same origin. Others'
/// objects stay: a response must not remove what it has no authority over.
enum SameOriginReference {
    /// Path and query; nil for another origin.
    static func target(of reference: String, from request: RequestHead, scheme: String) -> String? {
        var rest = reference.prefix { $0 != "#" }
        if let colon = rest.firstIndex(where: { ":/?".contains($0) }), rest[colon] == ":" {
            guard rest[..<colon].utf8.equalsIgnoringCase(scheme) else { return nil }
            rest = rest[rest.index(after: colon)...]
            guard rest.hasPrefix("//") else { return nil }
        }
        if rest.hasPrefix("//") {
            let authority = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
            // A key knows when two of them are the same.
            let (named, own) = (authority, request.authority[...])
            guard origin(scheme, named) == origin(scheme, own) else { return nil }
            rest = rest[authority.endIndex...]
            return withoutDots(rest.hasPrefix("/") ? rest : "/\(rest)"[...])
        }
        if rest.isEmpty { return request.target }
        if rest.hasPrefix("/") { return withoutDots(rest) }
        let base = request.target.withoutQuery
        if rest.hasPrefix("?") { return "\(base)\(rest)" }
        let folder = base.lastIndex(of: "/").map { base[...$0] } ?? "/"
        return withoutDots(folder + rest)
    }

    private static func origin(_ scheme: String, _ authority: Substring) -> CacheKey {
        CacheKey(scheme: scheme, authority: authority, target: "/")
    }

    /// RFC 3986 §5.2.4.
    private static func withoutDots(_ target: Substring) -> String {
        let path = target.prefix { $0 != "?" }
        var segments: [Substring] = []
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            switch part {
            case ".", "..":
                if part == ".." { _ = segments.popLast() }
                if isLast { segments.append("") }
            default: segments.append(part)
            }
        }
        return "/" + segments.joined(separator: "/") + target[path.endIndex...]
    }
}
