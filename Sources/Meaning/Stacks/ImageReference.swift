/// The name of an image in a registry, as container engines read it: `registry.example.com/shop/web:1.2`.
///
/// Source: the reference grammar of distribution/reference 0.6, read 2026-11.
package struct ImageReference: Sendable, Equatable {
    /// With its port; nil for what engines look for at Docker Hub.
    package var registry: String?
    /// `shop/web`
    package var path: String
    package var tag: String?
    /// `sha256:…`
    package var digest: String?

    /// Nil for what no registry would take.
    package init?(_ text: String) {
        var rest = text[...]
        if let at = rest.firstIndex(of: "@") {
            let digest = String(rest[rest.index(after: at)...])
            guard Self.isDigest(digest) else { return nil }
            self.digest = digest
            rest = rest[..<at]
        }
        if let slash = rest.firstIndex(of: "/"), Self.isRegistry(rest[..<slash]) {
            registry = String(rest[..<slash])
            rest = rest[rest.index(after: slash)...]
        }
        if let colon = rest.lastIndex(of: ":") {
            let tag = String(rest[rest.index(after: colon)...])
            guard tag.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9_.\-]{0,127}/) != nil else { return nil }
            self.tag = tag
            rest = rest[..<colon]
        }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ $0.wholeMatch(of: /[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*/) != nil }) else {
            return nil
        }
        path = String(rest)
    }

    /// `registry.example.com/shop/web`
    package var repository: String { registry.map { "\($0)/\(path)" } ?? path }

    /// A host has a dot or a port, else it is part of a path.
    private static func isRegistry(_ word: Substring) -> Bool {
        (word == "localhost" || word.contains(".") || word.contains(":"))
            && word.wholeMatch(of: /[A-Za-z0-9.\-]+(?::[0-9]+)?/) != nil
    }

    private static func isDigest(_ text: String) -> Bool { text.wholeMatch(of: /sha256:[0-9a-f]{64}/) != nil }
}

extension ImageReference {
    /// A registry of ECR: `123456789012.dkr.ecr.eu-west-1.amazonaws.com`.
    package struct ECRegistry: Sendable, Equatable {
        package var account: String
        package var region: String
    }

    /// Nil for any other registry.
    package var ecr: ECRegistry? {
        guard let host = registry?.split(separator: "."), host.count >= 6, host[1] == "dkr", host[2] == "ecr" else {
            return nil
        }
        return ECRegistry(account: String(host[0]), region: String(host[3]))
    }
}
