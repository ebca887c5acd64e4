/// The calls that turn one identity into another. This part cannot make them itself: the operations of STS and of IAM Identity
/// Center are generated above it, in `AWSServices`, where `ServiceExchange` makes them.
package protocol IdentityExchange: Sendable {
    /// STS's AssumeRole, signed with the credentials of `source`.
    func assume(_ role: RoleToAssume, sessionName: String, source: any CredentialSource) async throws -> AWSCredentials
    /// STS's AssumeRoleWithWebIdentity.
    func assume(_ role: RoleToAssume, sessionName: String, webIdentity token: Secret) async throws -> AWSCredentials
    /// The sign-in's GetRoleCredentials.
    func credentials(of role: SSORole, token: Secret) async throws -> AWSCredentials
    /// The sign-in's CreateToken, with the refresh token of `token`.
    func renew(_ token: SSOToken, region: String) async throws -> SSOToken.Renewed
}
