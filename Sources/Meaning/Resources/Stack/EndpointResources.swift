import Stacks

/// AWS services inside the network.
extension StackResources {
    /// Endpoint names as the addresses have them, with the service's own name.
    private var interfaceServices: [(word: String, service: String)] {
        stack.network.endpoints.flatMap { endpoint -> [(word: String, service: String)] in
            switch endpoint {
            case .s3: []
            case .ecr: [("ecr-api", "ecr.api"), ("ecr-docker", "ecr.dkr")]
            case .secretsmanager: [("secretsmanager", "secretsmanager")]
            case .logs: [("logs", "logs")]
            case .ssmmessages: [("ssmmessages", "ssmmessages")]
            }
        }
    }

    var hasInterfaceEndpoints: Bool { !interfaceServices.isEmpty }

    /// ECR keeps the layers of an image in S3: its endpoints are of no use without this one.
    var hasS3Endpoint: Bool { stack.network.endpoints.contains(.s3) || stack.network.endpoints.contains(.ecr) }

    var endpointAddresses: [Address] {
        (hasS3Endpoint ? ["s3"] : []).map { address(.network, .endpoint, $0) }
            + interfaceServices.map { address(.network, .endpoint, $0.word) }
    }

    var endpoints: [Resource] {
        let gateway = Resource(
            address(.network, .endpoint, "s3"),
            .endpoint(
                EndpointSettings(
                    vpc: id(vpc), service: serviceName("s3"),
                    shape: .gateway(routeTables: zones.map { id(routeTable(.application, $0)) }))))
        let interfaces = interfaceServices.map { word, service in
            Resource(
                address(.network, .endpoint, word),
                .endpoint(
                    EndpointSettings(
                        // Its private name is refused while the network's DNS host names are off: they are on when the network is ready.
                        vpc: id(vpc, when: .ready), service: serviceName(service),
                        shape: .interface(
                            subnets: subnets(.application).map { id($0) }, groups: [id(group(.endpoints))]))))
        }
        return (hasS3Endpoint ? [gateway] : []) + interfaces
    }

    private func serviceName(_ service: String) -> Value { "com.amazonaws.\(Lookup.region).\(service)" }
}
