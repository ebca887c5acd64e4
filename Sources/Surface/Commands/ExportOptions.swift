import ArgumentParser
import Stacks

/// What every export accepts.
struct ExportOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Merge terrace.NAME.yaml over the manifest.", valueName: "name"))
    var environment: String?

    @Argument(
        help: ArgumentHelp("The manifest, or the folder it is in. (default: terrace.yaml)", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var file: String?

    func stack() throws -> Stack {
        try ManifestPlace(file, environment: environment, in: Surroundings.current.workingFolder).checked().stack
    }

    /// A stack that can run on AWS; says everything that it lacks at once.
    func cloudStack() throws -> Stack {
        let stack = try stack()
        try CloudLook.obstaclesAreNone(stack)
        return stack
    }
}
