package import Stacks

/// A way that tasks need to services of AWS. Where there is no NAT gateway it takes an endpoint, and without one they do not start.
package struct TaskWay: Sendable, Hashable {
    /// As `network.endpoints` has it.
    package var endpoint: Network.Endpoint
    /// The services that the endpoint leads to, by their own names: `ecr.api`.
    package var services: [String]
    /// Completes "tasks cannot …".
    package var purpose: String

    /// Of every task of the stack. What `exec` needs, only its services do.
    package static func needed(by stack: Stack) -> [TaskWay] {
        let hasSecrets = stack.database != nil || stack.services.contains { !$0.secrets.isEmpty }
        return [
            TaskWay(endpoint: .ecr, services: ["ecr.api", "ecr.dkr", "s3"], purpose: "pull their images"),
            TaskWay(endpoint: .logs, services: ["logs"], purpose: "write their log"),
        ] + (hasSecrets ? [secrets] : [])
    }

    private static let secrets = TaskWay(
        endpoint: .secretsmanager, services: ["secretsmanager"], purpose: "read their secrets")

    /// Services whose image is in a registry on the internet, where no endpoint leads.
    package static func foreignImages(of stack: Stack) -> [Service] {
        stack.services.filter { service in
            guard case .reference(let text) = service.imageSource else { return false }
            return !text.contains(".dkr.ecr.")
        }
    }
}
