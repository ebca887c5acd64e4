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

    @Option(help: ArgumentHelp("Where the stack runs: local or aws.", valueName: "target"))
    var on: TargetName = .local

    @Option(
        help: ArgumentHelp(
            "The region of AWS. (default: AWS_REGION, else the profile's, else the manifest's)", valueName: "name"))
    var region: String?

    @Option(help: ArgumentHelp("The profile of AWS's shared configuration.", valueName: "name"))
    var profile: String?

    func place(_ file: String?) throws(Report) -> ManifestPlace {
        try ManifestPlace(file, environment: environment, in: Surroundings.current.workingFolder)
    }

    /// For verbs that have no meaning in the cloud.
    func localPlace(_ file: String?) throws(Report) -> ManifestPlace {
        guard on == .local else {
            throw Report(
                "this verb is for the stack on this machine", expected: "--on local", state: "nothing was changed",
                next: "`terrace --help` says which verbs are for aws too")
        }
        return try place(file)
    }

    func request(_ stack: Stack) -> CloudRequest {
        CloudRequest(stack: stack, region: region, profile: profile, environment: Surroundings.current.environment)
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
    func localPlace() throws(Report) -> ManifestPlace { try stack.localPlace(file) }
}

/// For verbs that have another operand.
struct ManifestOption: ParsableArguments {
    @OptionGroup var stack: StackOptions

    @Option(
        help: ArgumentHelp("The manifest, or the folder it is in. (default: terrace.yaml)", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var manifest: String?

    func place() throws(Report) -> ManifestPlace { try stack.place(manifest) }
    func localPlace() throws(Report) -> ManifestPlace { try stack.localPlace(manifest) }
}
