import ArgumentParser
import Exports
import Provisioning
import Resources
import Stacks

struct ExportTerraform: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terraform",
        abstract: "Write plain resources for Terraform's AWS provider.",
        discussion: """
            A file for each tier, no modules. `terraform validate` takes them as they are;
            what an account must be asked for is a data source, what only you know a
            variable. A folder of an earlier export is replaced.

            With --import the account is asked what runs, and Terraform takes it over.

            Examples:
              terrace export terraform
              terrace export terraform --out infra/ && terraform -chdir=infra init
              terrace export terraform --import
            """)

    @OptionGroup var export: ExportOptions

    @Option(help: ArgumentHelp("Where the files go. (default: terraform/)", valueName: "folder"))
    var out: String?

    @Flag(name: .customLong("import"), help: "Add import blocks for what runs on aws; asks the account.")
    var takesOver = false

    func run() async throws {
        let stack = try export.cloudStack()
        let surroundings = Surroundings.current
        let files =
            takesOver ? try await running(stack, surroundings).files : TerraformExport(stack).files
        try ExportedFiles.write(files, to: out ?? "terraform")
        surroundings.say("next: look at main.tf; `terraform init`, then `terraform plan`")
    }

    private func running(_ stack: Stack, _ surroundings: Surroundings) async throws -> TerraformExport {
        // Provider 5 would bring the service's target group back to the first one, wherever its tasks are.
        if let service = stack.services.first(where: { stack.canaryOnAWS(of: $0) != nil }) {
            throw Report(
                "cannot hand \(service.name) over to Terraform: version 5 of its AWS provider has no word for a canary",
                manifest: "services.\(service.name).deploy.canary", state: "nothing was written",
                next: "take `canary` out of the manifest and run `terrace up --on aws`, or export without --import")
        }
        let request = CloudRequest(stack: stack, region: nil, profile: nil, environment: surroundings.environment)
        return try await request.open { session in
            let world = try await session.cloud.provider.discover(StackResources.graph(of: session.stack))
            guard !world.resources.isEmpty else {
                throw Report(
                    "nothing of \(session.stack.fullName) runs in this account", state: "nothing was written",
                    next: "`terrace up --on aws`, or export without --import")
            }
            return TerraformExport(session.stack, takingOver: world)
        }
    }
}
