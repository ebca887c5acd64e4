import ArgumentParser
import Exports

struct ExportCloudFormation: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cloudformation",
        abstract: "Write a CloudFormation template for each region.",
        discussion: """
            One template for the stack's region and, where that is not us-east-1, one for
            what CloudFront takes from there. The head of each says how to deploy it. A
            folder of an earlier export is replaced.

            Examples:
              terrace export cloudformation
              terrace export cloudformation --environment staging --out infra/
            """)

    @OptionGroup var export: ExportOptions

    @Option(help: ArgumentHelp("Where the templates go. (default: cloudformation/)", valueName: "folder"))
    var out: String?

    func run() async throws {
        let templates = CloudFormationExport(try export.cloudStack())
        try ExportedFiles.write(templates.files, to: out ?? "cloudformation")
        for excess in templates.excesses {
            Surroundings.current.say("note: \(excess): it is to be read, or to be cut into several")
        }
        Surroundings.current.say("next: the head of each template says how to deploy it")
    }
}
