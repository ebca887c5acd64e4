/// A CloudFront Function: a script that runs at the edge locations, within a millisecond and without a network.
package struct FunctionSettings: ResourceSettings {
    package static let kind = ResourceKind.function
    /// Unique in the account; at most 64 letters, digits, `-` and `_`.
    package var name: Value
    package var comment: String
    /// At most 10 KB. Source: CloudFront's quotas, "Maximum function size", read 2026-11.
    package var code: String
    package var runtime: String
    /// Whether there is a copy in the stage LIVE, which alone runs and alone can be named by a distribution. Of one that has none, the
    /// rest is told of its stage DEVELOPMENT: who made it was killed before it was published.
    package var isPublished: Bool

    package init(
        name: Value, comment: String, code: String, runtime: String = "cloudfront-js-2.0", isPublished: Bool = true
    ) {
        self.name = name
        self.comment = comment
        self.code = code
        self.runtime = runtime
        self.isPublished = isPublished
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&name) }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")), Field("comment", comment),
            // Line by line, as it is read.
            Field("code", code.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)),
            Field("runtime", runtime), Field("published", isPublished),
        ]
    }
}
