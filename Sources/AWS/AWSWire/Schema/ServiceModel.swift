/// How a service is spoken to.
package enum WireProtocol: Sendable {
    case ec2
    case query
    case json
    case restJSON
    case restXML
}

/// What is said of a service once: its names, its protocol, its shapes. One exists for each service, made at first use.
package final class ServiceModel: Sendable {
    /// The namespace in Swift, which reports use: `EC2`.
    package let name: String
    package let wireProtocol: WireProtocol
    /// A date, part of every query.
    package let apiVersion: String
    /// First label of the host: `ec2`, `monitoring`.
    package let endpointPrefix: String
    /// The service in a signature's scope.
    package let signingName: String
    /// The public name, from which `AWS_ENDPOINT_URL_<SERVICE>` is derived: `Secrets Manager`.
    package let serviceId: String
    /// Prefix of an operation in the JSON protocol's `X-Amz-Target`.
    package let target: String
    /// 1.0 or 1.1.
    package let jsonVersion: String
    /// It spoke the query protocol once, and gives its old error codes to whoever asks for them.
    package let isQueryCompatible: Bool
    package let schema: Schema

    package init(
        name: String, wireProtocol: WireProtocol, apiVersion: String, endpointPrefix: String, signingName: String,
        serviceId: String, target: String = "", jsonVersion: String = "", isQueryCompatible: Bool = false,
        schema: String
    ) {
        self.name = name
        self.wireProtocol = wireProtocol
        self.apiVersion = apiVersion
        self.endpointPrefix = endpointPrefix
        self.signingName = signingName
        self.serviceId = serviceId
        self.target = target
        self.jsonVersion = jsonVersion
        self.isQueryCompatible = isQueryCompatible
        self.schema = Schema(schema)
    }
}

/// An operation of a service by name; its model is looked up when it is used.
package struct OperationName: Sendable {
    package let service: ServiceModel
    package let name: String

    package init(service: ServiceModel, name: String) {
        self.service = service
        self.name = name
    }

    package var model: OperationModel {
        guard let model = service.schema.operations[name] else {
            preconditionFailure("\(service.name) has no operation \(name) in its schema: run `make generate`")
        }
        return model
    }
}
