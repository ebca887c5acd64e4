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
    package func matches(_ path: String) -> Bool { matches(path.utf8) }

    package func matches(_ path: Substring) -> Bool { matches(path.utf8) }

    /// Whether the whole of a path, without its query, fits. Only the last `*` is ever taken back, so the work is at most
    /// the path's length times the pattern's 128, whatever the two say.
    package func matches<Bytes: Collection<UInt8>>(_ path: Bytes) -> Bool {
        let pattern = text.utf8
        var (wanted, given) = (pattern.startIndex, path.startIndex)
        var star: (after: String.UTF8View.Index, from: Bytes.Index)?
        while given != path.endIndex {
            if wanted != pattern.endIndex, pattern[wanted] == UInt8(ascii: "*") {
                wanted = pattern.index(after: wanted)
                star = (wanted, given)
            } else if wanted != pattern.endIndex,
                pattern[wanted] == UInt8(ascii: "?") || pattern[wanted] == path[given]
            {
                wanted = pattern.index(after: wanted)
                given = path.index(after: given)
            } else if let last = star {
                given = path.index(after: last.from)
                wanted = last.after
                star = (last.after, given)
            } else {
                return false
            }
        }
        return pattern[wanted...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
