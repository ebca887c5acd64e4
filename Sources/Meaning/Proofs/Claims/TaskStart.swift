import Resources
package import Stacks

/// What tasks need of AWS before they take a request: where no NAT gateway leads to it, an endpoint must. A network that has neither keeps
/// every other claim, and nothing runs in it.
package struct TaskStart: Sendable, Hashable {
    /// Whose it is; the internet's where it is everybody's.
    private var about: Party.Role
    /// `tasks cannot pull their images`
    private var trouble: String
    /// The services without which it cannot be, by their own names. Empty where no endpoint leads: a registry on the internet.
    private var services: [String]
    private var change: String

    package static func of(_ stack: Stack) -> [TaskStart] {
        // A network that runs may have lost what the manifest gives it.
        let other =
            stack.network.nat == .none
            ? "choose `nat: single`" : "`terrace up --on aws`, which makes the NAT gateway anew"
        let everybodys = TaskWay.needed(by: stack).map { way in
            TaskStart(
                about: .internet, trouble: "tasks cannot \(way.purpose)", services: way.services,
                change: "add `\(way.endpoint.rawValue)` to `network.endpoints`, or \(other)")
        }
        let registries = TaskWay.foreignImages(of: stack).map { service in
            TaskStart(
                about: .service(service.name), trouble: "tasks of \(service.name) cannot pull their image",
                services: [],
                change: "push it to ECR, or \(other)")
        }
        let commands = stack.services.filter(\.exec).map { service in
            TaskStart(
                about: .service(service.name), trouble: "commands cannot be run in tasks of \(service.name)",
                services: ["ssmmessages"],
                change: "add `ssmmessages` to `network.endpoints`, or \(other)")
        }
        return everybodys + registries + commands
    }

    /// Nil where there is a way.
    func breach(in network: NetworkModel) -> Breach? {
        guard network.natGateways.isEmpty, network.parties.contains(where: \.role.isTasks) else { return nil }
        let missing = services.filter { !network.endpointServices.contains($0) }
        guard services.isEmpty || !missing.isEmpty else { return nil }
        let noEndpoint = "there is no endpoint for \(missing.joined(separator: ", "))"
        let place = services.isEmpty ? "the registry is on the internet" : noEndpoint
        return Breach(
            claim: .neededWaysAreOpen, about: about, what: "\(trouble): there is no NAT gateway, and \(place)",
            packet: nil,
            path: [], change: change)
    }
}
