import AWSServices
import AWSWire
package import Provisioning
package import Resources
import Stacks

extension AWSCloudStack {
    package func setTasks(of service: Observed, to count: Int) async throws {
        guard case .ecsService(let settings) = service.settings else { return }
        try await reportingRefusals("set the tasks of \(service.address)") {
            var call = ECS.UpdateServiceRequest(service: settings.name.text, cluster: settings.cluster.text)
            call.desiredCount = count
            try await work.call(call)
        }
    }

    package func revisions(of service: Observed, family: String) async throws -> [Revision] {
        guard case .ecsService(let settings) = service.settings else { return [] }
        let running = settings.taskDefinition.text
        return try await reportingRefusals("list the releases of \(service.address)") {
            let request = ECS.ListTaskDefinitionsRequest(familyPrefix: family, status: "ACTIVE", sort: "DESC")
            // ECS takes the family as a beginning: `web` also lists `web-admin`.
            let arns = try await work.lookAll(request).flatMap(\.taskDefinitionArns).filter {
                $0.components(after: ":task-definition/")?.prefix { $0 != ":" } == family[...]
            }
            return try await arns.concurrentMap { arn in
                let answer = try await work.look(ECS.DescribeTaskDefinitionRequest(taskDefinition: arn))
                let images = (answer.taskDefinition?.containerDefinitions ?? []).compactMap(\.image)
                return Revision(
                    number: answer.taskDefinition?.revision ?? 0, arn: arn, image: images.joined(separator: " "),
                    isRunning: arn == running)
            }
        }
    }
}
