package import Stacks

extension StackResources {
    /// What a stack lacks to run on AWS, though it is right for this machine. All of it at once.
    package static func obstacles(to stack: Stack) -> [Report] {
        let images = stack.services.filter { $0.imageSource == nil }.map { service in
            Report(
                "cannot run the service \(service.name) on aws: it has no image",
                manifest: "services.\(service.name)", expected: "a Dockerfile folder or a registry reference",
                next: "add `image: .` to the service")
        }
        return images + StackResources(stack).missingWays
    }

    /// Services that ask for `exec` while their tasks have no way to Systems Manager. Only where there is no NAT.
    private var unreachable: [Report] {
        guard !stack.network.endpoints.contains(.ssmmessages) else { return [] }
        return stack.services.filter(\.exec).map { service in
            Report(
                "cannot run commands in tasks of \(service.name): `nat: none` and no endpoint for ssmmessages",
                manifest: "services.\(service.name).exec", expected: "a way from the tasks to Systems Manager",
                next: "add `ssmmessages` to `network.endpoints`, or choose `nat: single`")
        }
    }

    /// Tasks that reach neither the internet nor the services that start them do not start.
    private var missingWays: [Report] {
        guard stack.network.nat == .none else { return [] }
        let needed = TaskWay.needed(by: stack).map(\.endpoint)
        let missing = needed.filter { !stack.network.endpoints.contains($0) }.map(\.rawValue)
        let ways =
            missing.isEmpty
            ? []
            : [
                Report(
                    "cannot start tasks without a way out: `nat: none` and no endpoint for "
                        + missing.joined(separator: ", "), manifest: "network.endpoints",
                    expected: "s3, " + needed.map(\.rawValue).joined(separator: ", ") + " where there is no NAT",
                    next: "add them to `endpoints:`, or choose `nat: single`")
            ]
        return ways + unreachable
            + TaskWay.foreignImages(of: stack).map { service in
                Report(
                    "cannot pull the image of \(service.name): `nat: none` and its registry is on the internet",
                    manifest: "services.\(service.name).image", expected: "an image in ECR",
                    next: "push it to ECR, or choose `nat: single`")
            }
    }
}
