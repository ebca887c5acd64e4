/// What a service, or the way to it, said instead of an answer.
package struct AWSError: Error, Sendable, Equatable {
    /// What a caller can do about it.
    package enum Kind: String, Sendable, Equatable {
        /// Too many requests; the client has already tried again and slowed down.
        case throttling
        /// A fault of the service or of the way to it; the client has already tried again.
        case transient
        /// No answer before the call's deadline.
        case timeout
        case notFound
        case alreadyExists
        case accessDenied
        case expiredCredentials
        /// The keys themselves are wrong.
        case invalidCredentials
        /// No source of credentials had any.
        case noCredentials
        /// This machine's clock is too far from AWS's.
        case clockSkew
        /// Something else must happen first; the same call may succeed later.
        case conflict
        case quota
        /// The request breaks a rule of the model or of the service.
        case invalidRequest
        /// What came back cannot be read.
        case unreadable
        case other
    }

    package var service: String
    package var operation: String
    package var region: String
    package var kind: Kind
    /// The service's word: `InvalidVpcID.NotFound`.
    package var code: String
    package var message: String
    /// HTTP status; nil when no answer came.
    package var status: Int?
    package var requestId: String?
    /// How often the call was sent.
    package var attempts = 1
    /// Why there are no credentials, for the kind `noCredentials`.
    package var credentials: CredentialFault?

    package init(
        service: String, operation: String, region: String, kind: Kind, code: String, message: String,
        status: Int? = nil, requestId: String? = nil
    ) {
        self.service = service
        self.operation = operation
        self.region = region
        self.kind = kind
        self.code = code
        self.message = message
        self.status = status
        self.requestId = requestId
    }
}

extension AWSError: CustomStringConvertible {
    /// `EC2 DeleteVpc in us-east-1 answered DependencyViolation (400, request 5f1c…): The vpc has dependencies.`
    package var description: String {
        var facts = [status.map(String.init), requestId.map { "request \($0)" }].compactMap { $0 }
        if attempts > 1 { facts.append("\(attempts) attempts") }
        let inside = facts.isEmpty ? "" : " (\(facts.joined(separator: ", ")))"
        let what = status == nil ? "failed with" : "answered"
        return "\(service) \(operation) in \(region) \(what) \(code)\(inside)" + (message.isEmpty ? "" : ": \(message)")
    }
}
