/// The version of a service that a drill deploys because it cannot run.
///
/// It has a family of its own, so that no list of the service's releases has it, and stands at an address that no manifest asks for: what a
/// killed drill has left of it is removed by the next `up`, as anything that is no longer wanted.
package enum DrillVersion {
    /// No service can have a name with a dot in it.
    private static let word = "drill"
    /// No image has such a file, so no task of it ever gets to run, whatever the image: a command would only be handed to an entry point, and
    /// a program that ends at once has run, after which ECS's circuit breaker judges health checks. Source: ECS developer guide,
    /// "How the Amazon ECS deployment circuit breaker detects failures", read 2026-11.
    package static let program = "/terrace-drill-bad-deploy"

    package static func address(of service: String) -> Address {
        Address(.application, ResourceKind.taskDefinition.rawValue, service, word)
    }

    /// Whether it is what a drill has left.
    package static func isLeft(_ observed: Observed) -> Bool {
        let words = observed.address.text.split(separator: ".")
        return observed.settings.kind == .taskDefinition && words.count == 4 && words[3] == word
    }

    /// - Parameters:
    ///   - definition: of a version that runs, or could.
    ///   - container: the one that takes the requests.
    package static func resource(
        like definition: TaskDefinitionSettings, of service: String, container: String, tags: [String: String]
    ) -> Resource {
        let address = address(of: service)
        var settings = definition
        // An underscore is in no service's name.
        settings.family = "\(definition.family)_\(word)"
        for index in settings.containers.indices where settings.containers[index].name == container {
            settings.containers[index].entryPoint = [program]
            // With a small first process the container would start, and only that process find no program.
            settings.containers[index].initProcess = false
        }
        var own = tags
        own["terrace:address"] = address.text
        return Resource(address, .taskDefinition(settings), tags: own)
    }
}
