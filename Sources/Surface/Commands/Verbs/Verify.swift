import ArgumentParser
import Foundation
import LocalTarget
import Proofs
import Provisioning
import Resources
import Stacks

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prove who can reach whom on AWS: as planned, or as it is now.",
        discussion: """
            Computes with sets of packets, so that the answer is about every address,
            protocol and port: nothing is sent, and no account is asked. A claim that does
            not hold is shown as a packet with its way through, and the rule to change.

            Below the claims stand the security controls that can be decided, by the ids of
            AWS Foundational Security Best Practices, Checkov and Trivy.

            With --on aws the network is read from the account, with everything that others
            have put into it, and the controls judge the stack's resources as they are now.
            Nothing is changed. AWS_PROFILE says whose account it is. What was not looked
            at, such as addresses of IPv6, leaves the claims about it open.
            With --on local a connection is tried to each port of the running stack, at
            each address of this machine and from each tier, as its user: nothing may
            answer to another machine, and what a request needs must. Ports that a task
            has opened besides its own are tried, too. What aws would keep apart and one
            machine does not is shown as shared.

            Exit code 1 when a claim is broken or open, or a control fails.

            Examples:
              terrace verify
              terrace verify --json | jq '.claims[] | select(.outcome != "holds")'
              terrace verify --sarif > terrace.sarif
              terrace verify --on aws
            """)

    @Option(help: ArgumentHelp("Merge terrace.NAME.yaml over the manifest.", valueName: "name"))
    var environment: String?

    @Option(help: ArgumentHelp("Prove what is there now. (default: the plan)", valueName: "target"))
    var on: TargetName?

    @Option(
        help: ArgumentHelp(
            "The region of AWS. (default: AWS_REGION, else the profile's, else the manifest's)", valueName: "name"))
    var region: String?

    @Option(
        help: ArgumentHelp(
            "What is asked: standard, all that costs nothing; fsbp, the paid extras too; standard where it is not said.",
            valueName: "name"))
    var profile: ControlProfile?

    @Flag(help: "Print everything as JSON.")
    var json = false

    @Flag(help: "Print what was found as SARIF, for code scanning.")
    var sarif = false

    @Argument(
        help: ArgumentHelp("The manifest, or the folder it is in. (default: terrace.yaml)", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var file: String?

    func validate() throws {
        if json, sarif { throw ValidationError("--json and --sarif are two forms of one answer: choose one") }
        if region != nil, on != .aws { throw ValidationError("--region needs --on aws: a plan is the manifest's") }
        if on == .local, sarif || profile != nil {
            throw ValidationError("--sarif and --profile are about what a manifest makes; not with --on local")
        }
    }

    func run() async throws {
        let place = try ManifestPlace(file, environment: environment, in: Surroundings.current.workingFolder)
        switch on {
        case nil:
            let (stack, sources) = try place.checked()
            let graph = StackResources.graph(of: stack)
            let proof = Proof(PlannedNetwork.model(of: graph), choices: Choice.of(stack), starts: TaskStart.of(stack))
            try show(proof, Controls(of: graph, profile: profile ?? .standard), stack, sources)
        case .aws:
            let (stack, sources) = try place.checked()
            try await proveCloud(stack, sources)
        case .local: try await proveLocal(place)
        }
    }

    /// Not computed but tried: what listens here is what the programs themselves decide.
    private func proveLocal(_ place: ManifestPlace) async throws {
        let surroundings = Surroundings.current
        let running = try await RunningStack.required(place)
        let status = try await running.client.status()
        let doors = status.doors + status.unaskedDoors()
        let addresses = try DoorTrial.addressesOfThisMachine()
        let view = DoorView(
            trials: await DoorTrial.all(doors, at: addresses),
            tiers: await TierTrial.all(status.tiers, doors, shell: surroundings.program("bash")))
        if json {
            surroundings.output(try text(DoorDocument(stack: status.stack, doors: view.trials, tiers: view.tiers)))
        } else {
            let width = surroundings.isOutputTerminal ? surroundings.windowSize().columns : 120
            surroundings.output(view.text(status.stack, width: max(60, width), style: surroundings.style))
        }
        if view.isBroken { throw ExitCode.failure }
    }

    private func proveCloud(_ stack: Stack, _ sources: [ManifestSource]) async throws {
        let request = CloudRequest(
            stack: stack, region: region, profile: nil, environment: Surroundings.current.environment)
        let (sighting, graph) = try await request.open { session in
            let graph = StackResources.graph(of: session.stack)
            return (try await session.cloud.network(graph), graph)
        }
        let proof = Proof(sighting.network, choices: Choice.of(stack), starts: TaskStart.of(stack))
        try show(proof, Controls(of: sighting, planned: graph, profile: profile ?? .standard), stack, sources)
    }

    private func show(_ proof: Proof, _ controls: Controls, _ stack: Stack, _ sources: [ManifestSource]) throws {
        let output = Surroundings.current.output
        if json {
            output(try text(ProofDocument(proof, controls, stack: stack.fullName)))
        } else if sarif {
            output(
                try text(
                    SarifLog(proof, controls, manifest: ManifestLines(sources), version: ProductVersion.current)))
        } else {
            output([proof.text, controls.text].joined(separator: "\n"))
        }
        if !proof.isWhole || !controls.failures.isEmpty { throw ExitCode.failure }
    }

    private func text(_ document: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    }
}

/// `verify --on local --json`. Names and meanings stay from version to version; new members may come.
private struct DoorDocument: Encodable {
    /// Raised when a member changes its meaning or goes.
    var format = 1
    var stack: String
    var doors: [DoorTrial]
    var tiers: [TierTrial]
}

extension ControlProfile: ExpressibleByArgument {}
