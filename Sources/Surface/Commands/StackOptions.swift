import ArgumentParser
import Foundation
import Stacks

/// Where a stack runs.
enum TargetName: String, CaseIterable, ExpressibleByArgument {
    case local, aws
}

/// What every verb about a stack accepts.
struct StackOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Merge terrace.NAME.yaml over the manifest.", valueName: "name"))
    var environment: String?

    @Option(help: ArgumentHelp("Where the stack runs; this version knows local only.", valueName: "target"))
    var on: TargetName = .local

    func place(_ file: String?) throws(Report) -> ManifestPlace {
        guard on == .local else {
            throw Report(
                "this version of terrace has the local target only", expected: "--on local",
                state: "nothing was changed", next: "run the same command without --on aws")
        }
        return try ManifestPlace(file, environment: environment, in: Surroundings.current.workingFolder)
    }
}

/// For verbs whose only operand is the manifest.
struct ManifestArgument: ParsableArguments {
    @OptionGroup var stack: StackOptions

    @Argument(
        help: ArgumentHelp("The manifest, or the folder it is in. (default: terrace.yaml)", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var file: String?

    func place() throws(Report) -> ManifestPlace { try stack.place(file) }
}

/// For verbs that have another operand.
struct ManifestOption: ParsableArguments {
    @OptionGroup var stack: StackOptions

    @Option(
        help: ArgumentHelp("The manifest, or the folder it is in. (default: terrace.yaml)", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var manifest: String?

    func place() throws(Report) -> ManifestPlace { try stack.place(manifest) }
}
