/// The manifest for editors, made of the same keys that the check reads.
package enum ManifestSchema {
    /// JSON Schema, draft 2020-12. It knows everything that one place can tell; what joins several keys (Fargate's pairs,
    /// routes given twice, room for the subnets) is left to `terrace check`.
    package static func json() -> String {
        let head: [(key: String, value: JSON)] = [
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")), ("title", .text("terrace.yaml")),
            ("description", .text("A three-tier application for Terrace.")),
        ]
        return JSON.object(head).adding(StackKeys.shape.schema.members).printed() + "\n"
    }
}

extension JSON {
    fileprivate var members: [(key: String, value: JSON)] {
        if case .object(let members) = self { members } else { [] }
    }
}
