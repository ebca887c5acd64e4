import Foundation
import Stacks
import TestKit
import Testing

@Suite struct SchemaTests {
    @Test func theSchemaIsAsReviewed() { expectGolden(ManifestSchema.json(), "schema") }

    @Test func theSchemaIsTheSameEveryTime() { #expect(ManifestSchema.json() == ManifestSchema.json()) }

    @Test func theSchemaIsJSON() throws {
        let object = try JSONSerialization.jsonObject(with: Data(ManifestSchema.json().utf8)) as? [String: Any]
        #expect(object?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        #expect((object?["properties"] as? [String: Any])?.count == 15)
    }
}
