/// A path pattern as an ALB reads it: `*` stands for any run of characters, `?` for one; case matters; at most 128
/// characters. Source: ELBv2 path conditions, read 2026-11.
package struct RoutePattern: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package static let everything = RoutePattern(unchecked: "/*")

    /// For patterns that `ManifestCheck` has accepted, and literals of our own.
    package init(unchecked text: String) { self.text = text }

    package var description: String { text }
}
