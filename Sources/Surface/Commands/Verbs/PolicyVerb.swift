import AWSTarget
import ArgumentParser
import Foundation
import Resources
import Stacks

struct PolicyVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Print the IAM policy that an operator of the stack needs.",
        discussion: """
            The least with which plan, up, status and destroy work for this manifest, by
            the stack's names and tags. Asks nobody: it needs no credentials.

            IAM takes at most 6144 characters in one managed policy. Where it is longer,
            --part prints one of several that together say the same.

            Examples:
              terrace policy > policy.json
              terrace policy --part 1 > policy-1.json
            """)

    @OptionGroup var manifest: ManifestArgument

    @Option(help: ArgumentHelp("Print this one of several policies, from 1.", valueName: "number"))
    var part: Int?

    func run() async throws {
        let surroundings = Surroundings.current
        var stack = try manifest.place().checked().stack
        stack.region = try AWSConnection.region(
            surroundings.environment, region: manifest.stack.region, profile: manifest.stack.profile,
            manifestRegion: stack.region)
        let documents = OperatorPolicy.documents(for: stack)
        if let part {
            guard documents.indices.contains(part - 1) else {
                throw Report(
                    "there is no part \(part)", expected: "a number from 1 to \(documents.count)")
            }
            surroundings.output(Self.text(documents[part - 1]))
            return
        }
        surroundings.output(Self.text(PolicyDocument(documents.flatMap(\.statements))))
        if documents.count > 1 {
            surroundings.errors(
                "this is more than one managed policy takes; `terrace policy --part 1` to `--part \(documents.count)`"
                    + " print it in \(documents.count) that do\n")
        }
    }

    /// As people and IAM's editor read it.
    private static func text(_ policy: PolicyDocument) -> String {
        let data = Data((policy.json.literal ?? "").utf8)
        guard let object = try? JSONSerialization.jsonObject(with: data),
            let pretty = try? JSONSerialization.data(
                withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        else { return String(decoding: data, as: UTF8.self) + "\n" }
        return String(decoding: pretty, as: UTF8.self) + "\n"
    }
}
