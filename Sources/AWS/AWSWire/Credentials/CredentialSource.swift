/// Gives the credentials for a call. A source that fails says everything it tried.
package protocol CredentialSource: Sendable {
    func credentials() async throws -> AWSCredentials
    /// The service refused these as expired: the next answer must be fresh ones.
    func expired(_ credentials: AWSCredentials) async
}

/// Credentials that somebody already has: a test, or the outcome of another source.
package struct FixedCredentials: CredentialSource {
    package var value: AWSCredentials

    package init(_ value: AWSCredentials) { self.value = value }

    package func credentials() async throws -> AWSCredentials { value }
    package func expired(_ credentials: AWSCredentials) async {}
}
