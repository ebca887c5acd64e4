import ArgumentParser
import Stacks

struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the manifest's JSON Schema, for editors.",
        discussion: """
            Example:
              terrace schema > terrace.schema.json
            """)

    func run() throws {
        let text = ManifestSchema.json()
        Surroundings.current.output(text.hasSuffix("\n") ? text : text + "\n")
    }
}
